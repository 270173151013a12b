"""Runs: each occurrence of a broadcast, how far it has come, and what it delivers."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import BigInteger, Column, ColumnElement, Integer, func, literal, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import Priority
from bot.core.guidance.broadcast import RUN
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms, UnitPath
from bot.storage.delivery.tables import run
from bot.storage.dialect import upsert
from bot.storage.guidance.tables import briefing, broadcast
from bot.storage.moves import to_state
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_below


class Announced(Protocol):
    """What a run takes from its broadcast: the row, whether it is urgent, how long it may take (ms).

    `promised`: how many recipients were shown when it was scheduled.
    """

    @property
    def id(self) -> int: ...

    @property
    def urgent(self) -> bool: ...

    @property
    def expiry_ms(self) -> int: ...

    @property
    def promised(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class RunRow:
    """One occurrence. `audience` counts the rows planned so far until planning is done.

    `place`, `place_name`: of the broadcast's unit as it was then: its path, its name.
    `promised`: the audience it is held against. `about`: the run it follows, with what `kind` says and
    `following` has. `remind_at`, `deadline_at`: when it is followed by itself, ms UTC.
    """

    id: int
    broadcast_id: int
    at: Ms
    state: str
    audience: int
    planned_from: int
    expires_at: Ms
    priority: int
    place: UnitPath | None = None
    promised: int | None = None
    place_name: str | None = None
    about: int | None = None
    kind: str | None = None
    following: str | None = None
    remind_at: Ms | None = None
    deadline_at: Ms | None = None


_RUN: tuple[Column[Any], ...] = (
    run.c.id,
    run.c.broadcast_id,
    run.c.at,
    run.c.state,
    run.c.audience,
    run.c.planned_from,
    run.c.expires_at,
    run.c.priority,
    run.c.place,
    run.c.promised,
    run.c.place_name,
    run.c.about,
    run.c.kind,
    run.c.following,
    run.c.remind_at,
    run.c.deadline_at,
)
_WENT_OUT = ("running", "paused", "finished")  # as planned, or as somebody let it go


async def open_for(conn: AsyncConnection, row: Announced, at: Ms, state: str, now: Ms) -> RunRow | None:
    """An occurrence gets its run, once; None where it had one.

    What it promises is the audience of the last run of this broadcast that went out, before the first the
    number that was shown to whoever scheduled it.
    """
    before = run.alias("before")
    last = select(before.c.audience).where(before.c.broadcast_id == row.id, before.c.state.in_(_WENT_OUT))
    last = last.where(before.c.about.is_(None)).order_by(before.c.at.desc()).limit(1)
    priority = Priority.URGENT if row.urgent else Priority.ORDINARY
    values = {
        "broadcast_id": row.id,
        "at": at,
        "state": RUN.begin(state),
        "audience": 0,
        "planned_from": 0,
        "expires_at": max(at, now) + row.expiry_ms,
        "priority": int(priority),
        "created_at": now,
        "finished_at": now if state == "missed" else None,
        "promised": func.coalesce(last.scalar_subquery(), literal(row.promised, Integer)),
        "remind_at": _after(row, max(at, now), broadcast.c.remind_after_ms, state),
        "deadline_at": _after(row, max(at, now), broadcast.c.deadline_ms, state),
    }
    new = upsert(conn, run, values, keys=("broadcast_id", "at")).returning(run.c.id)
    run_id = (await conn.execute(new)).scalar_one_or_none()
    return None if run_id is None else await get(conn, run_id)


def _after(row: Announced, at: Ms, span: Column[int | None], state: str) -> ColumnElement[Any]:
    """So long after an instant as the broadcast says; null where it says nothing, or nothing goes out."""
    if state == "missed":
        return null()
    return select(literal(at, BigInteger) + span).where(broadcast.c.id == row.id).scalar_subquery()


async def every(
    conn: AsyncConnection, *, states: Collection[str] = (), broadcast_id: int | None = None
) -> list[RunRow]:
    """Runs in these states (all where none are named), the older first."""
    query = select(*_RUN).order_by(run.c.id)
    if states:
        query = query.where(run.c.state.in_(states))
    if broadcast_id is not None:
        query = query.where(run.c.broadcast_id == broadcast_id)
    return [RunRow(*row) for row in await conn.execute(query)]


async def get(conn: AsyncConnection, run_id: int) -> RunRow | None:
    """One run."""
    row = (await conn.execute(select(*_RUN).where(run.c.id == run_id))).first()
    return RunRow(*row) if row else None


async def hold(conn: AsyncConnection, run_id: int) -> None:
    """Nobody else changes this run's state until the transaction ends."""
    await conn.execute(select(run.c.id).where(run.c.id == run_id).with_for_update())


async def recent(conn: AsyncConnection, path: UnitPath, limit: int) -> list[RunRow]:
    """The latest runs of broadcasts to units at or below `path`."""
    query = (
        select(*_RUN)
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(at_or_below(path), run.c.about.is_(None))
    )
    return [RunRow(*row) for row in await conn.execute(query.order_by(run.c.id.desc()).limit(limit))]


async def set_state(conn: AsyncConnection, run_id: int, come_from: Collection[str], to: str, now: Ms) -> bool:
    """The planner moves one run on; True if it stood in one of `come_from`."""
    ended = now if to in ("finished", "cancelled", "missed") else None
    mine = to_state(update(run).where(run.c.id == run_id), RUN, to, Loop.PLANNER, only=come_from)
    return (await conn.execute(mine.values(finished_at=ended))).rowcount == 1


async def briefing_of(conn: AsyncConnection, run_id: int) -> int | None:
    """The briefing version a run delivers."""
    query = (
        select(briefing.c.id)
        .join(broadcast, broadcast.c.briefing_id == briefing.c.id)
        .join(run, run.c.broadcast_id == broadcast.c.id)
    )
    found = (await conn.execute(query.where(run.c.id == run_id))).first()
    return None if found is None else int(found[0])
