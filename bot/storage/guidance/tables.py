"""Briefings by version, and broadcasts."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.core.guidance.addenda import ADDENDUM
from bot.core.guidance.broadcast import BROADCAST
from bot.storage.metadata import NEVER_AGAIN, Id, Ms, metadata, standing, states

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


# What one group of recipients got: a version in a language, with what was added to it.
edition = Table(
    "edition",
    metadata,
    Column("id", Id, primary_key=True),
    Column("briefing_id", Id, ForeignKey("briefing.id"), nullable=False),
    Column("language", String, nullable=False),
    Column("addenda", String, nullable=False),  # which; empty: none
    Column("text", Text),  # the message as a value; None: sent before messages were kept
    Column("digest", String),  # SHA-256 of the text
    Column("created_at", Ms, nullable=False),
    Column("code", String, index=True),  # by which people verify it, as it stands below the text
    UniqueConstraint("briefing_id", "language", "addenda", "digest"),
    sqlite_autoincrement=NEVER_AGAIN,
)


# A briefing that was corrected, or taken back, after it had gone out.
correction = Table(
    "correction",
    metadata,
    Column("id", Id, primary_key=True),
    Column("broadcast_id", Id, ForeignKey("broadcast.id"), nullable=False, index=True),
    Column("run_id", Id, nullable=False),
    Column("old_id", Id, ForeignKey("briefing.id"), nullable=False, index=True),
    Column("new_id", Id, ForeignKey("briefing.id"), index=True),  # null: it was taken back
    Column("old_words", Text),  # what was written and what is, where that is one short place
    Column("new_words", Text),
    Column("at", Ms, nullable=False),
    Column("by", String, nullable=False),  # as the audit log names them
    sqlite_autoincrement=NEVER_AGAIN,
)


# A correction that waits for its second person; the row is dropped when they have decided.
mend = Table(
    "mend",
    metadata,
    Column("id", Id, primary_key=True),
    Column("broadcast_id", Id, ForeignKey("broadcast.id"), nullable=False, index=True),
    Column("run_id", Id, nullable=False),
    Column("old_words", Text, nullable=False),
    Column("new_words", Text, nullable=False),
    Column("by", String, nullable=False),  # as the audit log names them
    Column("at", Ms, nullable=False),
    sqlite_autoincrement=NEVER_AGAIN,
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
    Column("promised", Integer),  # how many recipients were shown to whoever scheduled it
    Column("told_of", Id),  # the newest version of its text that somebody was asked about
    Column("audience", Text),  # whom it means, as the content had it then; null: as it has it now
    Column("issuer", String, ForeignKey("unit.code")),  # whose it is: who stands over this unit approves it
    Column("written_by", String),  # who wrote, changed, submitted it, as the audit log names them
    Column("revision", Integer, nullable=False, server_default="0"),  # one more with every change
    Column("submitted_at", Ms),
    Column("approved_by", String),  # as the audit log names them
    Column("approved_at", Ms),
    Column("approved_unit", String),  # whose approver it was, by code: people are gone one day, it stays said
    Column("returned_for", Text),  # the reason, in the words of whoever returned it
    Column("quiet", Boolean, nullable=False, server_default=false()),  # it keeps to quiet hours
    Column("waived", Boolean, nullable=False, server_default=false()),  # its unit goes without approval
    Column("remind_after_ms", Ms),  # its runs are followed by themselves, so long after they go out
    Column("deadline_ms", Ms),
    # For others than all of its roles below its unit: only who got it may read it.
    Column("narrow", Boolean, nullable=False, server_default=false()),
    Column("training", Boolean, nullable=False, server_default=false()),  # for those who practise alone
    # Who joins while it is valid is offered it.
    Column("newcomers", Boolean, nullable=False, server_default=false()),
    Column("addenda_ms", Ms),  # so long before it goes out units below may add to it; null: they may not
    states(BROADCAST),
    Index("ix_broadcast_state_next_at", "state", "next_at"),
    Index("ix_broadcast_submitted", "submitted_at", **standing(BROADCAST, "submitted")),
    sqlite_autoincrement=NEVER_AGAIN,
)


# The questions-and-answers kit of a briefing, whichever of its versions somebody has.
kit_entry = Table(
    "kit_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String, nullable=False, index=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("valid_until", String),  # ISO date: the last day on which it holds
    Column("prepared", Boolean, nullable=False),  # it stands in the content folder
    Column("asked", Id),  # the question from which it came, which may be gone
    Column("search", Text, nullable=False),  # folded
    Column("others", Text),  # the same in other languages, as JSON; null: in none
    sqlite_autoincrement=NEVER_AGAIN,
)


# What a unit between the issuer and the recipients adds, under its own name. Written anew, it is another row:
# an edition names the rows that it has.
addendum = Table(
    "addendum",
    metadata,
    Column("id", Id, primary_key=True),
    Column("broadcast_id", Id, ForeignKey("broadcast.id"), nullable=False),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("unit_name", String, nullable=False),  # as it was called then
    Column("signed", String, nullable=False),  # the body of the unit that says it
    Column("words", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("written_by", String, nullable=False),  # as the audit log names them
    Column("decided_by", String),
    Column("returned_for", Text),
    Column("created_at", Ms, nullable=False),
    states(ADDENDUM),
    Index("ix_addendum_broadcast_id", "broadcast_id", "unit"),
    sqlite_autoincrement=NEVER_AGAIN,
)


# A Word document that an editor sent: read once, then what it says or why it is refused.
document = Table(
    "document",
    metadata,
    Column("id", Id, primary_key=True),
    Column("file_id", Id, ForeignKey("file.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("owner", Id, ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("account", String, ForeignKey("account.name"), nullable=False),
    Column("chat_id", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("said", Text),  # as JSON
    Column("refused", String),  # a key of the catalogue
    Column("marking", String),  # that it is refused for
    Column("until", Ms, nullable=False),  # dropped after it
    sqlite_autoincrement=NEVER_AGAIN,
)
