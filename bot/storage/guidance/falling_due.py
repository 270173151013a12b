"""Broadcasts fall due: which have an occurrence by now, and where the planner stands with each."""

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.broadcast import BROADCAST
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms
from bot.core.schedule.occurrences import Going, going, next_occurrence
from bot.core.schedule.quiet import Rest
from bot.storage.guidance import broadcasts
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.guidance.tables import broadcast
from bot.storage.moves import to_state


async def due(conn: AsyncConnection, now: Ms) -> list[BroadcastRow]:
    """Scheduled broadcasts with an occurrence at or before `now`."""
    waiting = select(broadcast).where(broadcast.c.state == "scheduled", broadcast.c.next_at <= now)
    return await broadcasts.listed(conn, waiting.order_by(broadcast.c.next_at))


async def next_at(conn: AsyncConnection) -> Ms | None:
    """When the next occurrence of any broadcast is due, ms UTC."""
    query = select(func.min(broadcast.c.next_at)).where(broadcast.c.state == "scheduled")
    found = (await conn.execute(query)).scalar_one()
    return None if found is None else Ms(found)


async def planned(conn: AsyncConnection, row: BroadcastRow, up_to: Ms, rest: Rest | None = None) -> bool:
    """Occurrences that go out by `up_to` (ms UTC) get their run now; the broadcast ends where no more follow.

    `rest` defers them; what it defers past `up_to` is still to be planned.

    False where it was cancelled, paused or planned by others since `row` was read: none is to be opened.
    """
    following = _following(row, up_to, rest)
    mine = update(broadcast).where(broadcast.c.id == row.id, broadcast.c.planned_to == row.planned_to)
    if following is None:
        mine = to_state(mine, BROADCAST, "finished", Loop.PLANNER)
    else:
        mine = mine.where(broadcast.c.state == "scheduled")
    to = up_to if following is None else min(up_to, following.at - 1)
    next_at = None if following is None else following.goes
    return (await conn.execute(mine.values(planned_to=to, next_at=next_at))).rowcount == 1


def _following(row: BroadcastRow, up_to: Ms, rest: Rest | None) -> Going | None:
    if rest is None:
        at = next_occurrence(row.schedule, up_to)
        return None if at is None else Going(at, at)
    return next((one for one in going(row.schedule, row.planned_to, rest) if one.goes > up_to), None)
