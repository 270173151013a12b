"""The tree of units."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.people.units import Unit, paths
from bot.storage.dialect import upsert
from bot.storage.people.tables import unit


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as it stands. `path` begins with its ancestors' paths."""

    code: str
    name: str
    level: str
    parent: str | None
    path: str


async def synchronise(conn: AsyncConnection, units: Sequence[Unit]) -> None:
    """Make the tree what the list says; units that are no longer listed stay, because history names them."""
    path = paths(tuple(units))
    rows = [
        {"code": u.code, "name": u.name, "level": str(u.level), "parent": u.parent, "path": path[u.code]}
        for u in sorted(units, key=lambda u: path[u.code].count("/"))
    ]
    if rows:
        change = ("name", "level", "parent", "path")
        await conn.execute(upsert(conn, unit, None, keys=("code",), change=change), rows)


async def get(conn: AsyncConnection, code: str) -> UnitRow | None:
    """One unit."""
    row = (await conn.execute(select(unit).where(unit.c.code == code))).first()
    return UnitRow(*row) if row else None


async def below(conn: AsyncConnection, path: str) -> list[UnitRow]:
    """A unit and all below it, the higher first, then by name."""
    query = select(unit).where(unit.c.path.startswith(path, autoescape=True))
    rows = [UnitRow(*row) for row in await conn.execute(query)]
    return sorted(rows, key=lambda row: (row.path.count("/"), row.name))
