"""What units between an issuer and its recipients add to a broadcast's briefing."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.addenda import ADDENDUM, Addition, for_unit, numbers
from bot.core.guidance.broadcast import READ, WAITING
from bot.core.kernel.values import Ms, UnitPath
from bot.core.people.permissions import Act, OperatorAct
from bot.core.people.units import above
from bot.storage.delivery.tables import run, run_addendum
from bot.storage.guidance.tables import addendum, broadcast, edition
from bot.storage.moves import to_state
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_below


@dataclass(frozen=True, slots=True)
class AddendumRow:
    """One addendum. `path`: of its unit; `written_by`, `decided_by`: as the audit log names people."""

    id: int
    broadcast_id: int
    unit: str
    unit_name: str
    signed: str
    words: str
    state: str
    written_by: str
    returned_for: str | None
    created_at: Ms
    path: UnitPath


_ROW = (
    addendum.c.id,
    addendum.c.broadcast_id,
    addendum.c.unit,
    addendum.c.unit_name,
    addendum.c.signed,
    addendum.c.words,
    addendum.c.state,
    addendum.c.written_by,
    addendum.c.returned_for,
    addendum.c.created_at,
    unit.c.path,
)
TAKES = ("scheduled", "paused")  # the states of a broadcast that may be added to
_OPEN = ("submitted", "standing", "returned")


async def add(conn: AsyncConnection, broadcast_id: int, unit_code: str, *, state: str, **values: Any) -> int:
    """Keep what a unit adds to a broadcast, in place of what it added before. Returns its number."""
    theirs = update(addendum).where(addendum.c.broadcast_id == broadcast_id, addendum.c.unit == unit_code)
    await conn.execute(to_state(theirs, ADDENDUM, "withdrawn", Act.WRITE_ADDENDUM))
    where = {"broadcast_id": broadcast_id, "unit": unit_code}
    new = insert(addendum).values({**where, **values, "state": ADDENDUM.begin(state)})
    return int((await conn.execute(new.returning(addendum.c.id))).scalar_one())


async def withdraw(conn: AsyncConnection, number: int) -> bool:
    """It is no more; False where it was not any more."""
    mine = update(addendum).where(addendum.c.id == number)
    moved = await conn.execute(to_state(mine, ADDENDUM, "withdrawn", Act.WITHDRAW_ADDENDUM))
    return moved.rowcount == 1


async def decide(conn: AsyncConnection, number: int, to: str, who: str, reason: str | None) -> bool:
    """It stands, or is returned for a reason; False where it does not wait for that any more."""
    mine = to_state(update(addendum).where(addendum.c.id == number), ADDENDUM, to, Act.DECIDE_ADDENDUM)
    return (await conn.execute(mine.values(decided_by=who, returned_for=reason))).rowcount == 1


async def end(conn: AsyncConnection, code: str, reason: str) -> list[AddendumRow]:
    """What a unit that has ended adds to broadcasts that may go out yet is returned; which these were."""
    of_unit = addendum.c.unit == code, addendum.c.state.in_(ADDENDUM.sources("returned", OperatorAct.FOLLOW))
    query = _rows().join(broadcast, broadcast.c.id == addendum.c.broadcast_id)
    found = await conn.execute(query.where(*of_unit, broadcast.c.state.in_(WAITING)).order_by(addendum.c.id))
    rows = [AddendumRow(*row) for row in found]
    mine = update(addendum).where(addendum.c.id.in_([one.id for one in rows]))
    moved = to_state(mine, ADDENDUM, "returned", OperatorAct.FOLLOW)
    await conn.execute(moved.values(decided_by=None, returned_for=reason))
    return rows


async def move_on(conn: AsyncConnection, broadcast_id: int, to: int) -> None:
    """Those of a broadcast that another one goes on with, are that one's."""
    theirs = update(addendum).where(addendum.c.broadcast_id == broadcast_id, addendum.c.state.in_(_OPEN))
    await conn.execute(theirs.values(broadcast_id=to))


def _rows() -> Select[Any]:
    return select(*_ROW).join(unit, unit.c.code == addendum.c.unit)


async def get(conn: AsyncConnection, number: int) -> AddendumRow | None:
    """One addendum."""
    row = (await conn.execute(_rows().where(addendum.c.id == number))).first()
    return AddendumRow(*row) if row else None


async def of_broadcast(
    conn: AsyncConnection, broadcast_id: int, path: UnitPath, limit: int
) -> list[AddendumRow]:
    """What units at or below `path` add to a broadcast, the higher first; none that was taken back."""
    query = _rows().where(addendum.c.broadcast_id == broadcast_id, addendum.c.state.in_(_OPEN))
    return [
        AddendumRow(*row)
        for row in await conn.execute(query.where(at_or_below(path)).order_by(unit.c.path).limit(limit))
    ]


async def waiting(conn: AsyncConnection, path: UnitPath, limit: int) -> list[AddendumRow]:
    """What waits for approval in units at or below `path` and may go out yet, the oldest first."""
    query = _rows().join(broadcast, broadcast.c.id == addendum.c.broadcast_id)
    query = query.where(broadcast.c.state.in_(WAITING), addendum.c.state == "submitted", at_or_below(path))
    return [AddendumRow(*row) for row in await conn.execute(query.order_by(addendum.c.id).limit(limit))]


async def unapproved(conn: AsyncConnection, broadcast_id: int, limit: int) -> list[AddendumRow]:
    """What waits for approval of a broadcast's addenda, the oldest first."""
    query = _rows().where(addendum.c.broadcast_id == broadcast_id, addendum.c.state == "submitted")
    return [AddendumRow(*row) for row in await conn.execute(query.order_by(addendum.c.id).limit(limit))]


async def open_over(conn: AsyncConnection, path: UnitPath, now: Ms, limit: int) -> list[int]:
    """Broadcasts from above the unit at `path` to people below or around it, that take addenda still."""
    home, goes_to = unit.alias("home"), unit.alias("goes_to")
    over = above(path)
    query = (
        select(broadcast.c.id)
        .join(home, home.c.code == broadcast.c.issuer)
        .join(goes_to, goes_to.c.code == broadcast.c.unit)
        .where(broadcast.c.state.in_(TAKES), broadcast.c.next_at - broadcast.c.addenda_ms > now)
        .where(home.c.path.in_(over[:-1]))
        .where(or_(goes_to.c.path.in_(over), goes_to.c.path.startswith(path, autoescape=True)))
    )
    return [row[0] for row in await conn.execute(query.order_by(broadcast.c.next_at).limit(limit))]


_READ = (
    addendum.c.id,
    unit.c.path,
    addendum.c.unit_name,
    addendum.c.signed,
    addendum.c.words,
    addendum.c.created_at,
)


def _addition(row: Any) -> Addition:
    return Addition(id=row[0], path=row[1], unit=row[2], signed=row[3], words=row[4], at=row[5])


async def read(conn: AsyncConnection, found: Collection[int]) -> list[Addition]:
    """These addenda, in the order in which they are named."""
    if not found:
        return []
    query = select(*_READ).join(unit, unit.c.code == addendum.c.unit).where(addendum.c.id.in_(found))
    there = {row[0]: _addition(row) for row in await conn.execute(query)}
    return [there[one] for one in found if one in there]


async def of_edition(conn: AsyncConnection, edition_id: int) -> list[Addition]:
    """Those of an edition."""
    written = await conn.execute(select(edition.c.addenda).where(edition.c.id == edition_id))
    return await read(conn, numbers(written.scalar_one_or_none() or ""))


async def over(conn: AsyncConnection, briefing_id: int, path: UnitPath) -> list[Addition]:
    """Those that the latest run of a version had for the unit at `path`: for a reader who got no copy.

    Of the runs that went to the unit or one above it: what others issued besides has nothing to do with it.
    """
    goes_to = unit.alias("goes_to")
    last = (
        select(run.c.id)
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .join(goes_to, goes_to.c.code == broadcast.c.unit)
        .where(broadcast.c.briefing_id == briefing_id, ~broadcast.c.narrow, goes_to.c.path.in_(above(path)))
        .where(run.c.about.is_(None), run.c.state.in_(READ))
        .order_by(run.c.at.desc(), run.c.id.desc())
        .limit(1)
    )
    query = (
        select(*_READ[:1], run_addendum.c.path, *_READ[2:])
        .join(run_addendum, run_addendum.c.addendum_id == addendum.c.id)
        .where(run_addendum.c.run_id == last.scalar_subquery(), run_addendum.c.path.in_(above(path)))
    )
    return list(for_unit(path, {row[1]: _addition(row) for row in await conn.execute(query)}))
