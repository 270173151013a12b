"""Conferences, the points that units answer for, what is said when, and what hangs on a conference."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from bot.core.meetings.conference import CONFERENCE, POINT
from bot.storage.metadata import NEVER_AGAIN, Id, Ms, metadata, states

conference = Table(
    "conference",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),  # the host
    Column("unit_path", String, nullable=False),  # as it stood then
    Column("title", String, nullable=False),
    Column("at", Ms, nullable=False),
    Column("how", String, nullable=False),
    Column("place", Text, nullable=False),
    Column("agenda", Text, nullable=False),
    Column("answer_by", Ms, nullable=False),
    Column("state", String, nullable=False),
    Column("created_at", Ms, nullable=False),
    states(CONFERENCE),
    Index("ix_conference_unit_at", "unit", "at"),
    sqlite_autoincrement=NEVER_AGAIN,
)

conference_point = Table(
    "conference_point",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conference_id", Id, ForeignKey("conference.id", ondelete="CASCADE"), nullable=False),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("path", String, nullable=False),  # as it stood then
    Column("state", String, nullable=False),
    Column("told", Integer, nullable=False),  # how many of its heads were told; none: nobody answers for it
    Column("place", String, nullable=False),
    Column("heads", String, nullable=False),  # a band
    Column("contact", String, nullable=False),  # an office, never a person
    Column("reason", String, nullable=False),
    states(POINT),
    UniqueConstraint("conference_id", "unit"),
    Index("ix_conference_point_unit", "unit"),
    sqlite_autoincrement=NEVER_AGAIN,
)

# What is to be said, how far it went by unit, and whether it is over: a little in each transaction.
conference_notice = Table(
    "conference_notice",
    metadata,
    Column("conference_id", Id, ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("at", Ms, primary_key=True),
    Column("after", String, nullable=False),
    Column("done", Boolean, nullable=False),
    Index("ix_conference_notice_done_at", "done", "at"),
)

conference_broadcast = Table(
    "conference_broadcast",
    metadata,
    Column("conference_id", Id, ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True),
    Column("broadcast_id", Id, ForeignKey("broadcast.id"), primary_key=True),
)

# Difficulties and proposals, and oral briefings that passed on what was said there.
conference_submission = Table(
    "conference_submission",
    metadata,
    Column("submission_id", Id, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True),
    Column("conference_id", Id, ForeignKey("conference.id", ondelete="CASCADE"), nullable=False, index=True),
)
