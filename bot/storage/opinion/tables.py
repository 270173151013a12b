"""Submissions, their answers and, apart from them, their authors."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from bot.storage.metadata import NEVER_AGAIN, Id, metadata

submission = Table(
    "submission",
    metadata,
    Column("id", Id, primary_key=True),
    Column("code", String, nullable=False, unique=True),
    Column("form", String, nullable=False),
    Column("form_version", String, nullable=False),  # "" where it was sent before forms had versions
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("unit_path", String, nullable=False),  # as the unit stood then
    Column("sample", Boolean, nullable=False),
    Column("day", String, nullable=False),  # ISO date: the exact time would point at a person
    Index("ix_submission_form_day", "form", "day"),
    sqlite_autoincrement=NEVER_AGAIN,
)

answer = Table(
    "answer",
    metadata,
    Column("submission_id", Id, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String, primary_key=True),
    Column("value", Text, nullable=False),
)

# Who wrote what stands apart, so that it can be dropped without touching what was said.
submission_author = Table(
    "submission_author",
    metadata,
    Column("submission_id", Id, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("until", String, nullable=False),  # ISO date after which the link is dropped
)
