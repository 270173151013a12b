"""Units as acts speak of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.context import Context, Refusal
from bot.core.guidance.figures import child_of
from bot.core.kernel.values import UnitPath
from bot.core.people.units import Level, above, code_of
from bot.storage.people import units
from bot.storage.people.units import UnitRow


@dataclass(frozen=True, slots=True)
class Place:
    """A unit. `path` begins with its ancestors' paths; `until`: the first day there is none such any more."""

    code: str
    name: str
    path: UnitPath
    until: date | None = None


async def find(conn: AsyncConnection, code: str, on: date | None = None) -> Place | None:
    """The unit with this code; `on` a day, as it was called and stood then."""
    row = await (units.as_of(conn, code, on.isoformat()) if on else units.get(conn, code))
    return _place(row) if row else None


async def heads(ctx: Context, path: UnitPath) -> tuple[str, str]:
    """Who issues the papers of a unit, and who stands above it on them.

    The deployment's owner issues those of a province and above; any other unit its own, below the next one.
    """
    chain = [await units.get(ctx.conn, code_of(one)) for one in above(path)[-2:]]
    own = chain[-1] if chain else None
    if own is None or own.level in (Level.CENTRAL, Level.PROVINCE):
        return ctx.house.owner, ""
    parent = chain[0] if len(chain) > 1 else None
    return own.name, parent.name if parent is not None else ""


async def ended(ctx: Context, place: Place) -> Refusal | None:
    """Why nothing new is put down for a unit that has ended, and what it is now; None for one in force."""
    today = ctx.moment.date()
    if place.until is None or today < place.until:
        return None
    codes = (await units.became(ctx.conn, today.isoformat())).get(place.code, ())
    names = [row.name for code in codes if (row := await units.get(ctx.conn, code)) is not None]
    values = {"unit": place.name, "day": place.until, "heirs": ", ".join(names)}
    return Refusal("unit.became" if names else "unit.ended", values)


async def around(conn: AsyncConnection, path: UnitPath, on: date) -> list[Place]:
    """A unit and all below it, then up to its province each unit above and those right below that one.

    Those in force on a day; nothing without a path.
    """
    rows = {row.code: row for row in await below(conn, path, on)}
    for one in reversed(above(path)):
        top = await units.get(conn, code_of(one))
        if one != path:
            near = await units.directly_below(conn, code_of(one), on.isoformat())
            rows |= {row.code: _place(row) for row in near if row.code not in rows}
        if top is None or top.level == Level.PROVINCE:
            break
    return list(rows.values())


async def names(conn: AsyncConnection, codes: Collection[str], on: date) -> dict[str, str]:
    """What units were called on a day, by code."""
    found = {code: await find(conn, code, on) for code in sorted(set(codes))}
    return {code: place.name for code, place in found.items() if place is not None}


async def below(conn: AsyncConnection, path: UnitPath, on: date | None = None) -> list[Place]:
    """A unit and all below it, the higher first, then by name; `on` a day, those in force then.

    Nothing without a path: no unit, no sight.
    """
    rows = await units.below(conn, path, on.isoformat() if on else "") if path else []
    return [_place(row) for row in rows]


def _place(row: UnitRow) -> Place:
    return Place(row.code, row.name, row.path, date.fromisoformat(row.until) if row.until else None)


def by_child(counts: Mapping[str, int], rows: Sequence[Place], top: Place) -> list[tuple[Place, int]]:
    """Counts by unit code, gathered by the units directly below `top`; the largest first."""
    by_path = {row.path: row for row in rows}
    found: dict[UnitPath, int] = {}
    for row in rows:
        if row.code in counts:
            child = child_of(row.path, top.path)
            found[child] = found.get(child, 0) + counts[row.code]
    gathered = [(by_path.get(path, top), count) for path, count in found.items()]
    return sorted(gathered, key=lambda one: (-one[1], one[0].name))
