"""The same person's no, kept when nothing else of them is: a keyed hash of account and chat, and when.

What was taken back (`bot.storage.opinion.taken_back`) is known beside it, by a hash of its code. What
changes here is written into the journal beside the store as well.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId, Ms
from bot.storage import keys
from bot.storage.accounts.tables import endpoint
from bot.storage.database import afterwards
from bot.storage.dialect import upsert
from bot.storage.people import journal
from bot.storage.people.tables import refusal

AT_ONCE = 500


def fingerprint(conn: AsyncConnection, account: str, chat_id: ChatId) -> str:
    """The keyed hash that a chat is known by."""
    return keys.mac(conn, "left", account, chat_id)


async def remember(conn: AsyncConnection, account: str, chat_id: ChatId, now: Ms) -> None:
    """Whoever wrote from this chat left, was erased or was removed: after they came, whatever the clock says.

    By the two times it is told which was the last, where a copy is put back.
    """
    came = select(endpoint.c.changed_at).where(endpoint.c.account == account, endpoint.c.chat_id == chat_id)
    since = (await conn.execute(came)).scalar_one_or_none()
    await take(conn, {fingerprint(conn, account, chat_id): Ms(max(now, since or now))})


async def after(conn: AsyncConnection, account: str, chat_id: ChatId, now: Ms) -> Ms:
    """When whoever writes from this chat comes in: after they left, whatever the clock says (ms UTC)."""
    left = await left_at(conn, account, chat_id)
    return now if left is None else Ms(max(now, left + 1))


async def take(conn: AsyncConnection, left: Mapping[str, Ms]) -> None:
    """Fingerprint → when they left, or it was taken back: known from now on."""
    rows = [{"digest": one, "at": at} for one, at in left.items()]
    if rows:
        await conn.execute(upsert(conn, refusal, None, keys=("digest",), change=("at",)), rows)
        afterwards(conn, journal.keep)


async def clear(conn: AsyncConnection, account: str, chat_id: ChatId) -> None:
    """They came in again, by their own act."""
    mine = fingerprint(conn, account, chat_id)
    if (await conn.execute(delete(refusal).where(refusal.c.digest == mine))).rowcount:
        afterwards(conn, partial(journal.drop, {mine}))


async def every(conn: AsyncConnection) -> dict[str, Ms]:
    """Fingerprint → when they left (ms UTC)."""
    return {row[0]: Ms(row[1]) for row in await conn.execute(select(refusal.c.digest, refusal.c.at))}


async def left_at(conn: AsyncConnection, account: str, chat_id: ChatId) -> Ms | None:
    """When whoever writes from this chat left (ms UTC); None where they never did, or came back."""
    query = select(refusal.c.at).where(refusal.c.digest == fingerprint(conn, account, chat_id))
    found = (await conn.execute(query)).scalar_one_or_none()
    return None if found is None else Ms(found)


async def left_among(
    conn: AsyncConnection, chats: Sequence[tuple[str, ChatId]]
) -> dict[tuple[str, ChatId], Ms]:
    """Of many (account, chat id), those who left, and when (ms UTC)."""
    of = {fingerprint(conn, *chat): chat for chat in chats}
    fingerprints, found = list(of), {}
    for start in range(0, len(fingerprints), AT_ONCE):
        some = refusal.c.digest.in_(fingerprints[start : start + AT_ONCE])
        for one, at in await conn.execute(select(refusal.c.digest, refusal.c.at).where(some)):
            found[of[one]] = Ms(at)
    return found
