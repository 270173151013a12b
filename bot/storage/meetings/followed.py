"""Conferences that are not over follow their units: to what those became, and to where they stand now."""

from sqlalchemy import ColumnElement, delete, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.meetings.tables import conference, conference_point
from bot.storage.people.tables import unit

OPEN = ("announced", "held")
"""A point is still to be answered for, or its unit may still send a proposal."""


def _open_points() -> ColumnElement[bool]:
    conferences = select(conference.c.id).where(conference.c.state.in_(OPEN))
    return conference_point.c.conference_id.in_(conferences)


def _is_there(code: str) -> ColumnElement[bool]:
    """Whether another unit has a point at the same conference, or is its host."""
    other = conference_point.alias("other")
    same = other.c.conference_id == conference_point.c.conference_id, other.c.unit == code
    hosts = select(conference.c.id).where(conference.c.unit == code)
    return or_(select(other.c.id).where(*same).exists(), conference_point.c.conference_id.in_(hosts))


def _is_elsewhere(code: str) -> ColumnElement[bool]:
    """Whether another unit stands outside of the host, as long as that has not ended itself."""
    mine = conference.c.id == conference_point.c.conference_id
    host = select(unit.c.path).join(conference, conference.c.unit == unit.c.code)
    top = host.where(mine, unit.c.until == "").scalar_subquery()
    its = select(unit.c.path).where(unit.c.code == code).scalar_subquery()
    return func.coalesce(func.substr(its, 1, func.length(top)) != top, false())


async def count(conn: AsyncConnection, code: str) -> int:
    """The conferences that are not over which a unit hosts or has a point at."""
    asked = select(conference_point.c.conference_id).where(conference_point.c.unit == code)
    mine = or_(conference.c.unit == code, conference.c.id.in_(asked))
    query = select(func.count()).select_from(conference).where(conference.c.state.in_(OPEN), mine)
    return int((await conn.execute(query)).scalar_one())


async def follow(conn: AsyncConnection, code: str, heir: str) -> int:
    """A unit's conferences and points that are not over are its heir's now; how many.

    Where the heir has a point of its own, is the host, or stands not below it, what was said of the
    other stays beside it, and one that nobody answered for goes. What took place stays counted where it did:
    no path changes.
    """
    mine = conference_point.c.unit == code, _open_points()
    own = conference.c.unit == code, conference.c.state.in_(OPEN)
    hosted = (await conn.execute(update(conference).where(*own).values(unit=heir))).rowcount
    not_its = or_(_is_there(heir), _is_elsewhere(heir))
    taken = update(conference_point).where(*mine, ~not_its).values(unit=heir)
    points = (await conn.execute(taken)).rowcount
    gone = delete(conference_point).where(*mine, conference_point.c.state == "asked", not_its)
    return hosted + points + (await conn.execute(gone)).rowcount


async def stand(conn: AsyncConnection) -> None:
    """Conferences that are still to come stand where their units do, whatever moved since they were made.

    A unit that stands no more below the host is not asked any more; what it answered stays where it was said.
    """
    coming = conference.c.state == "announced"
    host = select(unit.c.path).where(unit.c.code == conference.c.unit).scalar_subquery()
    await conn.execute(
        update(conference).where(coming, conference.c.unit_path != host).values(unit_path=host)
    )
    its = select(unit.c.path).where(unit.c.code == conference_point.c.unit).scalar_subquery()
    still = conference_point.c.conference_id.in_(select(conference.c.id).where(coming))
    mine = conference.c.id == conference_point.c.conference_id
    top = select(conference.c.unit_path).where(mine).scalar_subquery()
    outside = func.substr(its, 1, func.length(top)) != top
    asked = conference_point.c.state == "asked"  # what was said of a point stays to be read by the host
    await conn.execute(delete(conference_point).where(still, asked, outside))
    elsewhere = conference_point.c.path != its
    await conn.execute(update(conference_point).where(still, elsewhere, ~outside).values(path=its))
