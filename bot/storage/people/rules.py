"""What units decided for themselves."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import UnitPath
from bot.core.people.units import above
from bot.core.schedule.quiet import Rest
from bot.storage.dialect import upsert
from bot.storage.people.tables import unit, unit_rule
from bot.storage.people.units import at_or_above


async def approval(conn: AsyncConnection, unit: str) -> bool | None:
    """Whether a unit's broadcasts need approval; None where it did not choose."""
    query = select(unit_rule.c.approval).where(unit_rule.c.unit == unit)
    return (await conn.execute(query)).scalar_one_or_none()


async def choose_approval(conn: AsyncConnection, unit: str, chosen: bool | None) -> None:
    """A unit's broadcasts need approval, or do not; None: as is usual."""
    values = {"unit": unit, "approval": chosen}
    await conn.execute(upsert(conn, unit_rule, values, keys=("unit",), change=("approval",)))


async def testers(conn: AsyncConnection, path: UnitPath) -> tuple[int, ...] | None:
    """Whom a unit in training may reach; None where neither it nor one above it is."""
    query = select(unit_rule.c.testers).join(unit, unit.c.code == unit_rule.c.unit)
    rows = (await conn.execute(query.where(at_or_above(path), unit_rule.c.training))).scalars().all()
    if not rows:
        return None
    return tuple(sorted({int(one) for row in rows for one in row.split(";") if one}))


async def practises(conn: AsyncConnection, path: UnitPath) -> bool:
    """Whether a unit, or one above it, is in training."""
    return await testers(conn, path) is not None


async def train(conn: AsyncConnection, unit_code: str, on: bool, people: Collection[int]) -> None:
    """A unit is in training, with these testers, or no more."""
    listed = ";".join(str(one) for one in sorted(people)) if on else ""
    values = {"unit": unit_code, "training": on, "testers": listed}
    await conn.execute(upsert(conn, unit_rule, values, keys=("unit",), change=("training", "testers")))


async def night(conn: AsyncConnection, unit_code: str) -> str | None:
    """The night that a unit chose, "21:00-06:00"; None where it chose none."""
    query = select(unit_rule.c.night).where(unit_rule.c.unit == unit_code)
    return (await conn.execute(query)).scalar_one_or_none()


async def choose_night(conn: AsyncConnection, unit_code: str, chosen: str | None) -> None:
    """Nothing ordinary that a unit issues goes out in this night; None: as is usual."""
    values = {"unit": unit_code, "night": chosen}
    await conn.execute(upsert(conn, unit_rule, values, keys=("unit",), change=("night",)))


async def rest_of(conn: AsyncConnection, usual: Rest, unit_code: str) -> Rest:
    """The quiet hours of what a unit issues: its own night, else the nearest's above it, else the usual."""
    return (await rests(conn, usual, [unit_code]))[unit_code]


async def rests(conn: AsyncConnection, usual: Rest, codes: Collection[str]) -> dict[str, Rest]:
    """The same of each of these."""
    query = select(unit.c.path, unit_rule.c.night).join(unit_rule, unit_rule.c.unit == unit.c.code)
    own = {row[0]: row[1] for row in await conn.execute(query.where(unit_rule.c.night.is_not(None)))}
    if not own:
        return dict.fromkeys(codes, usual)
    paths = select(unit.c.code, unit.c.path).where(unit.c.code.in_(sorted(codes)))
    found = dict.fromkeys(codes, usual)
    for code, path in await conn.execute(paths):
        nearest = next((own[one] for one in reversed(above(path)) if one in own), None)
        found[code] = usual.during(nearest)
    return found
