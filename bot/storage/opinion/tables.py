"""Submissions, their answers, what a desk does with them and, apart from all that, their authors."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.core.opinion.desk import SUBMISSION
from bot.core.opinion.questions import QUESTION
from bot.core.opinion.signing import DIGEST
from bot.storage.metadata import NEVER_AGAIN, Id, Ms, metadata, states

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
    Column("state", String, nullable=False, server_default="received"),
    Column("desk", String, nullable=False, server_default=""),  # the unit that has it now; "" no desk's
    Column("urgency", Integer, nullable=False, server_default="0"),
    Column("topic", String, nullable=False, server_default=""),
    Column("tendency", String, nullable=False, server_default=""),
    Column("search", Text, nullable=False, server_default=""),  # what was written, folded
    Column("merged_into", Id, ForeignKey("submission.id")),
    states(SUBMISSION),
    Index("ix_submission_form_day", "form", "day"),
    # A desk's list in its order, filtered without a look at the rows.
    Index("ix_submission_desk", "desk", "state", "urgency", "day", "code", "topic", "unit"),
    Index("ix_submission_topic_day", "topic", "day", "unit", "tendency"),
    Index("ix_submission_merged_into", "merged_into"),
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

# The desks that had it before: they still see it.
submission_desk = Table(
    "submission_desk",
    metadata,
    Column("submission_id", Id, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True),
    Column("unit", String, ForeignKey("unit.code"), primary_key=True),
)

# What a desk said to whoever sent it: an answer, or why it was returned.
response = Table(
    "response",
    metadata,
    Column("id", Id, primary_key=True),
    Column("submission_id", Id, ForeignKey("submission.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False),  # answer, return
    Column("words", Text, nullable=False),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("day", String, nullable=False),  # ISO date
    sqlite_autoincrement=NEVER_AGAIN,
)

# Only while nobody has opened it: when it came would point at a person.
report_clock = Table(
    "report_clock",
    metadata,
    Column("submission_id", Id, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True),
    Column("since", Ms),  # of an urgent one alone
    Column("ring_at", Ms, nullable=False, index=True),
    Column("rings", Integer, nullable=False),
)

# What was told of reports that agree, and when: not again within its window.
agreement = Table(
    "agreement",
    metadata,
    Column("unit", String, ForeignKey("unit.code"), primary_key=True),
    Column("topic", String, primary_key=True),
    Column("tendency", String, primary_key=True),
    Column("day", String, nullable=False),  # ISO date
)

# An answer to what was said on a topic between two days.
topic_answer = Table(
    "topic_answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("topic", String, nullable=False),
    Column("first", String, nullable=False),  # ISO dates
    Column("last", String, nullable=False),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("words", Text, nullable=False),
    Column("day", String, nullable=False),
    Index("ix_topic_answer_unit", "unit"),
    sqlite_autoincrement=NEVER_AGAIN,
)

# The units that raised it, and their word on the answer.
topic_answer_unit = Table(
    "topic_answer_unit",
    metadata,
    Column("answer_id", Id, ForeignKey("topic_answer.id", ondelete="CASCADE"), primary_key=True),
    Column("unit", String, ForeignKey("unit.code"), primary_key=True),
    Column("whole", Boolean, nullable=False),  # all its reporters hear; else those alone who raised it
    Column("settled", Boolean),  # none where it has not said
)

# What was told of a month or week that is over: it stays so, whatever becomes of its reports. Counted once.
month_told = Table(
    "month_told",
    metadata,
    Column("month", String, primary_key=True),  # "2026-11"; "2026-W48" a week
    Column("threshold", Integer, nullable=False),
)

told = Table(
    "told",
    metadata,
    Column("month", String, ForeignKey("month_told.month"), primary_key=True),
    Column("base", String, primary_key=True),  # paths; "*" all of them
    Column("row", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("count", Integer),  # none: withheld
)

# Which texts stand in the digest of a place. They go with their reports.
text_told = Table(
    "text_told",
    metadata,
    Column("month", String, ForeignKey("month_told.month"), primary_key=True),
    Column("base", String, primary_key=True),
    Column("row", String, primary_key=True),
    Column("report", Id, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("group", String, nullable=False),
    Column("mark", String, nullable=False),
)

# A unit's digest on its way up. It has no text of a report in it: those stand and go with their reports.
digest = Table(
    "digest",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", String, ForeignKey("unit.code"), nullable=False),
    Column("first", String, nullable=False),  # ISO dates
    Column("last", String, nullable=False),
    Column("state", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("figures", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("sources", Text, nullable=False, server_default=""),
    Column("views", Text, nullable=False, server_default=""),
    Column("written_by", String, nullable=False),  # as the audit log names them, ";" between
    Column("returned_for", Text, nullable=False, server_default=""),
    Column("presented_on", String, nullable=False, server_default=""),  # of a draft that waits; "" of others
    Column("endorsed_on", String, nullable=False, server_default=""),
    Column("forwarded_on", String, nullable=False, server_default=""),
    states(DIGEST),
    UniqueConstraint("unit", "first", "last"),
    sqlite_autoincrement=NEVER_AGAIN,
)

# A question about a briefing, or about none. Its words passed the guard before they came here.
question = Table(
    "question",
    metadata,
    Column("id", Id, primary_key=True),
    Column("slug", String, nullable=False),  # the briefing's; "" where it is about none
    Column("unit", String, ForeignKey("unit.code"), nullable=False),  # where whoever asked was then
    Column("words", Text, nullable=False),
    Column("day", String, nullable=False),  # ISO date
    Column("state", String, nullable=False, server_default="waiting"),
    Column("desk", String, ForeignKey("unit.code"), nullable=False),  # the unit that is to answer
    Column("ring_at", Ms),  # while it waits
    Column("rings", Integer, nullable=False, server_default="0"),
    Column("answer", Text),
    Column("answered_by", String, ForeignKey("unit.code")),
    Column("answered_on", String),  # ISO date
    states(QUESTION),
    Index("ix_question_desk", "desk", "state", "day"),
    Index("ix_question_ring_at", "ring_at"),
    sqlite_autoincrement=NEVER_AGAIN,
)

# Who asked stands apart, as with reports.
question_asker = Table(
    "question_asker",
    metadata,
    Column("question_id", Id, ForeignKey("question.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("until", String, nullable=False),  # ISO date after which the link is dropped
)

# A photo that goes with a report. Until it is sent it is somebody's: then nothing in it says whose.
photo = Table(
    "photo",
    metadata,
    Column("id", Id, primary_key=True),
    Column("submission_id", Id, ForeignKey("submission.id", ondelete="CASCADE"), index=True),
    Column("owner", Id, ForeignKey("member.id", ondelete="CASCADE"), index=True),
    Column("file_id", Id, ForeignKey("file.id", ondelete="CASCADE"), index=True),  # as it came
    Column("account", String, nullable=False),
    Column("chat_id", String, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("data", LargeBinary),  # drawn anew
    Column("refused", String),  # a key of the catalogue
    Column("until", Ms),  # dropped after it, where it did not go with a report
    sqlite_autoincrement=NEVER_AGAIN,
)

# How many members of a unit picked each choice of a question of understanding. Nothing here knows a member.
understanding = Table(
    "understanding",
    metadata,
    Column("run_id", Id, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("briefing_id", Id, ForeignKey("briefing.id"), primary_key=True),
    Column("question", Integer, primary_key=True),  # from 0
    Column("unit", String, ForeignKey("unit.code"), primary_key=True),
    Column("choice", Integer, primary_key=True),  # from 0
    Column("unit_path", String, nullable=False),  # as the unit stood then
    Column("told", Integer, nullable=False),
    Column("fresh", Integer, nullable=False),  # not told of yet
    Index(
        "ix_understanding_fresh",
        *("run_id", "briefing_id", "question"),
        sqlite_where=text("fresh > 0"),
        postgresql_where=text("fresh > 0"),
    ),
)

# Who answered, and how many questions of a run: never what.
understood_by = Table(
    "understood_by",
    metadata,
    Column("run_id", Id, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True),
    Column("member_id", Id, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("answered", Integer, nullable=False),
    Column("until", String, nullable=False),  # ISO date
)
