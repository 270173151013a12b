"""Where broadcasts stand, by columns that every schema has had: what stops a broadcast must work on any."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import Priority
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.values import Ms, UnitPath
from bot.core.schedule.occurrences import Schedule, ScheduleAdapter
from bot.storage.delivery.tables import run
from bot.storage.guidance.tables import briefing, broadcast
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_below

OF_BRIEFINGS = (int(Priority.URGENT), int(Priority.ORDINARY))  # what follows a run has another priority


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A broadcast's state and place. `path` is its unit's."""

    id: int
    state: str
    path: UnitPath


@dataclass(frozen=True, slots=True)
class RunStanding:
    """A run's state. `at` in ms UTC."""

    id: int
    state: str
    audience: int
    at: Ms


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A broadcast as a list shows it. `next_at` in ms UTC."""

    id: int
    state: str
    unit: str
    unit_name: str
    path: UnitPath
    urgent: bool
    next_at: Ms | None
    schedule: Schedule
    briefing: Briefing


async def of(conn: AsyncConnection, broadcast_id: int) -> StandingRow | None:
    """One broadcast; None where there is none such."""
    query = select(broadcast.c.id, broadcast.c.state, unit.c.path)
    query = query.join(unit, unit.c.code == broadcast.c.unit).where(broadcast.c.id == broadcast_id)
    row = (await conn.execute(query)).first()
    return StandingRow(*row) if row else None


async def runs(conn: AsyncConnection, broadcast_id: int) -> list[RunStanding]:
    """Its runs, the older first; not what followed them."""
    query = select(run.c.id, run.c.state, run.c.audience, run.c.at).where(run.c.broadcast_id == broadcast_id)
    query = query.where(run.c.priority.in_(OF_BRIEFINGS))
    return [RunStanding(*row) for row in await conn.execute(query.order_by(run.c.id))]


async def promised(conn: AsyncConnection, broadcast_id: int) -> int | None:
    """How many recipients its latest run was promised, or will be its first; None where it was not kept."""
    if not await conn.run_sync(_keeps_promises):
        return None
    latest = select(run.c.promised).where(run.c.broadcast_id == broadcast_id).order_by(run.c.id.desc())
    first = select(broadcast.c.promised).where(broadcast.c.id == broadcast_id)
    query = select(func.coalesce(latest.limit(1).scalar_subquery(), first.scalar_subquery()))
    found = (await conn.execute(query)).scalar_one()
    return None if found is None else int(found)


def _keeps_promises(connection: Connection) -> bool:
    found = inspect(connection)
    return all(
        "promised" in {one["name"] for one in found.get_columns(table)} for table in ("run", "broadcast")
    )


async def every(conn: AsyncConnection, path: UnitPath, limit: int) -> list[ListedRow]:
    """The newest broadcasts to units at or below `path`."""
    query = (
        select(
            broadcast.c.id,
            broadcast.c.state,
            broadcast.c.unit,
            unit.c.name,
            unit.c.path,
            broadcast.c.urgent,
            broadcast.c.next_at,
            broadcast.c.schedule,
            briefing.c.body,
        )
        .join(unit, unit.c.code == broadcast.c.unit)
        .join(briefing, briefing.c.id == broadcast.c.briefing_id)
        .where(at_or_below(path))
        .order_by(broadcast.c.id.desc())
        .limit(limit)
    )
    return [
        ListedRow(*row[:7], ScheduleAdapter.validate_json(row[7]), Briefing.model_validate_json(row[8]))
        for row in await conn.execute(query)
    ]
