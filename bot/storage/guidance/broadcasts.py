"""Broadcasts and their runs: what is planned, for whom, and how far each has come."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import Priority
from bot.core.guidance.audience import Audience
from bot.core.schedule.occurrences import Schedule, ScheduleAdapter, next_occurrence
from bot.storage.delivery.tables import run
from bot.storage.dialect import upsert
from bot.storage.guidance.tables import briefing, broadcast
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_below


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """A broadcast. Times and spans in ms (UTC).

    `promised`: the recipients that were counted when it was scheduled; `audience`: whom it meant then. Both
    are None for broadcasts older than these columns.
    """

    id: int
    briefing_id: int
    unit: str
    topic: str
    roles: str
    schedule: Schedule
    urgent: bool
    late_limit_ms: int
    expiry_ms: int
    state: str
    planned_to: int
    next_at: int | None
    created_by: int | None
    promised: int | None
    audience: Audience | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """One occurrence. `audience` counts the rows planned so far until planning is done."""

    id: int
    broadcast_id: int
    at: int
    state: str
    audience: int
    planned_from: int
    expires_at: int
    priority: int


_BROADCAST = (
    broadcast.c.id,
    broadcast.c.briefing_id,
    broadcast.c.unit,
    broadcast.c.topic,
    broadcast.c.roles,
    broadcast.c.schedule,
    broadcast.c.urgent,
    broadcast.c.late_limit_ms,
    broadcast.c.expiry_ms,
    broadcast.c.state,
    broadcast.c.planned_to,
    broadcast.c.next_at,
    broadcast.c.created_by,
    broadcast.c.promised,
    broadcast.c.audience,
)
_RUN = (
    run.c.id,
    run.c.broadcast_id,
    run.c.at,
    run.c.state,
    run.c.audience,
    run.c.planned_from,
    run.c.expires_at,
    run.c.priority,
)


def _broadcast(row: Any) -> BroadcastRow:
    values = dict(row._mapping)
    values["schedule"] = ScheduleAdapter.validate_json(values["schedule"])
    if values["audience"] is not None:
        values["audience"] = Audience.model_validate_json(values["audience"])
    return BroadcastRow(**values)


async def create(
    conn: AsyncConnection,
    briefing_id: int,
    audience: Audience,
    schedule: Schedule,
    *,
    urgent: bool = False,
    late_limit_ms: int,
    expiry_ms: int,
    created_by: int | None,
    promised: int | None = None,
    now: int,
) -> int:
    """Schedule a broadcast; returns its id. Occurrences before `now` do not count."""
    values = {
        "briefing_id": briefing_id,
        "unit": audience.unit,
        "topic": audience.topic,
        "roles": ";".join(sorted(audience.roles)),
        "schedule": schedule.model_dump_json(),
        "urgent": urgent,
        "late_limit_ms": late_limit_ms,
        "expiry_ms": expiry_ms,
        "state": "scheduled",
        "planned_to": now - 1,
        "next_at": next_occurrence(schedule, now - 1),
        "created_by": created_by,
        "created_at": now,
        "promised": promised,
        "audience": audience.model_dump_json(),
    }
    new = insert(broadcast).values(**values).returning(broadcast.c.id)
    return int((await conn.execute(new)).scalar_one())


async def get(conn: AsyncConnection, broadcast_id: int) -> BroadcastRow | None:
    """One broadcast."""
    row = (await conn.execute(select(*_BROADCAST).where(broadcast.c.id == broadcast_id))).first()
    return _broadcast(row) if row else None


async def due(conn: AsyncConnection, now: int) -> list[BroadcastRow]:
    """Scheduled broadcasts with an occurrence at or before `now`."""
    query = select(*_BROADCAST).where(broadcast.c.state == "scheduled", broadcast.c.next_at <= now)
    return [_broadcast(row) for row in await conn.execute(query.order_by(broadcast.c.next_at))]


async def next_at(conn: AsyncConnection) -> int | None:
    """When the next occurrence of any broadcast is due, ms UTC."""
    query = select(func.min(broadcast.c.next_at)).where(broadcast.c.state == "scheduled")
    found = (await conn.execute(query)).scalar_one()
    return None if found is None else int(found)


async def planned(conn: AsyncConnection, row: BroadcastRow, up_to: int) -> bool:
    """Occurrences up to `up_to` (ms UTC) get their run now; the broadcast ends where no more follow.

    False where it was cancelled, paused or planned by others since `row` was read: none is to be opened.
    """
    following = next_occurrence(row.schedule, up_to)
    state = "scheduled" if following is not None else "finished"
    as_read = (broadcast.c.state == "scheduled") & (broadcast.c.planned_to == row.planned_to)
    mine = update(broadcast).where(broadcast.c.id == row.id, as_read)
    changed = await conn.execute(mine.values(planned_to=up_to, next_at=following, state=state))
    return changed.rowcount == 1


async def open_run(conn: AsyncConnection, row: BroadcastRow, at: int, state: str, now: int) -> RunRow | None:
    """An occurrence gets its run, once; None where it had one."""
    priority = Priority.URGENT if row.urgent else Priority.ORDINARY
    values = {
        "broadcast_id": row.id,
        "at": at,
        "state": state,
        "audience": 0,
        "planned_from": 0,
        "expires_at": max(at, now) + row.expiry_ms,
        "priority": int(priority),
        "created_at": now,
        "finished_at": now if state == "missed" else None,
    }
    new = upsert(conn, run, values, keys=("broadcast_id", "at")).returning(run.c.id)
    run_id = (await conn.execute(new)).scalar_one_or_none()
    return None if run_id is None else await get_run(conn, run_id)


async def runs(
    conn: AsyncConnection, *, states: Collection[str] = (), broadcast_id: int | None = None
) -> list[RunRow]:
    """Runs in these states (all where none are named), the older first."""
    query = select(*_RUN).order_by(run.c.id)
    if states:
        query = query.where(run.c.state.in_(states))
    if broadcast_id is not None:
        query = query.where(run.c.broadcast_id == broadcast_id)
    return [RunRow(*row) for row in await conn.execute(query)]


async def get_run(conn: AsyncConnection, run_id: int) -> RunRow | None:
    """One run."""
    row = (await conn.execute(select(*_RUN).where(run.c.id == run_id))).first()
    return RunRow(*row) if row else None


async def hold(conn: AsyncConnection, run_id: int) -> None:
    """Nobody else changes this run's state until the transaction ends."""
    await conn.execute(select(run.c.id).where(run.c.id == run_id).with_for_update())


async def recent_runs(conn: AsyncConnection, path: str, limit: int) -> list[RunRow]:
    """The latest runs of broadcasts to units at or below `path`."""
    query = (
        select(*_RUN)
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(at_or_below(path))
    )
    return [RunRow(*row) for row in await conn.execute(query.order_by(run.c.id.desc()).limit(limit))]


async def upcoming(conn: AsyncConnection, path: str, limit: int) -> list[BroadcastRow]:
    """Broadcasts to units at or below `path` that wait for their time, the nearest first."""
    query = (
        select(*_BROADCAST)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(at_or_below(path))
        .where(broadcast.c.state.in_(("scheduled", "paused")), broadcast.c.next_at.is_not(None))
    )
    return [_broadcast(row) for row in await conn.execute(query.order_by(broadcast.c.next_at).limit(limit))]


async def cancelled(conn: AsyncConnection, path: str, since: int, limit: int) -> list[BroadcastRow]:
    """Broadcasts to units at or below `path`, cancelled with an occurrence ahead after `since` (ms UTC)."""
    query = (
        select(*_BROADCAST)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(at_or_below(path))
        .where(broadcast.c.state == "cancelled", broadcast.c.next_at > since)
    )
    newest = query.order_by(broadcast.c.next_at.desc(), broadcast.c.id.desc()).limit(limit)
    return [_broadcast(row) for row in await conn.execute(newest)]


# What pausing, resuming and cancelling make of a broadcast and of its runs. A run held was being planned.
_WHOLE = {
    "paused": {"scheduled": "paused"},
    "scheduled": {"paused": "scheduled"},
    "cancelled": {"scheduled": "cancelled", "paused": "cancelled"},
}
_RUNS = {
    "paused": {"running": "paused", "planning": "held"},
    "scheduled": {"paused": "running", "held": "planning"},
    "cancelled": dict.fromkeys(("planning", "held", "running", "paused"), "cancelling"),
}


async def set_state(conn: AsyncConnection, broadcast_id: int, to: str) -> bool:
    """Pause ("paused"), resume ("scheduled") or cancel a broadcast with its runs; True if anything changed.

    Takes effect at the next claim: no row of a run that is not running is claimed.
    """
    whole, runs_of = _WHOLE[to], _RUNS[to]
    mine = update(broadcast).where(broadcast.c.id == broadcast_id, broadcast.c.state.in_(list(whole)))
    changed = (await conn.execute(mine.values(state=case(whole, value=broadcast.c.state)))).rowcount
    theirs = update(run).where(run.c.broadcast_id == broadcast_id, run.c.state.in_(list(runs_of)))
    return changed + (await conn.execute(theirs.values(state=case(runs_of, value=run.c.state)))).rowcount > 0


async def set_run_state(
    conn: AsyncConnection, run_id: int, come_from: Collection[str], to: str, now: int
) -> bool:
    """Move one run on; True if it stood in one of `come_from`."""
    ended = now if to in ("finished", "cancelled") else None
    mine = update(run).where(run.c.id == run_id, run.c.state.in_(come_from))
    return (await conn.execute(mine.values(state=to, finished_at=ended))).rowcount == 1


async def briefing_of(conn: AsyncConnection, run_id: int) -> int | None:
    """The briefing version a run delivers."""
    query = (
        select(briefing.c.id)
        .join(broadcast, broadcast.c.briefing_id == briefing.c.id)
        .join(run, run.c.broadcast_id == broadcast.c.id)
    )
    found = (await conn.execute(query.where(run.c.id == run_id))).first()
    return None if found is None else int(found[0])
