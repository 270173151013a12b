"""Runs, and the ledger: one row a recipient, and one a reply."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.core.delivery.states import DELIVERY, UNSETTLED, State
from bot.core.guidance.broadcast import RUN
from bot.storage.metadata import NEVER_AGAIN, Id, Ms, metadata, standing, states

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
    Column("place", String),  # the path of the broadcast's unit as it was when this was planned
    UniqueConstraint("broadcast_id", "at"),
    Column("place_name", String),  # and that unit's name
    Column("promised", Integer),  # how many recipients somebody counts on; null: nobody was told a number
    Column("about", Id),  # the run that this one follows; null: it brings the briefing itself
    Column("kind", String),  # what it follows it with
    Column("following", Text),  # its words and its limits, as they were when it was asked for
    Column("remind_at", Ms),  # when who has not read is next reminded by itself
    Column("deadline_at", Ms),  # when the heads of units hear of who has not
    states(RUN),
    Index("ix_run_state", "state"),
    Index("ix_run_about", "about"),
    Index("ix_run_remind_at", "remind_at"),
    Index("ix_run_deadline_at", "deadline_at"),
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
    Column("act", Text),  # a conversation's reply; a run's rows name their edition
    Column("not_before", Ms, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("part", Integer, nullable=False),
    Column("resent", Boolean, nullable=False),
    Column("token", BigInteger),
    Column("message_id", String),  # of the part that was accepted last
    Column("earlier", Text),  # those of the parts before it, one a line
    Column("reason", String),
    Column("created_at", Ms, nullable=False),
    Column("sent_at", Ms),
    Column("acknowledged_at", Ms),
    Column("edition_id", Id, ForeignKey("edition.id")),  # what a run's row says
    Column("place", String),  # the path of the member's unit as it was when this was planned
    UniqueConstraint("run_id", "member_id"),
    states(DELIVERY),
    # Partial indexes: a claim walks only what is open, however much was sent before.
    Index("ix_delivery_queue", "run_id", "account", "id", **standing(DELIVERY, State.PENDING)),
    Index(
        "ix_delivery_reply",
        "run_id",
        "account",
        "priority",
        "id",
        **standing(DELIVERY, State.PENDING, besides="run_id IS NULL"),
    ),
    Index("ix_delivery_retry", "account", "not_before", **standing(DELIVERY, State.RETRY)),
    Index("ix_delivery_inflight", "account", **standing(DELIVERY, State.INFLIGHT)),
    Index("ix_delivery_uncertain", "run_id", **standing(DELIVERY, State.UNCERTAIN)),
    Index("ix_delivery_unfetched", "member_id", **standing(DELIVERY, State.UNFETCHED)),
    Index("ix_delivery_unfetched_of", "run_id", **standing(DELIVERY, State.UNFETCHED)),
    Index(  # nearly always empty
        "ix_delivery_fetched",
        "account",
        "chat_id",
        "priority",
        "id",
        **standing(DELIVERY, *UNSETTLED, besides="priority >= 9"),
    ),
    Index(
        "ix_delivery_chat",
        "account",
        "chat_id",
        "id",
        **standing(DELIVERY, *UNSETTLED, besides="run_id IS NULL"),
    ),
    sqlite_autoincrement=NEVER_AGAIN,
)


# The addenda of a run, as they stood when it was opened: whoever takes one back later changes nothing in it.
run_addendum = Table(
    "run_addendum",
    metadata,
    Column("run_id", Id, ForeignKey("run.id"), primary_key=True, autoincrement=False),
    Column("addendum_id", Id, ForeignKey("addendum.id"), primary_key=True, autoincrement=False),
    Column("path", String, nullable=False),  # of its unit, as it was then
)


# Which edition a group of a run's recipients gets, where there are addenda: while it is being planned those
# of a unit, by its code; of an edit those who got the same addenda, by their numbers.
run_edition = Table(
    "run_edition",
    metadata,
    Column("run_id", Id, ForeignKey("run.id"), primary_key=True, autoincrement=False),
    Column("whose", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("edition_id", Id, ForeignKey("edition.id"), nullable=False),
)
