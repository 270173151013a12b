"""Difficulties and proposals that units send after a conference; and the oral briefings that hang on it."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.meetings.conference import PROPOSAL_FORM
from bot.storage.meetings.tables import conference_submission
from bot.storage.opinion.tables import submission


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One of them. `unit`: whose it is, `path` as it stood then; `day` ISO."""

    id: int
    code: str
    unit: str
    path: str
    day: str
    conference: int


_ROW = select(
    submission.c.id,
    submission.c.code,
    submission.c.unit,
    submission.c.unit_path,
    submission.c.day,
    conference_submission.c.conference_id,
).join(conference_submission, conference_submission.c.submission_id == submission.c.id)


async def hang(conn: AsyncConnection, number: int, submission_id: int) -> None:
    """A submission belongs to a conference."""
    row = {"conference_id": number, "submission_id": submission_id}
    await conn.execute(insert(conference_submission).values(**row))


async def get(conn: AsyncConnection, code: str) -> ProposalRow | None:
    """The one with this code."""
    row = (
        await conn.execute(_ROW.where(submission.c.code == code, submission.c.form == PROPOSAL_FORM))
    ).first()
    return ProposalRow(*row) if row else None


async def every(conn: AsyncConnection, number: int, path: str, limit: int) -> list[ProposalRow]:
    """Those of a conference that units at or below a path sent, in the order in which they came."""
    meant = conference_submission.c.conference_id == number, submission.c.form == PROPOSAL_FORM
    here = submission.c.unit_path.startswith(path, autoescape=True)
    query = _ROW.where(*meant, here).order_by(submission.c.id).limit(limit)
    return [ProposalRow(*row) for row in await conn.execute(query)]


async def count(conn: AsyncConnection, number: int, form: str) -> int:
    """How many submissions of a form hang on a conference."""
    query = (
        select(func.count())
        .select_from(conference_submission)
        .join(submission, submission.c.id == conference_submission.c.submission_id)
    )
    meant = conference_submission.c.conference_id == number, submission.c.form == form
    return int((await conn.execute(query.where(*meant))).scalar_one())
