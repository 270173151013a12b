"""The clocks of reports that nobody has opened: when each rings next, and how often it has rung."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms, UnitPath
from bot.core.opinion.desk import WAITING
from bot.core.people.permissions import SENDERS
from bot.storage.opinion.desk import ROW, Report
from bot.storage.opinion.tables import report_clock, submission, submission_desk
from bot.storage.people.states import IN_FORCE, holds
from bot.storage.people.tables import member, unit


@dataclass(frozen=True, slots=True)
class Due:
    """A report whose wait is over; `rings`: how often its present desk was rung for again."""

    report: Report
    rings: int


async def any_due(conn: AsyncConnection, now: Ms) -> bool:
    """Whether some wait is over (ms UTC)."""
    first = (await conn.execute(select(func.min(report_clock.c.ring_at)))).scalar()
    return first is not None and int(first) <= now


async def due(conn: AsyncConnection, now: Ms, limit: int) -> list[Due]:
    """Reports whose wait is over (ms UTC), those that are over the longest first."""
    over = ROW.add_columns(report_clock.c.rings).where(report_clock.c.ring_at <= now)
    rows = await conn.execute(over.order_by(report_clock.c.ring_at, submission.c.code).limit(limit))
    return [Due(Report(*row[:-1]), row[-1]) for row in rows]


async def rung(conn: AsyncConnection, number: int, again_at: Ms) -> None:
    """A desk was rung for again; the next time is at `again_at` (ms UTC)."""
    mine = update(report_clock).where(report_clock.c.submission_id == number)
    await conn.execute(mine.values(ring_at=again_at, rings=report_clock.c.rings + 1))


async def deserted(conn: AsyncConnection) -> Sequence[tuple[str, UnitPath]]:
    """Code and path of each unit whose desk has reports to deal with, and nobody to do it."""
    waits = exists().where(submission.c.desk == unit.c.code, submission.c.state.in_(WAITING))
    able = exists().where(member.c.unit == unit.c.code, IN_FORCE, holds(SENDERS))
    rows = await conn.execute(select(unit.c.code, unit.c.path).where(waits, ~able).order_by(unit.c.code))
    return [(row[0], row[1]) for row in rows]


async def waits_at(conn: AsyncConnection, desk: str) -> bool:
    """Whether a desk has reports to deal with."""
    query = select(submission.c.id).where(submission.c.desk == desk, submission.c.state.in_(WAITING))
    return (await conn.execute(query.limit(1))).first() is not None


async def move_desk(conn: AsyncConnection, desk: str, to: str, limit: int) -> list[Report]:
    """So many reports of a desk go to another as they stand: those that went."""
    here = (
        select(submission.c.id).where(submission.c.desk == desk, submission.c.state.in_(WAITING)).limit(limit)
    )
    numbers = (await conn.execute(here)).scalars().all()
    if not numbers:
        return []
    had = select(submission_desk.c.submission_id).where(submission_desk.c.unit == desk)
    passed = select(submission.c.id, literal(desk)).where(
        submission.c.id.in_(numbers), submission.c.id.not_in(had)
    )
    await conn.execute(insert(submission_desk).from_select(["submission_id", "unit"], passed))
    await conn.execute(update(submission).where(submission.c.id.in_(numbers)).values(desk=to))
    rows = await conn.execute(ROW.where(submission.c.id.in_(numbers)).order_by(submission.c.code))
    return [Report(*row) for row in rows]
