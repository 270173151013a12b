"""Difficulties and proposals that units send after a conference; and the oral briefings that hang on it."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import UnitPath
from bot.core.meetings.conference import PROPOSAL_FORM
from bot.core.meetings.held import FORM as HELD
from bot.core.meetings.held import HEADS
from bot.storage.meetings.tables import conference_submission
from bot.storage.opinion.tables import answer, submission


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One of them. `unit`: whose it is, `path` as it stood then; `day` ISO."""

    id: int
    code: str
    unit: str
    path: UnitPath
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


async def hang(conn: AsyncConnection, number: int | None, submission_id: int) -> None:
    """A submission belongs to a conference, and to no other; None: to none."""
    mine = conference_submission.c.submission_id == submission_id
    await conn.execute(delete(conference_submission).where(mine))
    if number is not None:
        row = {"conference_id": number, "submission_id": submission_id}
        await conn.execute(insert(conference_submission).values(**row))


async def get(conn: AsyncConnection, code: str) -> ProposalRow | None:
    """The one with this code."""
    row = (
        await conn.execute(_ROW.where(submission.c.code == code, submission.c.form == PROPOSAL_FORM))
    ).first()
    return ProposalRow(*row) if row else None


async def every(conn: AsyncConnection, number: int, path: UnitPath, limit: int) -> list[ProposalRow]:
    """Those of a conference that units at or below a path sent, in the order in which they came."""
    meant = conference_submission.c.conference_id == number, submission.c.form == PROPOSAL_FORM
    here = submission.c.unit_path.startswith(path, autoescape=True)
    query = _ROW.where(*meant, here).order_by(submission.c.id).limit(limit)
    return [ProposalRow(*row) for row in await conn.execute(query)]


async def bands(conn: AsyncConnection, number: int, path: UnitPath) -> dict[str, int]:
    """How many oral briefings of units at or below a path passed a conference on, by band of listeners."""
    query = select(answer.c.value, func.count()).join(
        conference_submission, conference_submission.c.submission_id == answer.c.submission_id
    )
    query = query.join(submission, submission.c.id == answer.c.submission_id)
    here = submission.c.unit_path.startswith(path, autoescape=True)
    meant = (
        conference_submission.c.conference_id == number,
        submission.c.form == HELD,
        answer.c.field == HEADS,
    )
    return {row[0]: row[1] for row in await conn.execute(query.where(*meant, here).group_by(answer.c.value))}
