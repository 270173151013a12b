"""Which content `run` has in force, and which the store was brought up to last, by their fingerprints."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert

KEY, PUBLISHED = "content", "published"


async def put(conn: AsyncConnection, fingerprint: str, key: str = KEY) -> None:
    """This content is in force; with PUBLISHED: the store was brought up to it."""
    values = {"key": key, "value": fingerprint}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))


async def fingerprint(conn: AsyncConnection, key: str = KEY) -> str | None:
    """The content in force, or the PUBLISHED one; None where none ever was."""
    return (await conn.execute(select(setting.c.value).where(setting.c.key == key))).scalar_one_or_none()
