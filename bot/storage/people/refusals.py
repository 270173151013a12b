"""The same person's no, kept when nothing else of them is: a keyed hash of account and chat, and when."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import keys
from bot.storage.dialect import upsert
from bot.storage.people.tables import refusal

AT_ONCE = 500


def _digest(conn: AsyncConnection, account: str, chat_id: str) -> str:
    return keys.mac(conn, "left", account, chat_id)


async def remember(conn: AsyncConnection, account: str, chat_id: str, now: int) -> None:
    """Whoever wrote from this chat left, was erased or was removed."""
    values = {"digest": _digest(conn, account, chat_id), "at": now}
    await conn.execute(upsert(conn, refusal, values, keys=("digest",), change=("at",)))


async def clear(conn: AsyncConnection, account: str, chat_id: str) -> None:
    """They came in again, by their own act."""
    await conn.execute(delete(refusal).where(refusal.c.digest == _digest(conn, account, chat_id)))


async def left_at(conn: AsyncConnection, account: str, chat_id: str) -> int | None:
    """When whoever writes from this chat left (ms UTC); None where they never did, or came back."""
    query = select(refusal.c.at).where(refusal.c.digest == _digest(conn, account, chat_id))
    found = (await conn.execute(query)).scalar_one_or_none()
    return None if found is None else int(found)


async def left_among(conn: AsyncConnection, chats: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Of many (account, chat id), those who left, and when (ms UTC)."""
    of = {_digest(conn, *chat): chat for chat in chats}
    digests, found = list(of), {}
    for start in range(0, len(digests), AT_ONCE):
        some = refusal.c.digest.in_(digests[start : start + AT_ONCE])
        for digest, at in await conn.execute(select(refusal.c.digest, refusal.c.at).where(some)):
            found[of[digest]] = int(at)
    return found
