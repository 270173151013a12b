"""Broadcasts: what is planned, for whom and when; stopped and let go on."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Select, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import Priority
from bot.core.guidance.audience import Audience
from bot.core.guidance.broadcast import BROADCAST, RUN, WAITING
from bot.core.kernel.values import Ms, UnitPath
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Schedule, ScheduleAdapter, goes_at
from bot.core.schedule.quiet import Rest
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import is_open
from bot.storage.guidance.tables import broadcast
from bot.storage.moves import to_next
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_below


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    """A broadcast. Times and spans in ms (UTC).

    `promised`: the recipients that were counted when it was scheduled; `audience`: whom it meant then;
    `issuer`: the unit whose it is. All are None for broadcasts older than these columns. `written_by`,
    `approved_by`: as the audit log names people, several with ";" between; `approved_unit`: the code of the
    last one's unit. `waived`: its unit goes without
    approval. `quiet`: it keeps to quiet hours. `addenda_ms`: so long before it goes out units below its
    issuer may add to it; None: they may not.
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
    planned_to: Ms
    next_at: Ms | None
    created_by: int | None
    promised: int | None
    audience: Audience | None
    issuer: str | None
    written_by: str | None
    revision: int
    submitted_at: Ms | None
    approved_by: str | None
    approved_at: Ms | None
    returned_for: str | None
    waived: bool
    quiet: bool = False
    training: bool = False
    addenda_ms: int | None = None
    approved_unit: str | None = None

    @property
    def authors(self) -> frozenset[str]:
        """Whoever wrote, changed or submitted it, as the audit log names them: none of them approves it."""
        made = f"member:{self.created_by}" if self.created_by is not None else ""
        return frozenset(one for one in (made, *(self.written_by or "").split(";")) if one)

    def also_by(self, who: str) -> str:
        """`written_by`, once this one has had a hand in it too, as the last."""
        before = [one for one in (self.written_by or "").split(";") if one and one != who]
        return ";".join((*before, who))


_BROADCAST = tuple(broadcast.c[one.name] for one in fields(BroadcastRow))


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
    now: Ms,
    state: str = "scheduled",
    issuer: str | None = None,
    written_by: str | None = None,
    waived: bool = False,
    rest: Rest | None = None,
    addenda_ms: int | None = None,
    newcomers: bool = False,
) -> int:
    """Keep a broadcast; returns its id. Occurrences before `now` do not count.

    `state`: "scheduled" goes out by itself; "submitted" and "draft" do not. `rest`: it keeps to these
    quiet hours. `newcomers`: who joins while it is valid is offered it.
    """
    values = {
        "briefing_id": briefing_id,
        **meant_for(audience, promised),
        "topic": audience.topic,
        **timed(schedule, now, rest),
        "schedule": schedule.model_dump_json(),
        "urgent": urgent,
        "late_limit_ms": late_limit_ms,
        "expiry_ms": expiry_ms,
        "state": BROADCAST.begin(state),
        "created_by": created_by,
        "created_at": now,
        "issuer": issuer or audience.unit,
        "written_by": written_by,
        "submitted_at": now if state == "submitted" else None,
        "waived": waived,
        "training": audience.only is not None,
        "newcomers": newcomers,
        "addenda_ms": addenda_ms if audience.only is None else None,  # who practises, practises alone
    }
    new = insert(broadcast).values(**values).returning(broadcast.c.id)
    return int((await conn.execute(new)).scalar_one())


async def get(conn: AsyncConnection, broadcast_id: int) -> BroadcastRow | None:
    """One broadcast."""
    row = (await conn.execute(select(*_BROADCAST).where(broadcast.c.id == broadcast_id))).first()
    return _broadcast(row) if row else None


async def listed(conn: AsyncConnection, query: Select[Any]) -> list[BroadcastRow]:
    """The broadcasts of a query that narrows down the table."""
    return [_broadcast(row) for row in await conn.execute(query.with_only_columns(*_BROADCAST))]


async def upcoming(conn: AsyncConnection, path: UnitPath, limit: int) -> list[BroadcastRow]:
    """Broadcasts to units at or below `path` that wait for their time, the nearest first."""
    query = (
        select(*_BROADCAST)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(at_or_below(path))
        .where(broadcast.c.state.in_(WAITING), broadcast.c.next_at.is_not(None))
    )
    return [_broadcast(row) for row in await conn.execute(query.order_by(broadcast.c.next_at).limit(limit))]


async def cancelled(conn: AsyncConnection, path: UnitPath, since: Ms, limit: int) -> list[BroadcastRow]:
    """Broadcasts to units at or below `path`, cancelled with an occurrence ahead after `since` (ms UTC)."""
    query = (
        select(*_BROADCAST)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(at_or_below(path))
        .where(broadcast.c.state == "cancelled", broadcast.c.next_at > since)
    )
    newest = query.order_by(broadcast.c.next_at.desc(), broadcast.c.id.desc()).limit(limit)
    return [_broadcast(row) for row in await conn.execute(newest)]


async def set_following(
    conn: AsyncConnection, broadcast_id: int, remind_after_ms: int | None, deadline_ms: int | None
) -> bool:
    """How long after a run it is followed by itself (ms; None: not). False where that was so already."""
    mine = update(broadcast).where(
        broadcast.c.id == broadcast_id, broadcast.c.remind_after_ms.is_distinct_from(remind_after_ms)
    )
    done = await conn.execute(mine.values(remind_after_ms=remind_after_ms, deadline_ms=deadline_ms))
    return done.rowcount == 1


async def follows(conn: AsyncConnection, broadcast_id: int) -> bool:
    """Whether its runs are followed by themselves."""
    query = select(broadcast.c.remind_after_ms).where(broadcast.c.id == broadcast_id)
    return (await conn.execute(query)).scalar_one_or_none() is not None


def timed(schedule: Schedule, now: Ms, rest: Rest | None) -> dict[str, Any]:
    """The columns that change with a schedule: it counts from `now` (ms UTC) on, and keeps to these hours."""
    return {
        "planned_to": now - 1,
        "next_at": goes_at(schedule, Ms(now - 1), rest),
        "quiet": rest is not None,
    }


def meant_for(audience: Audience, promised: int | None) -> dict[str, Any]:
    """The columns that change with an audience, which is of so many."""
    return {
        "unit": audience.unit,
        "roles": ";".join(sorted(audience.roles)),
        "audience": audience.model_dump_json(),
        "narrow": audience.narrow,
        "promised": promised,
    }


_ACTS = {"paused": Act.PAUSE, "scheduled": Act.RESUME, "cancelled": Act.CANCEL}


async def set_state(conn: AsyncConnection, broadcast_id: int, to: str) -> bool:
    """Pause ("paused"), resume ("scheduled") or cancel a broadcast with its runs; True if anything changed.

    Takes effect at the next claim: no row of a run that is not running is claimed, fetched or not.
    """
    whole = to_next(update(broadcast).where(broadcast.c.id == broadcast_id), BROADCAST, _ACTS[to])
    changed = (await conn.execute(whole)).rowcount
    theirs = to_next(update(run).where(run.c.broadcast_id == broadcast_id), RUN, _ACTS[to])
    changed += (await conn.execute(theirs)).rowcount
    if to != "scheduled":
        await _fetched_no_more(conn, broadcast_id)
    return changed > 0


async def _fetched_no_more(conn: AsyncConnection, broadcast_id: int) -> None:
    """What members asked for by writing, and has not gone, waits with the others of its run again."""
    stopped = run.c.broadcast_id == broadcast_id, run.c.state.in_(("paused", "cancelling"))
    asked = is_open(delivery.c.state), delivery.c.priority >= literal_column(str(int(Priority.FETCHED_FIRST)))
    lane = select(run.c.priority).where(run.c.id == delivery.c.run_id).scalar_subquery()
    theirs = update(delivery).where(*asked, delivery.c.run_id.in_(select(run.c.id).where(*stopped)))
    await conn.execute(theirs.values(priority=lane))
