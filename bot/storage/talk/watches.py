"""Screens that move by themselves for a while: one a chat."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import MINUTE_MS, ChatId, Ms
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import ask, upsert
from bot.storage.group import changed
from bot.storage.talk.tables import watch

ONCE = "once:"  # what a subject begins with that is drawn once, and moves no more
LIVE_MS = 15 * MINUTE_MS  # how long a screen moves by itself after it was opened


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One live screen: where it stands, what it is about, and what it showed last."""

    account: str
    chat_id: ChatId
    message_id: str
    subject: str
    shown: str
    until: Ms

    @property
    def since(self) -> Ms:
        """When it was opened, ms UTC."""
        return Ms(self.until - LIVE_MS)


async def keep(
    conn: AsyncConnection,
    account: str,
    chat_id: ChatId,
    message_id: str | None,
    delivery_id: int | None,
    subject: str,
    shown: str,
    until: Ms,
) -> None:
    """The chat's live screen is this one from now on, until an instant (ms UTC)."""
    values = {
        "account": account,
        "chat_id": chat_id,
        "message_id": message_id,
        "delivery_id": delivery_id,
        "subject": subject,
        "shown": shown,
        "until": until,
    }
    change = ("message_id", "delivery_id", "subject", "shown", "until")
    changed(conn, account, chat_id)
    await conn.execute(upsert(conn, watch, values, keys=("account", "chat_id"), change=change))


_DROP = delete(watch).where(
    watch.c.account == bindparam("in_account"), watch.c.chat_id == bindparam("in_chat")
)


async def drop(conn: AsyncConnection, account: str, chat_id: ChatId) -> None:
    """The chat has no live screen any more."""
    changed(conn, account, chat_id)
    await ask(conn, _DROP, {"in_account": account, "in_chat": chat_id})


async def follow(
    conn: AsyncConnection, account: str, chat_id: ChatId, message_id: str, delivery_id: int | None
) -> None:
    """A live screen cannot stay in this message: it goes on in a delivery's, or (None) moves no more."""
    stands = select(delivery.c.id).where(delivery.c.account == account, delivery.c.message_id == message_id)
    mine = (
        watch.c.account == account,
        watch.c.chat_id == chat_id,
        or_(watch.c.message_id == message_id, watch.c.delivery_id.in_(stands)),
    )
    if delivery_id is None:
        await conn.execute(delete(watch).where(*mine))
    else:
        await conn.execute(update(watch).where(*mine).values(message_id=None, delivery_id=delivery_id))


async def some(conn: AsyncConnection, now: Ms) -> bool:
    """Whether any screen is live, or will be once it stands in its chat."""
    found = await conn.execute(select(watch.c.until).where(watch.c.until > now).limit(1))
    return found.first() is not None


async def live(conn: AsyncConnection, now: Ms) -> list[WatchRow]:
    """Live screens that stand in their chat."""
    message_id = func.coalesce(watch.c.message_id, delivery.c.message_id)
    query = (
        select(watch.c.account, watch.c.chat_id, message_id, watch.c.subject, watch.c.shown, watch.c.until)
        .outerjoin(delivery, delivery.c.id == watch.c.delivery_id)
        .where(watch.c.until > now, message_id.is_not(None))
    )
    return [WatchRow(*row) for row in await conn.execute(query)]


async def redrawn(conn: AsyncConnection, row: WatchRow, shown: str) -> bool:
    """The screen shows something else now; False where it was replaced meanwhile."""
    mine = (
        watch.c.account == row.account,
        watch.c.chat_id == row.chat_id,
        watch.c.subject == row.subject,
        watch.c.shown == row.shown,
    )
    if row.subject.startswith(ONCE):
        return (await conn.execute(delete(watch).where(*mine))).rowcount == 1
    return (await conn.execute(update(watch).where(*mine).values(shown=shown))).rowcount == 1


async def forget(conn: AsyncConnection, now: Ms) -> int:
    """Drop screens whose time is over; how many."""
    return (await conn.execute(delete(watch).where(watch.c.until <= now))).rowcount
