"""An operator's word that the machine's clock is right, left for a `run` that doubts it."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert

KEY = "clock"


async def leave(conn: AsyncConnection, wall: int) -> None:
    """The clock is right, and stands at `wall` (ms UTC) now."""
    values = {"key": KEY, "value": str(wall)}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def take(conn: AsyncConnection) -> int | None:
    """Where the clock stood when it was called right (ms UTC), None where it was not; the word is used up."""
    found = await conn.execute(delete(setting).where(setting.c.key == KEY).returning(setting.c.value))
    value = found.scalar_one_or_none()
    return None if value is None else int(value)
