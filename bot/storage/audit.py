"""Who did what, for acts that people answer for. Names nobody outside the back office."""

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import audit


async def note(conn: AsyncConnection, actor: str, act: str, subject: str, detail: str, now: int) -> None:
    """Write one line; `actor` is "member:ID" or "cli"."""
    values = {"at": now, "actor": actor, "act": act, "subject": subject, "detail": detail}
    await conn.execute(insert(audit).values(**values))
