"""The tree of units as it stands, and as it stood before each change."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.people.units import Unit, above, paths
from bot.storage.dialect import upsert
from bot.storage.people.tables import unit, unit_past


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it stands, or stood. `path` begins with its ancestors' paths; dates in ISO, "" where open."""

    code: str
    name: str
    level: str
    parent: str | None
    path: str
    since: str = ""
    until: str = ""
    decree: str = ""


_TOLD = ("name", "level", "parent", "path", "since", "until", "decree")


def at_or_below(path: str) -> ColumnElement[bool]:
    """Rows of `unit` that are the unit with this path or stand below it."""
    return unit.c.path.startswith(path, autoescape=True)


def at_or_above(path: str) -> ColumnElement[bool]:
    """Rows of `unit` that are the unit with this path or stand above it."""
    return unit.c.path.in_(above(path))


async def synchronise(conn: AsyncConnection, units: Sequence[Unit], today: str = "") -> None:
    """Make the tree what the list says. How a unit stood until now (named, placed) is kept with its dates.

    Units that are no longer listed stay: history and members name them. `today`: when a change without a
    date of its own takes effect, ISO.
    """
    path = paths(units)
    rows = [_row(one, path[one.code]) for one in sorted(units, key=lambda one: path[one.code].count("/"))]
    present = {row.code: UnitRow(*row) for row in await conn.execute(select(unit))}
    changed = [row for row in rows if row["code"] not in present or _differs(present[row["code"]], row)]
    past = [
        {**_as_values(present[row["code"]]), "until": row["since"] or today}
        for row in changed
        if row["code"] in present and _moved(present[row["code"]], row)
    ]
    if past:
        await conn.execute(insert(unit_past), past)
    if changed:
        await conn.execute(upsert(conn, unit, None, keys=("code",), change=_TOLD), changed)


def _row(one: Unit, path: str) -> dict[str, str | None]:
    return {
        "code": one.code,
        "name": one.name,
        "level": str(one.level),
        "parent": one.parent,
        "path": path,
        "since": one.since.isoformat() if one.since else "",
        "until": one.until.isoformat() if one.until else "",
        "decree": one.decree,
    }


def _as_values(row: UnitRow) -> dict[str, str | None]:
    return {"code": row.code, **{name: getattr(row, name) for name in _TOLD}}


def _differs(row: UnitRow, values: dict[str, str | None]) -> bool:
    return _as_values(row) != values


def _moved(row: UnitRow, values: dict[str, str | None]) -> bool:
    """What people would see has changed: its name, its level, or where it stands."""
    return any(getattr(row, name) != values[name] for name in ("name", "level", "path"))


async def get(conn: AsyncConnection, code: str) -> UnitRow | None:
    """One unit."""
    row = (await conn.execute(select(unit).where(unit.c.code == code))).first()
    return UnitRow(*row) if row else None


async def below(conn: AsyncConnection, path: str, on: str = "") -> list[UnitRow]:
    """A unit and all below it, the higher first, then by name; only those in force `on` a day (ISO)."""
    query = select(unit).where(at_or_below(path))
    if on:
        query = query.where(unit.c.since <= on, or_(unit.c.until == "", unit.c.until > on))
    rows = [UnitRow(*row) for row in await conn.execute(query)]
    return sorted(rows, key=lambda row: (row.path.count("/"), row.name))


async def as_of(conn: AsyncConnection, code: str, day: str) -> UnitRow | None:
    """A unit as it was named and stood on a day (ISO)."""
    query = select(unit_past).where(unit_past.c.code == code, unit_past.c.until > day)
    row = (await conn.execute(query.order_by(unit_past.c.until).limit(1))).first()
    return UnitRow(*row[1:]) if row else await get(conn, code)


async def levels(conn: AsyncConnection) -> dict[str, str]:
    """The level of every unit there is or was, by code."""
    return {row[0]: row[1] for row in await conn.execute(select(unit.c.code, unit.c.level))}
