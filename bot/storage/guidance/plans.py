"""What waits for its time, as a calendar shows it."""

import json
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import UnitPath
from bot.core.schedule.occurrences import Schedule, ScheduleAdapter
from bot.storage.guidance.tables import briefing, broadcast
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_below

SHOWN = ("submitted", "scheduled", "paused")


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A broadcast ahead. `titles` by language; `planned_to` in ms UTC: what follows has yet to go."""

    id: int
    state: str
    unit: str
    unit_name: str
    schedule: Schedule
    urgent: bool
    quiet: bool
    planned_to: int
    issuer: str
    titles: dict[str, str]


async def ahead(conn: AsyncConnection, path: UnitPath) -> list[PlannedRow]:
    """The broadcasts to units at or below `path` that wait for their time or for approval."""
    query = (
        select(
            broadcast.c.id,
            broadcast.c.state,
            broadcast.c.unit,
            unit.c.name,
            broadcast.c.schedule,
            broadcast.c.urgent,
            broadcast.c.quiet,
            broadcast.c.planned_to,
            func.coalesce(broadcast.c.issuer, broadcast.c.unit),
            broadcast.c.briefing_id,
        )
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(at_or_below(path), broadcast.c.state.in_(SHOWN), broadcast.c.next_at.is_not(None))
        .order_by(broadcast.c.id)
    )
    rows = (await conn.execute(query)).all()
    titles = await _titles(conn, sorted({row.briefing_id for row in rows}))
    return [
        PlannedRow(
            *row[:4], ScheduleAdapter.validate_json(row.schedule), *row[5:9], titles=titles[row.briefing_id]
        )
        for row in rows
    ]


async def _titles(conn: AsyncConnection, versions: list[int]) -> dict[int, dict[str, str]]:
    """Their titles alone: many broadcasts share a text, and nothing else of it is shown."""
    found: dict[int, dict[str, str]] = {}
    for first in range(0, len(versions), 500):
        some = versions[first : first + 500]
        query = select(briefing.c.id, briefing.c.body).where(briefing.c.id.in_(some))
        for row in await conn.execute(query):
            bodies = json.loads(row.body)["bodies"]
            found[row.id] = {language: body["title"] for language, body in bodies.items()}
    return found
