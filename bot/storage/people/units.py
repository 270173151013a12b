"""The tree of units as it stands, and as it stood before each change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import UnitPath
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
    path: UnitPath
    since: str = ""
    until: str = ""
    decree: str = ""


_KEPT = ("name", "level", "parent", "path", "since", "until", "decree")  # of how it stood
_TOLD = (*_KEPT, "heirs")
_ROW = tuple(unit.c[name] for name in ("code", *_KEPT))  # the brakes read no more: older stores have these


def at_or_below(path: UnitPath) -> ColumnElement[bool]:
    """Rows of `unit` that are the unit with this path or stand below it."""
    return unit.c.path.startswith(path, autoescape=True)


def at_or_above(path: UnitPath) -> ColumnElement[bool]:
    """Rows of `unit` that are the unit with this path or stand above it."""
    return unit.c.path.in_(above(path))


async def synchronise(conn: AsyncConnection, units: Sequence[Unit], today: str = "") -> None:
    """Make the tree what the list says. How a unit stood until now (named, placed) is kept with its dates.

    Units that are no longer listed stay: history and members name them. `today`: when a change without a
    date of its own takes effect, ISO; what stands below a unit that moved has moved with it.
    """
    path = paths(units)
    rows = [_row(one, path[one.code]) for one in sorted(units, key=lambda one: path[one.code].count("/"))]
    present = {row.code: UnitRow(*row) for row in await conn.execute(select(*_ROW))}
    became = {row.code: row.heirs for row in await conn.execute(select(unit.c.code, unit.c.heirs))}
    changed = [
        row
        for row in rows
        if row["code"] not in present
        or _differs(present[row["code"]], row)
        or became[row["code"]] != row["heirs"]
    ]
    since: dict[str, str] = {}  # the higher come first
    past = []
    for row in changed:
        before = present.get(str(row["code"]))
        if before is None or not _moved(before, row):
            continue
        own = row["since"] if row["since"] != before.since else None
        day = since[before.code] = own or since.get(str(row["parent"])) or today
        past.append({**_as_values(before), "until": day})
    if past:
        await conn.execute(insert(unit_past), past)
    if changed:
        await conn.execute(upsert(conn, unit, None, keys=("code",), change=_TOLD), changed)


def _row(one: Unit, path: UnitPath) -> dict[str, str | None]:
    return {
        "code": one.code,
        "name": one.name,
        "level": str(one.level),
        "parent": one.parent,
        "path": path,
        "since": one.since.isoformat() if one.since else "",
        "until": one.until.isoformat() if one.until else "",
        "decree": one.decree,
        "heirs": ";".join(one.heirs),
    }


def _as_values(row: UnitRow) -> dict[str, str | None]:
    return {"code": row.code, **{name: getattr(row, name) for name in _KEPT}}


def _differs(row: UnitRow, values: dict[str, str | None]) -> bool:
    return any(getattr(row, name) != values[name] for name in _KEPT)


def _moved(row: UnitRow, values: dict[str, str | None]) -> bool:
    """What people would see has changed: its name, its level, or where it stands."""
    return any(getattr(row, name) != values[name] for name in ("name", "level", "path"))


async def get(conn: AsyncConnection, code: str) -> UnitRow | None:
    """One unit."""
    row = (await conn.execute(select(*_ROW).where(unit.c.code == code))).first()
    return UnitRow(*row) if row else None


async def below(conn: AsyncConnection, path: UnitPath, on: str = "") -> list[UnitRow]:
    """A unit and all below it, the higher first, then by name; only those in force `on` a day (ISO)."""
    query = select(*_ROW).where(at_or_below(path))
    if on:
        query = query.where(unit.c.since <= on, or_(unit.c.until == "", unit.c.until > on))
    rows = [UnitRow(*row) for row in await conn.execute(query)]
    return sorted(rows, key=lambda row: (row.path.count("/"), row.name))


async def directly_below(conn: AsyncConnection, code: str, on: str) -> list[UnitRow]:
    """A unit, then those right below it by name, in force on a day (ISO)."""
    meant = or_(unit.c.code == code, unit.c.parent == code)
    query = select(*_ROW).where(meant, unit.c.since <= on, or_(unit.c.until == "", unit.c.until > on))
    rows = [UnitRow(*row) for row in await conn.execute(query)]
    return sorted(rows, key=lambda row: (row.code != code, row.name))


async def as_of(conn: AsyncConnection, code: str, day: str) -> UnitRow | None:
    """A unit as it was named and stood on a day (ISO)."""
    query = select(unit_past).where(unit_past.c.code == code, unit_past.c.until > day)
    row = (await conn.execute(query.order_by(unit_past.c.until).limit(1))).first()
    return UnitRow(*row[1:]) if row else await get(conn, code)


async def stood(conn: AsyncConnection, code: str, first: str, last: str) -> list[UnitPath]:
    """The paths at which a unit stood before now, on any day between two (ISO, both included)."""
    query = select(unit_past.c.path).where(unit_past.c.code == code, unit_past.c.until > first)
    return sorted(set((await conn.execute(query.where(unit_past.c.since <= last))).scalars()))


async def levels(conn: AsyncConnection) -> dict[str, str]:
    """The level of every unit there is or was, by code."""
    return {row[0]: row[1] for row in await conn.execute(select(unit.c.code, unit.c.level))}


async def became(conn: AsyncConnection, on: str) -> dict[str, tuple[str, ...]]:
    """Of each unit that has ended by a day (ISO): the codes of what it is now, however often that changed.

    One that simply ended is not among them.
    """
    query = select(unit.c.code, unit.c.heirs, unit.c.until).where(unit.c.until != "", unit.c.until <= on)
    ended = {row.code: tuple(one for one in row.heirs.split(";") if one) for row in await conn.execute(query)}
    found = {code: tuple(dict.fromkeys(_now(code, ended, frozenset()))) for code in ended}
    return {code: heirs for code, heirs in found.items() if heirs}


def _now(code: str, ended: Mapping[str, tuple[str, ...]], seen: frozenset[str]) -> Iterator[str]:
    if code not in ended:
        yield code
    elif code not in seen:
        for heir in ended[code]:
            yield from _now(heir, ended, seen | {code})


async def paths_of(conn: AsyncConnection, codes: Collection[str]) -> dict[str, UnitPath]:
    """The paths of units, by code."""
    query = select(unit.c.code, unit.c.path).where(unit.c.code.in_(sorted(codes)))
    return {row.code: row.path for row in await conn.execute(query)} if codes else {}
