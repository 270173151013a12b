"""An operator's word that the machine's clock is right, left for a `run` that doubts it."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert

KEY = "clock"


async def leave(conn: AsyncConnection, wall: Ms) -> None:
    """The clock is right, and stands at `wall` (ms UTC) now."""
    values = {"key": KEY, "value": str(wall)}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def take(conn: AsyncConnection) -> Ms | None:
    """Where the clock stood when it was called right (ms UTC), None where it was not; the word is used up."""
    found = await conn.execute(delete(setting).where(setting.c.key == KEY).returning(setting.c.value))
    value = found.scalar_one_or_none()
    return None if value is None else Ms(int(value))
