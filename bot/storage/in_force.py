"""Which content `run` has in force, by its fingerprint: commands compare it with what they see."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert

KEY = "content"


async def put(conn: AsyncConnection, fingerprint: str) -> None:
    """This content is in force."""
    values = {"key": KEY, "value": fingerprint}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def fingerprint(conn: AsyncConnection) -> str | None:
    """The content in force, None where none ever was."""
    return (await conn.execute(select(setting.c.value).where(setting.c.key == KEY))).scalar_one_or_none()
