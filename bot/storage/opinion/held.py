"""Oral briefings held: submissions that no desk reads, by the day on which they were held."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import UnitPath
from bot.core.meetings.held import FORM
from bot.storage.database import leave_no_trace
from bot.storage.opinion import opinions
from bot.storage.opinion.tables import answer, submission, submission_author


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One of them. `unit` is the code of whose it is, `path` as it stood then; `day` ISO."""

    id: int
    code: str
    unit: str
    path: UnitPath
    day: str


_ROW = select(submission.c.id, submission.c.code, submission.c.unit, submission.c.unit_path, submission.c.day)
_LINK = submission_author.c.submission_id == submission.c.id


async def get(conn: AsyncConnection, code: str) -> HeldRow | None:
    """The one with this code."""
    row = (await conn.execute(_ROW.where(submission.c.code == code, submission.c.form == FORM))).first()
    return HeldRow(*row) if row else None


async def mine(conn: AsyncConnection, member_id: int, limit: int) -> list[HeldRow]:
    """Those a member noted down and is still linked to, the latest first."""
    own = _ROW.join(submission_author, _LINK).where(
        submission_author.c.member_id == member_id, submission.c.form == FORM
    )
    rows = await conn.execute(own.order_by(submission.c.day.desc(), submission.c.id.desc()).limit(limit))
    return [HeldRow(*row) for row in rows]


async def page(
    conn: AsyncConnection, path: UnitPath, first: str, last: str, after: int, limit: int
) -> list[HeldRow]:
    """Those of a unit and below, held between two ISO days inclusive, by number from above `after`."""
    query = _ROW.where(*_meant(path, first, last), submission.c.id > after)
    return [HeldRow(*row) for row in await conn.execute(query.order_by(submission.c.id).limit(limit))]


async def counts(
    conn: AsyncConnection, path: UnitPath, first: str, last: str, fields: Collection[str]
) -> dict[tuple[UnitPath, str, str], int]:
    """How many answered so: by the path of their unit as it stood then, field and value."""
    query = (
        select(submission.c.unit_path, answer.c.field, answer.c.value, func.count())
        .join(answer, answer.c.submission_id == submission.c.id)
        .where(*_meant(path, first, last), answer.c.field.in_(sorted(fields)))
        .group_by(submission.c.unit_path, answer.c.field, answer.c.value)
    )
    return {(row[0], row[1], row[2]): row[3] for row in await conn.execute(query)}


async def answers(conn: AsyncConnection, numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    """What each says, by field."""
    found: dict[int, dict[str, str]] = {number: {} for number in numbers}
    for row in await conn.execute(select(answer).where(answer.c.submission_id.in_(numbers))):
        found[row.submission_id][row.field] = row.value
    return found


async def mend(conn: AsyncConnection, number: int, version: str, day: str, said: Mapping[str, str]) -> None:
    """It says something else from now on."""
    leave_no_trace(conn)
    own = submission.c.id == number
    await conn.execute(update(submission).where(own).values(form_version=version, day=day))
    await conn.execute(delete(answer).where(answer.c.submission_id == number))
    await opinions.say(conn, number, said)


async def drop(conn: AsyncConnection, number: int) -> None:
    """It is gone, with all that it said."""
    leave_no_trace(conn)
    await conn.execute(delete(submission).where(submission.c.id == number))


def _meant(path: UnitPath, first: str, last: str) -> tuple[ColumnElement[bool], ...]:
    below = submission.c.unit_path.startswith(path, autoescape=True)
    return submission.c.form == FORM, submission.c.day.between(first, last), below
