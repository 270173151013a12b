"""Broadcasts on their way to an approval: submitted, approved, returned. Every change names what it saw."""

from typing import Any

from sqlalchemy import Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.broadcast import BROADCAST
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms, UnitPath
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Schedule, goes_at
from bot.core.schedule.quiet import Rest
from bot.storage.delivery.tables import delivery, run
from bot.storage.guidance import broadcasts
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.guidance.tables import broadcast
from bot.storage.moves import to_state
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_above, at_or_below

UNAPPROVED = {"approved_by": None, "approved_at": None, "approved_unit": None}


def seen(row: BroadcastRow) -> Update:
    """The row as it was read: nothing where somebody changed it since."""
    same = broadcast.c.state == row.state, broadcast.c.revision == row.revision
    return update(broadcast).where(broadcast.c.id == row.id, broadcast.c.planned_to == row.planned_to, *same)


def going(schedule: Schedule, now: Ms, rest: Rest | None) -> dict[str, Any]:
    """When it goes out; occurrences before `now` (ms UTC) do not count."""
    return {
        "schedule": schedule.model_dump_json(),
        "planned_to": now - 1,
        "next_at": goes_at(schedule, Ms(now - 1), rest),
    }


async def submit(conn: AsyncConnection, row: BroadcastRow, who: str, promised: int, now: Ms) -> bool:
    """It waits for approval. `promised`: how many it is for by now. False where somebody was quicker."""
    mine = to_state(seen(row), BROADCAST, "submitted", Act.SUBMIT)
    by = row.also_by(who)
    values = {"submitted_at": now, "returned_for": None, "written_by": by, "promised": promised}
    return await _done(conn, mine.values(revision=row.revision + 1, **values, **UNAPPROVED))


async def release(
    conn: AsyncConnection,
    row: BroadcastRow,
    schedule: Schedule,
    now: Ms,
    *,
    waived: bool,
    rest: Rest | None = None,
) -> bool:
    """It goes out without approval, as its unit has it by now. False where somebody was quicker.

    `rest`: the quiet hours that it keeps to.
    """
    mine = to_state(seen(row), BROADCAST, "scheduled", Act.SUBMIT)
    values = {**going(schedule, now, rest), "returned_for": None, "waived": waived}
    return await _done(conn, mine.values(revision=row.revision + 1, **values))


async def approve(
    conn: AsyncConnection,
    row: BroadcastRow,
    who: str,
    schedule: Schedule,
    promised: int | None,
    now: Ms,
    rest: Rest | None = None,
    unit: str | None = None,
) -> bool:
    """It goes out at its time, to as many as were shown. False where somebody was quicker.

    `rest`: the quiet hours that it keeps to. `unit`: the code of the one whose approver it is.
    """
    mine = to_state(seen(row), BROADCAST, "scheduled", Act.APPROVE)
    by = {"approved_by": who, "approved_at": now, "approved_unit": unit}
    values = {**by, "promised": promised, "waived": False}
    return await _done(conn, mine.values(**going(schedule, now, rest), **values))


async def send_back(conn: AsyncConnection, row: BroadcastRow, reason: str) -> bool:
    """It waits for its author, with the reason why. False where somebody was quicker."""
    mine = to_state(seen(row), BROADCAST, "returned", Act.SEND_BACK)
    return await _done(conn, mine.values(returned_for=reason))


async def withhold(conn: AsyncConnection, row: BroadcastRow, now: Ms) -> bool:
    """It fell due without the approval it needs: it waits for it. False where somebody was quicker."""
    mine = to_state(seen(row), BROADCAST, "submitted", Loop.PLANNER, only=("scheduled",))
    return await _done(conn, mine.values(submitted_at=now))


async def keep_back(conn: AsyncConnection, row: BroadcastRow, reason: str) -> bool:
    """It fell due while its unit is in training, for everybody: back to its author."""
    mine = to_state(seen(row), BROADCAST, "returned", Loop.PLANNER)
    return await _done(conn, mine.values(returned_for=reason, **UNAPPROVED))


async def waiting(conn: AsyncConnection, path: UnitPath, limit: int) -> list[BroadcastRow]:
    """Those of the units at or below `path` that wait for approval, the oldest first."""
    issuer = func.coalesce(broadcast.c.issuer, broadcast.c.unit)
    query = (
        select(broadcast.c.id)
        .join(unit, unit.c.code == issuer)
        .where(broadcast.c.state == "submitted", at_or_below(path))
        .order_by(broadcast.c.submitted_at, broadcast.c.id)
        .limit(limit)
    )
    return await broadcasts.listed(conn, query)


async def of_briefing(conn: AsyncConnection, briefing_id: int, path: UnitPath | None) -> str | None:
    """Who approved what went out of a version to the unit at `path` (None: anywhere), the latest first."""
    went = (
        select(broadcast.c.approved_by)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(broadcast.c.briefing_id == briefing_id, broadcast.c.approved_by.is_not(None))
        .order_by(broadcast.c.approved_at.desc(), broadcast.c.id.desc())
        .limit(1)
    )
    if path is not None:
        went = went.where(at_or_above(path))
    return (await conn.execute(went)).scalar_one_or_none()


async def units_of(
    conn: AsyncConnection, briefing_id: int, path: UnitPath | None = None, delivery_id: int | None = None
) -> str:
    """The names of the units that approved a version, with ";" between; empty where none did.

    Of all who sent it: those at or above `path`, or the one whose delivery it is.
    """
    approving = unit.alias()
    query = (
        select(approving.c.name)
        .join(broadcast, broadcast.c.approved_unit == approving.c.code)
        .where(broadcast.c.briefing_id == briefing_id)
        .group_by(approving.c.name)
        .order_by(func.min(broadcast.c.approved_at), approving.c.name)
    )
    if delivery_id is not None:
        query = query.join(run, run.c.broadcast_id == broadcast.c.id)
        query = query.join(delivery, delivery.c.run_id == run.c.id).where(delivery.c.id == delivery_id)
    elif path is not None:
        query = query.join(unit, unit.c.code == broadcast.c.unit).where(at_or_above(path))
    return "; ".join((await conn.execute(query)).scalars())


async def approver(conn: AsyncConnection, row: BroadcastRow) -> str:
    """The name of the unit that approved a broadcast; empty where none did, or before it was kept."""
    if row.approved_unit is None:
        return ""
    query = select(unit.c.name).where(unit.c.code == row.approved_unit)
    return str((await conn.execute(query)).scalar_one_or_none() or "")


async def _done(conn: AsyncConnection, statement: Update) -> bool:
    return (await conn.execute(statement)).rowcount == 1
