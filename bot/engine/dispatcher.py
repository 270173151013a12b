"""From the inbox to the handlers: one update, one transaction; one chat in order, chats side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.pace import Pace
from bot.core.ports import Channel, Incoming
from bot.engine.bell import Bell
from bot.engine.loop import Loop
from bot.engine.points import reached
from bot.engine.times import Clock
from bot.storage.database import Database
from bot.storage.failures import fatal, transient
from bot.storage.talk import inbox
from bot.storage.talk.inbox import InboxRow

log = structlog.get_logger()
Handle = Callable[[AsyncConnection, str, Incoming, int], Awaitable[None]]
Apologise = Callable[[AsyncConnection, str, str, int], Awaitable[None]]
TRIES = 3
AT_ONCE = 16
IDLE_S = 1.0


class Dispatcher:
    """Hands each update to `handle` in one transaction with all it causes.

    `replied` is rung after each; `apologise` speaks to the sender of an update that is given up, `slow_down`
    to one who floods: what is past a chat's pace is closed without being handled.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        handle: Handle,
        apologise: Apologise,
        slow_down: Apologise,
        arrived: Bell,
        replied: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._database = database
        self._channels = channels
        self._handle = handle
        self._apologise = apologise
        self._slow_down = slow_down
        self._pace = Pace()
        self._arrived = arrived
        self._replied = replied
        self._clock = clock
        self._busy_chats: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Handle updates until cancelled."""
        await self.loop().run()

    def loop(self) -> Loop:
        """Its life in the program."""
        return Loop("dispatcher", self.step, lambda: IDLE_S, self._clock, self._arrived, stop=self.stop)

    async def stop(self) -> None:
        """Let go of what was begun: the store rolls it back."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def step(self) -> bool:
        """Begin handling what waits, as far as there is room. True if anything was begun, or there was none.

        Raises what ended an update for good: an error of the store that no later try can mend.
        """
        self._raise_failures()
        room = AT_ONCE - len(self._tasks)
        if room <= 0:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            return True
        async with self._database.read() as conn:
            rows = await inbox.waiting(conn, self._busy_chats, 4 * AT_ONCE, list(self._channels))
        started = 0
        for row in rows:
            chat = (row.account, row.chat_id)
            if chat in self._busy_chats or started == room:
                continue
            self._busy_chats.add(chat)
            task = asyncio.create_task(self._one(row))
            self._tasks.add(task)
            task.add_done_callback(partial(self._ended, chat))
            started += 1
        return started > 0

    async def settled(self) -> None:
        """Wait until all that was begun has ended."""
        await asyncio.gather(*self._tasks)

    def _ended(self, chat: tuple[str, str], task: asyncio.Task[None]) -> None:
        self._busy_chats.discard(chat)
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)
        self._arrived.ring()

    def _raise_failures(self) -> None:
        # Only what no later try can mend leaves a task as an exception: the store itself.
        for task in [task for task in self._tasks if task.done()]:
            self._tasks.discard(task)
            task.result()

    async def _one(self, row: InboxRow) -> None:
        chat = (row.account, row.chat_id)
        try:
            incoming = self._channels[row.account].read(row.payload)
            async with self._database.write() as conn:
                now = self._clock.now_ms()
                if not await inbox.close(conn, row.id, now):
                    return
                if self._pace.admits(chat, self._clock.monotonic()):
                    await self._handle(conn, row.account, incoming, now)
                elif self._pace.to_be_told(chat):
                    log.warning("too many updates from one chat", account=row.account)
                    await self._slow_down(conn, row.account, row.chat_id, now)
                reached("dispatcher.before_commit")
            reached("dispatcher.after_commit")
        except Exception as error:
            if fatal(error) or transient(error):
                raise
            await self._failed(row, error)
        self._replied(row.account)

    async def _failed(self, row: InboxRow, error: Exception) -> None:
        # The message of an unknown exception may quote what somebody wrote: its type is what is kept.
        log.error("update not handled", inbox=row.id, attempt=row.attempts + 1, exc_info=error)
        async with self._database.write() as conn:
            now = self._clock.now_ms()
            if await inbox.failed(conn, row.id, type(error).__name__, TRIES, now):
                await self._apologise(conn, row.account, row.chat_id, now)
