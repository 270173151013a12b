"""Answers to questions of understanding: counters by run, unit, question and choice; who answered: apart.

No row tells who picked what. Each answer writes all counters of its question and unit, whatever it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import UnitPath
from bot.core.opinion.understanding import Count
from bot.storage.database import leave_no_trace
from bot.storage.dialect import counting_answers, upsert
from bot.storage.opinion.tables import understanding, understood_by


@dataclass(frozen=True, slots=True)
class Put:
    """Which question of which run was answered, in which unit. `question` from 0, of so many `choices`."""

    run_id: int
    briefing_id: int
    question: int
    choices: int
    unit: str
    path: UnitPath


async def answered(conn: AsyncConnection, run_id: int, member_id: int) -> int:
    """How many questions of a run a member has answered: they come in order."""
    mine = understood_by.c.run_id == run_id, understood_by.c.member_id == member_id
    found = (await conn.execute(select(understood_by.c.answered).where(*mine))).scalar_one_or_none()
    return int(found or 0)


async def mark(conn: AsyncConnection, run_id: int, member_id: int, question: int, until: str) -> bool:
    """The member answered this question (from 0); False where they had, or it is not its turn."""
    keys = ("run_id", "member_id")
    values = {"run_id": run_id, "member_id": member_id, "answered": 1, "until": until}
    if not question:
        return (await conn.execute(upsert(conn, understood_by, values, keys=keys))).rowcount == 1
    mine = update(understood_by).where(
        understood_by.c.run_id == run_id,
        understood_by.c.member_id == member_id,
        understood_by.c.answered == question,
    )
    return (await conn.execute(mine.values(answered=question + 1))).rowcount == 1


async def count(conn: AsyncConnection, at: Put, choice: int, threshold: int) -> None:
    """One answer more; it is told of once there are as many new ones in the run as the threshold."""
    leave_no_trace(conn)
    await counting_answers(conn)
    keys = ("run_id", "briefing_id", "question", "unit", "choice")
    place = {"run_id": at.run_id, "briefing_id": at.briefing_id, "question": at.question}
    new = {"unit": at.unit, "unit_path": at.path, "told": 0, "fresh": 0}
    rows = [{**place, **new, "choice": number} for number in range(at.choices)]
    await conn.execute(upsert(conn, understanding, None, keys=keys), rows)
    here = [understanding.c[name] == value for name, value in place.items()]
    more = understanding.c.fresh + case((understanding.c.choice == choice, 1), else_=0)
    await conn.execute(update(understanding).where(*here, understanding.c.unit == at.unit).values(fresh=more))
    waiting = understanding.c.fresh > 0
    new_ones = select(func.coalesce(func.sum(understanding.c.fresh), 0)).where(*here, waiting)
    if int((await conn.execute(new_ones)).scalar_one()) >= threshold:
        all_told = understanding.c.told + understanding.c.fresh
        await conn.execute(update(understanding).where(*here, waiting).values(told=all_told, fresh=0))


async def counts(conn: AsyncConnection, run_id: int, briefing_id: int, path: UnitPath) -> Sequence[Count]:
    """What may be told of a run's units at or below a path; of nobody nothing."""
    here = understanding.c.run_id == run_id, understanding.c.briefing_id == briefing_id
    below = understanding.c.unit_path.startswith(path, autoescape=True)
    columns = (understanding.c[name] for name in ("unit_path", "question", "choice", "told"))
    rows = await conn.execute(select(*columns).where(*here, below, understanding.c.told > 0))
    return [Count(*row) for row in rows]


async def marks_of(conn: AsyncConnection, member_id: int) -> int:
    """How many questions a member has answered, in all runs that are still known."""
    query = select(func.coalesce(func.sum(understood_by.c.answered), 0))
    return int((await conn.execute(query.where(understood_by.c.member_id == member_id))).scalar_one())


async def forget(conn: AsyncConnection, today: str) -> int:
    """Drop who answered, where its day is past (ISO date); how many."""
    return (await conn.execute(delete(understood_by).where(understood_by.c.until < today))).rowcount
