"""What units decided for themselves."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.dialect import upsert
from bot.storage.people.tables import unit_rule


async def approval(conn: AsyncConnection, unit: str) -> bool | None:
    """Whether a unit's broadcasts need approval; None where it did not choose."""
    query = select(unit_rule.c.approval).where(unit_rule.c.unit == unit)
    return (await conn.execute(query)).scalar_one_or_none()


async def choose_approval(conn: AsyncConnection, unit: str, chosen: bool | None) -> None:
    """A unit's broadcasts need approval, or do not; None: as is usual."""
    values = {"unit": unit, "approval": chosen}
    await conn.execute(upsert(conn, unit_rule, values, keys=("unit",), change=("approval",)))
