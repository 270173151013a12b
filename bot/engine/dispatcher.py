"""From the inbox to the handlers: updates in groups that share a transaction, each behind a savepoint."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import cast

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ports import Channel, Incoming
from bot.engine.bell import Bell
from bot.engine.held import Held
from bot.engine.loop import Count, Loop
from bot.engine.points import reached
from bot.engine.throttle import Throttle, Verdict
from bot.engine.times import Clock
from bot.engine.waiting import Chat, Waiting, merged
from bot.storage.database import Database
from bot.storage.delivery.steps import grouped
from bot.storage.failures import fatal, transient
from bot.storage.group import Group, TooLong
from bot.storage.talk import inbox, sights
from bot.storage.talk.inbox import InboxRow

log = structlog.get_logger()
Handle = Callable[[AsyncConnection, str, Incoming, int], Awaitable[None]]
Apologise = Callable[[AsyncConnection, str, str, int], Awaitable[None]]
GiveWay = Callable[[], Awaitable[None]]
TRIES = 3
WINDOW, LEAST = 128, 8  # updates that share a transaction: at most, and where the last ran out of time
MERGED = 512  # updates looked at, at most, for presses of one button that are one
BUDGET_S = 0.02  # a group takes no further update after so long: others wait for a store with one writer
BUDGET_ON_SERVER_S = 0.1  # where nobody does, more updates share what a transaction costs
SLOW_S = 0.1  # an update that takes longer is taken back, and handled aside
ASIDE = 8  # so many at once
IDLE_S = 1.0


class _Overtaken(Exception):
    """Somebody else handled one of a group's updates meanwhile."""


class Dispatcher:
    """Hands each update to `handle` in one transaction with all it causes, one chat in order.

    `replied` is rung after each; `apologise` speaks to the sender of an update that is given up, `slow_down`
    to one who floods: what the throttle does not admit is closed without being handled. `give_way` is awaited
    between two groups: a brisk transaction lets nobody else run.
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
        throttle: Throttle | None = None,
        give_way: GiveWay | None = None,
    ) -> None:
        self._database = database
        self._channels = channels
        self._handle = handle
        self._apologise = apologise
        self._slow_down = slow_down
        self._throttle = throttle or Throttle(clock)
        self._arrived = arrived
        self._replied = replied
        self._clock = clock
        self._give_way = give_way or partial(asyncio.sleep, 0)
        self._held = Held(clock)
        self._after = 0  # up to this row nothing waits that is ours
        self._slow_s = SLOW_S
        self._window = WINDOW  # updates that are read for a group: about as many as one has time for
        self.repeated = Count("presses_repeated", "Presses that were one with a later one of their button.")
        self._singly = 0  # so many updates go one by one: something failed that was no single one's
        self._aside: dict[Chat, asyncio.Task[None]] = {}  # updates that take long, at most one a chat
        self._at: Waiting | None = None  # the update being handled, or the first of its chat in the group
        self._known: dict[int, Waiting] = {}  # the last window: what a group leaves is not read again

    async def run(self) -> None:
        """Handle updates until cancelled."""
        await self.loop().run()

    def loop(self) -> Loop:
        """Its life in the program."""
        counts = (self.repeated,)
        clock, stop = self._clock, self.stop
        return Loop("dispatcher", self.step, lambda: IDLE_S, clock, self._arrived, stop=stop, counts=counts)

    async def stop(self) -> None:
        """Let go of what was begun: the store rolls it back."""
        for task in self._aside.values():
            task.cancel()
        await asyncio.gather(*self._aside.values(), return_exceptions=True)

    async def step(self) -> bool:
        """Handle one group. False where nothing waits."""
        self._raise_failures()
        if len(self._aside) >= ASIDE:
            await asyncio.wait(self._aside.values(), return_when=asyncio.FIRST_COMPLETED)
            return True
        self._at = None
        try:
            async with grouped(self._database) as group:
                some = await self._next(group)
                done = await self._steps(group, some, self._slow_s)
                if some:
                    reached("dispatcher.before_commit")
        except TooLong:
            self._put_aside()
            return True
        except _Overtaken:
            return True
        except Exception as error:
            if self._singly or fatal(error) or transient(error):
                raise
            log.error("a group of updates is handled one by one", exc_info=error)
            self._singly = WINDOW
            return True
        if not some:
            self._after = 0  # what another process's commit brought late stands before the others
            return False
        reached("dispatcher.after_commit")
        self._singly = max(0, self._singly - len(some))
        for one in done:
            self._replied(one.row.account)
        await self._give_way()
        return True

    async def settled(self) -> None:
        """Wait for what is handled aside."""
        await asyncio.gather(*self._aside.values())

    async def _next(self, group: Group) -> list[Waiting]:
        """The oldest updates that may be handled now; equal presses that wait are one."""
        after, most = self._after, 1 if self._singly else self._window
        free, some = list[InboxRow](), list[Waiting]()
        if await self._held.on(cast(AsyncConnection, group)):
            return some
        while len(some) < most and (not some or len(free) < MERGED):
            rows = await inbox.waiting(cast(AsyncConnection, group), most, after)
            ours = [row for row in rows if row.account in self._channels]
            free += [row for row in ours if (row.account, row.chat_id) not in self._aside]
            beyond = {key: one for key, one in self._known.items() if rows and key > rows[-1].id}
            self._known = beyond | {row.id: self._known.get(row.id) or self._read(row) for row in free}
            some = merged(replace(self._known[row.id], row=row, same=[]) for row in free)
            if len(rows) < most:
                break
            if not ours and after == self._after:
                self._after = rows[-1].id
            after = rows[-1].id
        return some[:most]

    def _read(self, row: InboxRow) -> Waiting:
        try:
            if row.payload is None:
                raise ValueError("the update was sealed with another key")
            return Waiting(row, self._channels[row.account].read(row.payload))
        except Exception as error:
            return Waiting(row, None, error)

    async def _steps(self, group: Group, some: list[Waiting], seconds: float | None) -> list[Waiting]:
        """Handle these one after another; those that failed wait, and those of their chats behind them."""
        if not some:
            return []
        alone = group.dialect.name == "sqlite"
        until = self._clock.monotonic() + (BUDGET_S if alone else BUDGET_ON_SERVER_S)
        conn, tried, done = cast(AsyncConnection, group), list[Waiting](), list[int]()
        failed, first = set[Chat](), dict[Chat, Waiting]()
        if len(some) > 1:
            await sights.ahead(group, {one.chat for one in some})
        for one in some:
            if one.chat in failed:
                continue
            if tried and self._clock.monotonic() > until:
                self._window = max(LEAST, len(tried))
                break
            # The whole group is undone where one takes too long: what came before it in its chat goes first.
            self._at = first.setdefault(one.chat, one)
            try:
                async with group.step(seconds):
                    await self._do(conn, one)
                    if len(some) == 1:  # whatever is wrong with what it says is its own fault
                        await group.flush()
                done += [one.row.id, *one.same]
            except Exception as error:
                if isinstance(error, TooLong) or fatal(error) or transient(error):
                    raise
                failed.add(one.chat)
                await self._failed(group, one.row, error)
            tried.append(one)
            reached("dispatcher.between")
        else:
            self._window = min(WINDOW, self._window * 2)
        await group.flush()
        if done and not await inbox.close_all(conn, done, self._clock.now_ms()):
            raise _Overtaken
        self.repeated.value += len(done) - len(tried) + len(failed)
        return tried

    async def _do(self, conn: AsyncConnection, one: Waiting) -> None:
        row, now = one.row, self._clock.now_ms()
        if one.error is not None or one.incoming is None:
            raise one.error or ValueError("unreadable")
        verdict = await self._throttle.judge(conn, row.account, one.incoming)
        if verdict is Verdict.HANDLE:
            await self._handle(conn, row.account, one.incoming, now)
        elif verdict is Verdict.SLOW_DOWN:
            log.warning("too many updates from one chat", account=row.account)
            await self._slow_down(conn, row.account, row.chat_id, now)

    async def _failed(self, group: Group, row: InboxRow, error: Exception) -> None:
        # The message of an unknown exception may quote what somebody wrote: its type is what is kept.
        log.error("update not handled", inbox=row.id, attempt=row.attempts + 1, exc_info=error)
        conn, now = cast(AsyncConnection, group), self._clock.now_ms()
        async with group.step():
            if await inbox.failed(conn, row.id, type(error).__name__, TRIES, now):
                await self._apologise(conn, row.account, row.chat_id, now)

    def _put_aside(self) -> None:
        """The first of its chat in the group goes again, in a transaction of its own; other chats go on."""
        one = cast(Waiting, self._at)
        log.info("an update takes long", inbox=one.row.id)
        task = asyncio.create_task(self._alone(one))
        self._aside[one.chat] = task
        task.add_done_callback(partial(self._ended, one.chat))

    async def _alone(self, one: Waiting) -> None:
        try:
            async with grouped(self._database, aside=True) as group:
                await self._steps(group, [one], None)
                reached("dispatcher.before_commit")
            reached("dispatcher.after_commit")
        except _Overtaken:
            return
        self._replied(one.row.account)

    def _ended(self, chat: Chat, task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is None:
            self._aside.pop(chat, None)
        self._arrived.ring()

    def _raise_failures(self) -> None:
        # Only what no later try can mend leaves a task as an exception: the store itself.
        for chat, task in [(chat, task) for chat, task in self._aside.items() if task.done()]:
            del self._aside[chat]
            task.result()
