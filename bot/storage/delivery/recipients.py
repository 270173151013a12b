"""A run's recipients among the people who stand at or below a unit now, whichever level it came from."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.recipients import STATES, Standing
from bot.core.guidance.figures import UnitCount
from bot.core.kernel.values import Ms, UnitPath
from bot.storage.accounts.tables import endpoint
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.guidance.tables import broadcast
from bot.storage.people.states import HERE
from bot.storage.people.tables import member, unit
from bot.storage.people.units import at_or_below

WENT_OUT = ("running", "paused", "finished")
FEW = 5_000  # people who are listed in a moment


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """One recipient. `confirmed_at`, and `closed_at` when their chat was closed, in ms UTC."""

    member_id: int
    name: str
    state: str
    reason: str | None
    confirmed_at: Ms | None
    closed_at: Ms | None


def _people(path: UnitPath) -> Select[Any]:
    return select(member.c.id).join(unit, unit.c.code == member.c.unit).where(at_or_below(path))


def _of(run_id: int, path: UnitPath) -> ColumnElement[bool]:
    """Rows of a run to these people, found one by one: however large the run, they are few."""
    return and_(delivery.c.run_id == run_id, delivery.c.member_id.in_(_people(path)))


async def _theirs(conn: AsyncConnection, path: UnitPath) -> ColumnElement[bool]:
    """Whether a row is to somebody at or below a unit, where one such row is enough.

    Of few people the rows are looked up; many are not listed first, for soon a row is to one of them.
    """
    some = select(func.count()).select_from(_people(path).limit(FEW + 1).subquery())
    if (await conn.execute(some)).scalar_one() <= FEW:
        return delivery.c.member_id.in_(_people(path))
    return _people(path).where(member.c.id == delivery.c.member_id).exists()


async def touches(conn: AsyncConnection, run_id: int, path: UnitPath) -> bool:
    """Whether a run that went out has a recipient at or below a unit."""
    out = select(run.c.id).where(run.c.id == run_id, run.c.state.in_(WENT_OUT))
    if (await conn.execute(out)).first() is None:
        return False
    theirs = select(delivery.c.id).where(delivery.c.run_id == run_id, await _theirs(conn, path))
    return (await conn.execute(theirs.limit(1))).first() is not None


async def touching(conn: AsyncConnection, path: UnitPath, since: Ms, limit: int) -> list[int]:
    """The latest runs from elsewhere, planned after an instant (ms UTC), that went out to people here."""
    mine = await _theirs(conn, path)
    theirs = select(delivery.c.id).where(delivery.c.run_id == run.c.id, mine).exists()
    query = (
        select(run.c.id)
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .join(unit, unit.c.code == broadcast.c.unit)
        .where(~at_or_below(path), run.c.created_at > since, run.c.state.in_(WENT_OUT), theirs)
        .where(run.c.about.is_(None))
        .order_by(run.c.id.desc())
        .limit(limit)
    )
    return [int(row[0]) for row in await conn.execute(query)]


async def size(conn: AsyncConnection, run_id: int, path: UnitPath) -> int:
    """How many of a run's recipients stand at or below a unit."""
    query = select(func.count()).select_from(delivery).where(_of(run_id, path))
    return int((await conn.execute(query)).scalar_one())


async def counts(conn: AsyncConnection, run_id: int, path: UnitPath) -> list[tuple[str, int, int]]:
    """(state, rows, confirmed) of the recipients at or below a unit."""
    query = select(delivery.c.state, func.count(), func.count(delivery.c.acknowledged_at))
    found = await conn.execute(query.where(_of(run_id, path)).group_by(delivery.c.state))
    return [(row[0], row[1], row[2]) for row in found]


async def reasons(conn: AsyncConnection, run_id: int, path: UnitPath) -> list[tuple[str, str, int]]:
    """(state, reason, rows) of what did not surely arrive there, the most frequent first."""
    lost = in_state(delivery.c.state, *STATES[Standing.UNREACHED], *STATES[Standing.UNCERTAIN])
    query = select(delivery.c.state, delivery.c.reason, func.count()).where(_of(run_id, path), lost)
    rows = await conn.execute(query.group_by(delivery.c.state, delivery.c.reason))
    return sorted(((row[0], row[1] or "", row[2]) for row in rows), key=lambda row: -row[2])


async def by_unit(conn: AsyncConnection, run_id: int, path: UnitPath) -> list[UnitCount]:
    """The figures of the units at or below one, each of the people who are in it now."""
    uncertain = case((in_state(delivery.c.state, "uncertain"), 1))
    failed = case((in_state(delivery.c.state, "failed", "abandoned"), 1))
    query = (
        select(
            unit.c.path,
            func.count(),
            func.count(delivery.c.acknowledged_at),
            func.count(uncertain),
            func.count(failed),
        )
        .select_from(delivery)
        .join(member, member.c.id == delivery.c.member_id)
        .join(unit, unit.c.code == member.c.unit)
        .where(_of(run_id, path))
        .group_by(unit.c.path)
    )
    return [UnitCount(*row) for row in await conn.execute(query)]


def _stand(wanted: Collection[Standing]) -> ColumnElement[bool]:
    read = delivery.c.acknowledged_at.is_not(None)
    states = [state for one in wanted if one is not Standing.READ for state in STATES[one]]
    unread = and_(~read, in_state(delivery.c.state, *states)) if states else None
    found = [one for one in (read if Standing.READ in wanted else None, unread) if one is not None]
    return or_(*found)


def _own(run_id: int, code: str, wanted: Collection[Standing]) -> tuple[ColumnElement[bool], ...]:
    mine = select(member.c.id).where(member.c.unit == code, HERE)
    return delivery.c.run_id == run_id, delivery.c.member_id.in_(mine), _stand(wanted)


async def count_own(conn: AsyncConnection, run_id: int, code: str, wanted: Collection[Standing]) -> int:
    """How many of a unit's own people stand so."""
    query = select(func.count()).select_from(delivery).where(*_own(run_id, code, wanted))
    return int((await conn.execute(query)).scalar_one())


async def own(
    conn: AsyncConnection, run_id: int, code: str, wanted: Collection[Standing], skip: int, limit: int
) -> list[RecipientRow]:
    """A unit's own people who stand so, by name, `limit` from `skip` on; who has left is not among them."""
    closed = and_(
        endpoint.c.account == delivery.c.account,
        endpoint.c.chat_id == delivery.c.chat_id,
        endpoint.c.member_id == delivery.c.member_id,
        endpoint.c.state != "open",
    )
    query = (
        select(
            member.c.id,
            member.c.name,
            delivery.c.state,
            delivery.c.reason,
            delivery.c.acknowledged_at,
            endpoint.c.changed_at,
        )
        .select_from(delivery.join(member, member.c.id == delivery.c.member_id).outerjoin(endpoint, closed))
        .where(*_own(run_id, code, wanted))
        .order_by(member.c.name, member.c.id)
        .offset(skip)
        .limit(limit)
    )
    return [RecipientRow(*row) for row in await conn.execute(query)]
