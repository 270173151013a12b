"""Keeps live screens up to date: looks every two seconds, and less often where looking is dear."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.talk.reply import EditReply
from bot.engine.times import Clock
from bot.storage.database import Database
from bot.storage.delivery import deliveries
from bot.storage.talk import watches
from bot.storage.talk.watches import WatchRow

EVERY_S = 2.0
SHARE = 20  # of the time, at most one part in so many goes into looking
Redraw = Callable[[AsyncConnection, int], Awaitable[Sequence[tuple[WatchRow, EditReply, str]]]]


async def keep_live(database: Database, redraw: Redraw, replied: Callable[[str], None], clock: Clock) -> None:
    """Redraw screens that changed, until cancelled. The figures are read outside any writing transaction."""
    while True:
        began = clock.monotonic()
        async with database.read() as conn:
            changed = await redraw(conn, clock.now_ms())
        if changed:
            async with database.write() as conn:
                now = clock.now_ms()
                await watches.forget(conn, now)
                for row, act, shown in changed:
                    if await watches.redrawn(conn, row, shown):
                        await deliveries.say(conn, row.account, row.chat_id, act, now)
        for account in {row.account for row, _, _ in changed}:
            replied(account)
        await asyncio.sleep(max(EVERY_S, SHARE * (clock.monotonic() - began)))
