"""Keeps live screens up to date: looks every two seconds, and less often where looking is dear.

Where no screen is live it waits until something is committed.
"""

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.core.talk.reply import EditReply
from bot.engine.bell import Bell
from bot.engine.loop import Loop
from bot.engine.times import Clock
from bot.storage.database import Database
from bot.storage.delivery import offers, replies
from bot.storage.talk import watches
from bot.storage.talk.watches import WatchRow

EVERY_S = 2.0
ANYHOW_S = 60.0  # how soon it looks where no screen was live, and nobody rings
SHARE = 20  # of the time, at most one part in so many goes into looking
Redraw = Callable[[AsyncConnection, Ms], Awaitable[Sequence[tuple[WatchRow, EditReply, str]]]]


class LiveScreens:
    """Redraws screens that changed. `replied` is rung for each account that has something to send by it."""

    def __init__(
        self, database: Database, redraw: Redraw, replied: Callable[[str], None], clock: Clock
    ) -> None:
        self._database = database
        self._redraw = redraw
        self._replied = replied
        self._clock = clock
        self._took = 0.0
        self._some = True  # screens were live at the last look
        self._bell = Bell()

    def wake(self) -> None:
        """Somebody committed something: perhaps a screen was opened."""
        self._bell.ring()

    def loop(self) -> Loop:
        """Its life in the program."""
        return Loop("live screens", self.step, self._rest_s, self._clock, self._bell, pace_s=EVERY_S)

    def _rest_s(self) -> float:
        return max(EVERY_S, SHARE * self._took) if self._some else ANYHOW_S

    async def step(self) -> bool:
        """One look at all screens. The figures are read outside any writing transaction."""
        clock, began = self._clock, self._clock.monotonic()
        async with self._database.read() as conn:
            self._some = await watches.some(conn, clock.now_ms())
            changed = await self._redraw(conn, clock.now_ms()) if self._some else ()
        if changed:
            async with self._database.write() as conn:
                now = clock.now_ms()
                await watches.forget(conn, now)
                for row, act, shown in changed:
                    if await watches.redrawn(conn, row, shown):
                        await replies.say(conn, row.account, row.chat_id, act, now)
                        await offers.renew(conn, row.account, row.chat_id, act, row.since)
        for account in {row.account for row, _, _ in changed}:
            self._replied(account)
        self._took = clock.monotonic() - began
        return False  # what changes meanwhile is seen at the next look
