"""What the journal of departures knows and a store that was put back does not: those people go again."""

import asyncio
from collections.abc import Mapping

import structlog
from sqlalchemy import delete, inspect, select, union, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import DELIVERY, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId, Ms
from bot.core.talk.updates import INBOX
from bot.storage import keys
from bot.storage.accounts.tables import endpoint
from bot.storage.database import Database, leave_no_trace
from bot.storage.delivery.tables import delivery
from bot.storage.moves import to_state
from bot.storage.people import erasing, journal, refusals
from bot.storage.people.tables import join_request, refusal, wrong_code
from bot.storage.talk.tables import conversation, inbox

log = structlog.get_logger()
HOLDING = (endpoint, inbox, conversation, join_request, wrong_code, delivery)  # what may name a chat
Chat = tuple[str, ChatId]


async def gathered(database: Database) -> dict[str, Ms] | None:
    """Who is known to have left, by the journal and by the store as it is, before another takes its place.

    None where neither tells. Raises StorageError where one was kept with another key.
    """
    left = await asyncio.to_thread(journal.read, database)
    if database.path is not None and not database.path.exists():
        return left
    try:
        async with database.read() as conn:
            if not await conn.run_sync(lambda sync: inspect(sync).has_table(refusal.name)):
                return left
            await keys.compare(conn)
            known = await refusals.every(conn)
            back = await _back(conn, _unknown(left or {}, known))
    except SQLAlchemyError as error:
        log.error("who left is known by the journal alone", error=type(error).__name__)
        return left
    await journal.drop(back, database)
    return {one: at for one, at in journal.later(left or {}, known).items() if one not in back}


async def told_of(database: Database) -> frozenset[str]:
    """The names of the stores whose departures `gathered` knows, by the journal and the store as it is."""
    named = await asyncio.to_thread(journal.stores, database)
    if database.path is not None and not database.path.exists():
        return named
    try:
        async with database.read() as conn:
            own = await journal.store_named(conn)
    except SQLAlchemyError:
        return named
    return named | {own} if own else named


async def apply(conn: AsyncConnection, left: Mapping[str, Ms]) -> int:
    """Erase whoever left later than the store knows of them; how many members went.

    Whoever came in by a chat after they had left by it stays, and is reached there alone.
    """
    unknown = _unknown(left, await refusals.every(conn))
    if not unknown:
        return 0
    leave_no_trace(conn)
    back = await _back(conn, unknown)
    gone = {one: at for one, at in unknown.items() if one not in back}
    erased = 0
    for chat in await _named(conn, gone):
        erased += await _take_away(conn, chat)
    await refusals.take(conn, gone)
    return erased


def _unknown(left: Mapping[str, Ms], known: Mapping[str, Ms]) -> dict[str, Ms]:
    return {one: at for one, at in left.items() if at > known.get(one, -1)}


async def _back(conn: AsyncConnection, left: Mapping[str, Ms]) -> set[str]:
    """Of those who left, who came in again since, by what the store knows."""
    if not left:
        return set()
    chats = await conn.execute(select(endpoint.c.account, endpoint.c.chat_id, endpoint.c.changed_at))
    found = ((refusals.fingerprint(conn, account, chat_id), at) for account, chat_id, at in chats)
    return {one for one, at in found if at > left.get(one, at)}


async def _named(conn: AsyncConnection, left: Mapping[str, Ms]) -> list[Chat]:
    each = (select(table.c.account, table.c.chat_id).where(table.c.chat_id != "") for table in HOLDING)
    chats = [(account, chat_id) for account, chat_id in await conn.execute(union(*each))]
    return [chat for chat in chats if refusals.fingerprint(conn, *chat) in left]


async def _take_away(conn: AsyncConnection, chat: Chat) -> int:
    """All that belongs to a chat, and its member, where they are reached nowhere else; whether one went."""
    account, chat_id = chat
    mine = endpoint.c.account == account, endpoint.c.chat_id == chat_id
    whose = (await conn.execute(select(endpoint.c.member_id).where(*mine))).scalar_one_or_none()
    came = inbox.c.account == account, inbox.c.chat_id == chat_id
    await conn.execute(to_state(update(inbox).where(*came), INBOX, "done", Loop.RESTORE))
    await erasing.forget_chat(conn, account, chat_id)
    said = delivery.c.account == account, delivery.c.chat_id == chat_id, delivery.c.run_id.is_(None)
    words = {"act": None, "chat_id": None}
    unsaid = to_state(update(delivery).where(*said), DELIVERY, State.SKIPPED, Loop.RESTORE)
    await conn.execute(unsaid.values(reason="left", **words))
    await conn.execute(update(delivery).where(*said).values(**words))
    await conn.execute(delete(endpoint).where(*mine))
    if (
        whose is None
        or (await conn.execute(select(endpoint.c.id).where(endpoint.c.member_id == whose).limit(1))).first()
    ):
        return 0
    await erasing.erase(conn, whose)
    return 1
