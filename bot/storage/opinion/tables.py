"""Opinion reports and, apart from them, their authors."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from bot.storage.metadata import NEVER_AGAIN, Id, metadata

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
