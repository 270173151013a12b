"""Units, members, what they follow, invitations, requests to join, the audit log."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    event,
    false,
)

from bot.core.people.joining import JOIN_REQUEST, MEMBER
from bot.storage.metadata import NEVER_AGAIN, Id, Ms, metadata, standing, states

APPEND_ONLY = {
    "sqlite": [
        f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_only_added_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only added to'; END $$",
        "CREATE TRIGGER audit_only_added_to BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_added_to()",
    ],
}

unit = Table(
    "unit",
    metadata,
    Column("code", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("level", String, nullable=False),
    Column("parent", String, ForeignKey("unit.code")),
    Column("path", String, nullable=False, unique=True),
    Column("since", String, nullable=False, server_default=""),  # ISO dates, "" where open
    Column("until", String, nullable=False, server_default=""),  # the first day it is no more
    Column("decree", String, nullable=False, server_default=""),
    Column("heirs", String, nullable=False, server_default=""),  # of one that has ended: ";" between codes
)


# What a unit decided for itself, where it is not as is usual.
unit_rule = Table(
    "unit_rule",
    metadata,
    Column("unit", String, ForeignKey("unit.code"), primary_key=True),
    Column("approval", Boolean),  # whether its broadcasts need a second person; null: as is usual
    Column("training", Boolean, nullable=False, server_default=false()),
    Column("testers", Text, nullable=False, server_default=""),  # members whom it may reach then, ";" between
    Column("night", String),  # "21:00-06:00": nothing ordinary of it goes out; null: as is usual
)


# How a unit was named and where it stood, until a day.
unit_past = Table(
    "unit_past",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String, ForeignKey("unit.code"), nullable=False),
    Column("name", String, nullable=False),
    Column("level", String, nullable=False),
    Column("parent", String),
    Column("path", String, nullable=False),
    Column("since", String, nullable=False),
    Column("until", String, nullable=False),
    Column("decree", String, nullable=False),
    Index("ix_unit_past_code_until", "code", "until"),
    sqlite_autoincrement=NEVER_AGAIN,
)


member = Table(
    "member",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String, nullable=False),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("language", String, nullable=False),
    Column("state", String, nullable=False),
    Column("consent_version", String, nullable=False),
    Column("consent_at", Ms, nullable=False),
    Column("consent_method", String, nullable=False),
    Column("created_at", Ms, nullable=False),
    states(MEMBER),
    Index("ix_member_unit_language_state", "unit", "language", "state"),  # audiences are counted off it
    sqlite_autoincrement=NEVER_AGAIN,
)


member_role = Table(
    "member_role",
    metadata,
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("role", String, primary_key=True),
    Index("ix_member_role_role", "role", "member_id"),  # who heads a unit's desk is asked for at each report
)


subscription = Table(
    "subscription",
    metadata,
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("topic", String, primary_key=True),
    Column("following", Boolean, nullable=False),
)


invite = Table(
    "invite",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String, nullable=False, unique=True),  # keyed: a copy of the store admits nobody
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("roles", String, nullable=False),
    Column("expires_at", Ms, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", Ms, nullable=False),
    Column("withdrawn_at", Ms),
    CheckConstraint("uses_left >= 0", name="uses"),
    sqlite_autoincrement=NEVER_AGAIN,
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
    Column("reason", String),  # why it was declined, in one word
    Column("told", Text),  # the members it was shown to, ";" between
    states(JOIN_REQUEST),
    # One waiting request a chat, however often it is sent.
    Index(
        "uq_join_request_waiting",
        "account",
        "chat_id",
        unique=True,
        **standing(JOIN_REQUEST, "waiting"),
    ),
    sqlite_autoincrement=NEVER_AGAIN,
)


# Who left: nothing of them but a keyed hash of account and chat, so that no old list brings them back.
refusal = Table(
    "refusal",
    metadata,
    Column("digest", String, primary_key=True),
    Column("at", Ms, nullable=False),
)


wrong_code = Table(
    "wrong_code",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String, nullable=False, server_default="invitation"),  # what such a code would open
    Column("account", String, nullable=False),
    Column("chat_id", String, nullable=False),
    Column("at", Ms, nullable=False, index=True),
    sqlite_autoincrement=NEVER_AGAIN,
)


link_code = Table(
    "link_code",
    metadata,
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String, nullable=False, unique=True),
    Column("expires_at", Ms, nullable=False),
)


# Only ever added to: the database itself refuses to change or delete a row.
audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Ms, nullable=False),
    Column("actor", String, nullable=False),
    Column("act", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("unit", String, nullable=False, server_default=""),  # where it was done; "": to the whole store
    Index("ix_audit_unit", "unit", "id"),
    sqlite_autoincrement=NEVER_AGAIN,
)


@event.listens_for(audit, "after_create")
def _only_added_to(_table: Table, conn: Connection, **_options: Any) -> None:
    for statement in APPEND_ONLY[conn.dialect.name]:
        conn.exec_driver_sql(statement)
