"""Every table. The schema is the state machine: constraints hold what the rules promise."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts INTEGER primary keys up; PostgreSQL needs 64 bits for them.
Id = BigInteger().with_variant(Integer, "sqlite")
# A number that was given stays given: SQLite would give the number of a deleted last row once more, and with
# it whatever still names that row (a file to be sent, an act in the audit log, a button in an old message).
NEVER_AGAIN = True
Ms = BigInteger  # UTC milliseconds


def _states(column: str, *states: str) -> CheckConstraint:
    # Written out: for each row that changes SQLite would make a table of a list.
    return CheckConstraint(" OR ".join(f"{column} = '{state}'" for state in states), name=column)


unit = Table(
    "unit",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("level", String, nullable=False),
    Column("parent", String, ForeignKey("unit.code")),
    Column("path", String, nullable=False, unique=True),
)

member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String, nullable=False),
    Column("unit", String, ForeignKey("unit.code"), nullable=False, index=True),
    Column("language", String, nullable=False),
    Column("state", String, nullable=False),
    Column("consent_version", String, nullable=False),
    Column("consent_at", Ms, nullable=False),
    Column("consent_method", String, nullable=False),
    Column("created_at", Ms, nullable=False),
    _states("state", "active", "left"),
    sqlite_autoincrement=NEVER_AGAIN,
)

member_role = Table(
    "member_role",
    metadata,
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String, primary_key=True),
)

subscription = Table(
    "subscription",
    metadata,
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String, primary_key=True),
    Column("following", Boolean, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("offset", BigInteger),
    Column("link", String),
    _states("state", "open", "stopped"),
)

endpoint = Table(
    "endpoint",
    metadata,
    Column("id", Id, primary_key=True),
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("account", String, ForeignKey("account.name"), nullable=False),
    Column("chat_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", String),
    Column("changed_at", Ms, nullable=False),
    UniqueConstraint("account", "chat_id"),
    _states("state", "open", "closed"),
    sqlite_autoincrement=NEVER_AGAIN,
)

invite = Table(
    "invite",
    metadata,
    Column("digest", String, primary_key=True),  # SHA-256 of the code: a copy of the store admits nobody
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("roles", String, nullable=False),
    Column("expires_at", Ms, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", Ms, nullable=False),
    CheckConstraint("uses_left >= 0", name="uses"),
)

join_request = Table(
    "join_request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String, ForeignKey("account.name"), nullable=False),
    Column("chat_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("language", String, nullable=False),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("consent_version", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("decided_at", Ms),
    Column("decided_by", Id, ForeignKey("member.id", ondelete="SET NULL")),
    _states("state", "waiting", "accepted", "declined"),
    # One waiting request a chat, however often it is sent.
    Index(
        "uq_join_request_waiting",
        "account",
        "chat_id",
        unique=True,
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    sqlite_autoincrement=NEVER_AGAIN,
)

file = Table(
    "file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", String, index=True),  # SHA-256 of the bytes, where they are here
    Column("data", LargeBinary),
    Column("until", Ms),  # made for one moment: dropped after it
    Column("owner", Id, ForeignKey("member.id", ondelete="CASCADE")),  # goes when this member goes
    sqlite_autoincrement=NEVER_AGAIN,
)

file_handle = Table(
    "file_handle",
    metadata,
    Column("file_id", Id, ForeignKey("file.id", ondelete="CASCADE"), primary_key=True),
    Column("account", String, ForeignKey("account.name"), primary_key=True),
    Column("handle", String, nullable=False),
)

briefing = Table(
    "briefing",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String, nullable=False),  # SHA-256 of the body: what was approved is what is sent
    Column("topic", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("search", Text, nullable=False),
    Column("created_at", Ms, nullable=False),
    UniqueConstraint("slug", "version"),
    sqlite_autoincrement=NEVER_AGAIN,
)

briefing_file = Table(
    "briefing_file",
    metadata,
    Column("briefing_id", Id, ForeignKey("briefing.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("file_id", Id, ForeignKey("file.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("inline", Boolean, nullable=False),  # goes with the message itself, not behind a button
)

broadcast = Table(
    "broadcast",
    metadata,
    Column("id", Id, primary_key=True),
    Column("briefing_id", Id, ForeignKey("briefing.id"), nullable=False),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("topic", String, nullable=False),
    Column("roles", String, nullable=False),
    Column("schedule", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("late_limit_ms", Ms, nullable=False),
    Column("expiry_ms", Ms, nullable=False),
    Column("state", String, nullable=False),
    Column("planned_to", Ms, nullable=False),
    Column("next_at", Ms),
    Column("created_by", Id, ForeignKey("member.id", ondelete="SET NULL")),
    Column("created_at", Ms, nullable=False),
    _states("state", "scheduled", "paused", "cancelled", "finished"),
    Index("ix_broadcast_state_next_at", "state", "next_at"),
    sqlite_autoincrement=NEVER_AGAIN,
)

run = Table(
    "run",
    metadata,
    Column("id", Id, primary_key=True),
    Column("broadcast_id", Id, ForeignKey("broadcast.id"), nullable=False),
    Column("at", Ms, nullable=False),
    Column("state", String, nullable=False),
    Column("audience", Integer, nullable=False),
    Column("planned_from", Id, nullable=False),  # members up to this id have their row
    Column("expires_at", Ms, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("finished_at", Ms),
    UniqueConstraint("broadcast_id", "at"),
    _states(
        "state", "planning", "held", "running", "paused", "cancelling", "cancelled", "finished", "missed"
    ),
    Index("ix_run_state", "state"),
    sqlite_autoincrement=NEVER_AGAIN,
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", Id, ForeignKey("run.id")),
    Column("member_id", Id, ForeignKey("member.id", ondelete="SET NULL"), index=True),
    Column("account", String, ForeignKey("account.name")),
    Column("chat_id", String),
    Column("priority", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("act", Text),  # a conversation's reply; a run's rows are composed from its briefing
    Column("not_before", Ms, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("resent", Boolean, nullable=False),
    Column("token", BigInteger),
    Column("message_id", String),
    Column("reason", String),
    Column("created_at", Ms, nullable=False),
    Column("sent_at", Ms),
    Column("acknowledged_at", Ms),
    UniqueConstraint("run_id", "member_id"),
    _states(
        "state",
        "pending",
        "inflight",
        "retry",
        "sent",
        "failed",
        "skipped",
        "uncertain",
        "cancelled",
        "accepted",
        "abandoned",
    ),
    # Partial indexes: a claim walks only what is open, however much was sent before.
    Index(
        "ix_delivery_queue",
        "run_id",
        "account",
        "id",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_delivery_retry",
        "account",
        "not_before",
        sqlite_where=text("state = 'retry'"),
        postgresql_where=text("state = 'retry'"),
    ),
    Index(
        "ix_delivery_inflight",
        "account",
        sqlite_where=text("state = 'inflight'"),
        postgresql_where=text("state = 'inflight'"),
    ),
    Index(
        "ix_delivery_uncertain",
        "run_id",
        sqlite_where=text("state = 'uncertain'"),
        postgresql_where=text("state = 'uncertain'"),
    ),
    Index(
        "ix_delivery_chat",
        "account",
        "chat_id",
        "id",
        sqlite_where=text("run_id IS NULL AND state IN ('pending', 'inflight', 'retry')"),
        postgresql_where=text("run_id IS NULL AND state IN ('pending', 'inflight', 'retry')"),
    ),
    sqlite_autoincrement=NEVER_AGAIN,
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String, ForeignKey("account.name"), nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("chat_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("payload", Text),  # dropped when handled
    Column("error", String),
    Column("received_at", Ms, nullable=False),
    Column("done_at", Ms),
    UniqueConstraint("account", "update_id"),
    _states("state", "new", "done", "quarantined"),
    Index(
        "ix_inbox_new",
        "id",
        sqlite_where=text("state = 'new'"),
        postgresql_where=text("state = 'new'"),
    ),
    sqlite_autoincrement=NEVER_AGAIN,
)

conversation = Table(
    "conversation",
    metadata,
    Column("account", String, primary_key=True),
    Column("chat_id", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("state", Text, nullable=False),
    Column("updated_at", Ms, nullable=False),
)

# A screen that moves by itself for a while: one a chat. Its message is `message_id`, or what the reply
# `delivery_id` became when it was sent.
watch = Table(
    "watch",
    metadata,
    Column("account", String, primary_key=True),
    Column("chat_id", String, primary_key=True),
    Column("message_id", String),
    Column("delivery_id", Id),
    Column("subject", String, nullable=False),
    Column("shown", String, nullable=False),  # SHA-256 of the screen as it stands
    Column("until", Ms, nullable=False),
)

opinion = Table(
    "opinion",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("topic", String, nullable=False),
    Column("people", String, nullable=False),
    Column("tendency", String, nullable=False),
    Column("scale", String, nullable=False),
    Column("content", Text, nullable=False),
    Column("proposal", Text, nullable=False),
    Column("urgency", String, nullable=False),
    Column("sample", Boolean, nullable=False),
    Column("day", String, nullable=False),  # ISO date: the exact time would point at a person
    Index("ix_opinion_unit_day", "unit", "day"),
    sqlite_autoincrement=NEVER_AGAIN,
)

# Who wrote what stands apart, so that it can be dropped without touching what was said.
opinion_author = Table(
    "opinion_author",
    metadata,
    Column("opinion_id", Id, ForeignKey("opinion.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("until", String, nullable=False),  # ISO date after which the link is dropped
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Ms, nullable=False),
    Column("actor", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=NEVER_AGAIN,
)

setting = Table(
    "setting",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", Text, nullable=False),
)

# The local chat's own side: what a platform's servers would keep.
webchat_message = Table(
    "webchat_message",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String, nullable=False),
    Column("chat_id", String, nullable=False),
    Column("side", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Ms, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("client_id", String),
    UniqueConstraint("account", "chat_id", "client_id"),
    Index("ix_webchat_message_chat", "account", "chat_id", "id"),
    sqlite_autoincrement=NEVER_AGAIN,
)

webchat_update = Table(
    "webchat_update",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", String, nullable=False),
    Column("chat_id", String, nullable=False),
    Column("payload", Text, nullable=False),
    sqlite_autoincrement=NEVER_AGAIN,
)

webchat_file = Table(
    "webchat_file",
    metadata,
    Column("account", String, primary_key=True),
    Column("handle", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
