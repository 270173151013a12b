"""The points of a conference: one a unit, and what its unit says of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import NOWHERE, Ms, UnitPath
from bot.core.meetings.conference import POINT
from bot.core.people.permissions import Act
from bot.storage.dialect import upsert
from bot.storage.meetings.tables import conference, conference_point
from bot.storage.moves import to_state


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point. `path`: its unit's as it stood when it was asked; `heads` a band; `told` how many were."""

    unit: str
    path: UnitPath
    state: str
    told: int
    place: str
    heads: str
    contact: str
    reason: str


_ROW = select(*(conference_point.c[name] for name in PointRow.__slots__))
_EMPTY = {"told": 0, "place": "", "heads": "", "contact": "", "reason": ""}


async def ask(conn: AsyncConnection, number: int, units: Sequence[tuple[str, str]]) -> None:
    """Units (code, path) have a point at a conference."""
    rows = [
        {"conference_id": number, "unit": code, "path": path, "state": POINT.begin("asked"), **_EMPTY}
        for code, path in units
    ]
    await conn.execute(upsert(conn, conference_point, None, keys=("conference_id", "unit")), rows)


async def every(conn: AsyncConnection, number: int, path: UnitPath = NOWHERE) -> list[PointRow]:
    """The points of a conference in a unit and below, by path."""
    here = conference_point.c.path.startswith(path, autoescape=True)
    query = _ROW.where(conference_point.c.conference_id == number, here)
    return [PointRow(*row) for row in await conn.execute(query.order_by(conference_point.c.path))]


async def one(conn: AsyncConnection, number: int, unit: str) -> PointRow | None:
    """A unit's point."""
    mine = conference_point.c.conference_id == number, conference_point.c.unit == unit
    row = (await conn.execute(_ROW.where(*mine))).first()
    return PointRow(*row) if row else None


async def after(
    conn: AsyncConnection, number: int, unit: str, states: Collection[str], limit: int
) -> list[PointRow]:
    """Points that stand so, by code, from above a unit on."""
    meant = conference_point.c.conference_id == number, conference_point.c.state.in_(sorted(states))
    query = _ROW.where(*meant, conference_point.c.unit > unit).order_by(conference_point.c.unit)
    return [PointRow(*row) for row in await conn.execute(query.limit(limit))]


async def told(conn: AsyncConnection, number: int, unit: str, heads: int) -> None:
    """So many heads of a unit were told."""
    mine = conference_point.c.conference_id == number, conference_point.c.unit == unit
    await conn.execute(update(conference_point).where(*mine).values(told=heads))


async def confirm(
    conn: AsyncConnection, number: int, unit: str, place: str, heads: str, contact: str
) -> bool:
    """A unit says where its point is. False where it has none."""
    said = {"place": place, "heads": heads, "contact": contact, "reason": ""}
    mine = conference_point.c.conference_id == number, conference_point.c.unit == unit
    moved = to_state(update(conference_point).where(*mine), POINT, "confirmed", Act.CONFIRM_POINT)
    return (await conn.execute(moved.values(**said))).rowcount == 1


async def decline(conn: AsyncConnection, number: int, unit: str, reason: str) -> bool:
    """A unit says why it has no point. False where it was not asked."""
    said = {"place": "", "heads": "", "contact": "", "reason": reason}
    mine = conference_point.c.conference_id == number, conference_point.c.unit == unit
    moved = to_state(update(conference_point).where(*mine), POINT, "declined", Act.DECLINE_POINT)
    return (await conn.execute(moved.values(**said))).rowcount == 1


async def held(conn: AsyncConnection, path: UnitPath, first: Ms, last: Ms) -> list[PointRow]:
    """Confirmed points of a unit and below, of conferences that were held between two instants (ms UTC)."""
    took_place = conference.c.state.in_(("held", "closed"))
    query = _ROW.join(conference, conference.c.id == conference_point.c.conference_id).where(
        took_place, conference.c.at >= first, conference.c.at < last, conference_point.c.state == "confirmed"
    )
    here = conference_point.c.path.startswith(path, autoescape=True)
    return [PointRow(*row) for row in await conn.execute(query.where(here))]
