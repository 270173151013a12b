"""Who did what, for acts that people answer for. Names nobody outside the back office."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.people.tables import audit


async def note(conn: AsyncConnection, actor: str, act: str, subject: str, detail: str, now: int) -> None:
    """Write one line; `actor` is "member:ID" or "cli"."""
    values = {"at": now, "actor": actor, "act": act, "subject": subject, "detail": detail}
    await conn.execute(insert(audit).values(**values))


async def by(conn: AsyncConnection, actor: str) -> list[tuple[int, str, str]]:
    """What somebody did: (ms UTC, act, subject), the older first."""
    query = select(audit.c.at, audit.c.act, audit.c.subject).where(audit.c.actor == actor)
    return [(row[0], row[1], row[2]) for row in await conn.execute(query.order_by(audit.c.id))]
