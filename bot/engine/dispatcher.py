"""From the inbox to the handlers: updates in groups that share a transaction, each behind a savepoint."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping
from functools import partial
from typing import cast

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.core.ports import Channel, Incoming
from bot.engine.albums import Albums
from bot.engine.aside import Aside
from bot.engine.bell import Bell
from bot.engine.held import Held
from bot.engine.loop import Count, Loop
from bot.engine.patience import Patience
from bot.engine.points import reached
from bot.engine.queue import Queue
from bot.engine.throttle import Throttle, Verdict
from bot.engine.times import Clock
from bot.engine.waiting import Chat, Waiting
from bot.storage.apart import Apart, Made
from bot.storage.database import Database
from bot.storage.delivery.steps import grouped
from bot.storage.failures import fatal, transient
from bot.storage.group import Group, TooLong
from bot.storage.talk import inbox, sights
from bot.storage.talk.inbox import InboxRow

log = structlog.get_logger()
Handle = Callable[[AsyncConnection, str, Incoming, Ms], Awaitable[None]]
Apologise = Callable[[AsyncConnection, str, str, Ms], Awaitable[None]]
GiveWay = Callable[[], Awaitable[None]]
TRIES = 3
WINDOW, LEAST = 128, 8  # updates that share a transaction: at most, and where the last ran out of time
BUDGET_S = 0.02  # a group takes no further update after so long: others wait for a store with one writer
BUDGET_ON_SERVER_S = 0.1  # where nobody does, more updates share what a transaction costs
IDLE_S = 60.0  # it is rung for: by receivers, by what ends aside, and by the watch


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
        self._handle = handle
        self._apologise = apologise
        self._slow_down = slow_down
        self._throttle = throttle or Throttle(clock)
        self._albums = Albums()
        self._arrived = arrived
        self._replied = replied
        self._clock = clock
        self._give_way = give_way or partial(asyncio.sleep, 0)
        self._queue = Queue(channels, Held(clock))
        self.patience = Patience()
        self._window = WINDOW  # updates that are read for a group: about as many as one has time for
        self.repeated = Count("presses_repeated", "Presses that were one with a later one of their button.")
        self._singly = 0  # so many updates go one by one: something failed that was no single one's
        self._aside = Aside(database, self._alone, arrived)
        self._at: Waiting | None = None  # the update being handled, or the first of its chat in the group

    async def run(self) -> None:
        """Handle updates until cancelled."""
        await self.loop().run()

    def loop(self) -> Loop:
        """Its life in the program."""
        counts = (self.repeated,)
        clock, stop = self._clock, self._aside.stop
        return Loop("dispatcher", self.step, lambda: IDLE_S, clock, self._arrived, stop=stop, counts=counts)

    async def step(self) -> bool:
        """Handle one group. False where nothing waits."""
        self._aside.raise_failures()
        if await self._aside.full():
            return True
        self._at, apart = None, list[tuple[Waiting, Apart]]()
        try:
            async with grouped(self._database) as group:
                some = await self._queue.next(group, 1 if self._singly else self._window, self._aside.chats)
                done = await self._steps(group, some, self.patience.seconds(), apart)
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
            self._queue.rewind()
            return False
        reached("dispatcher.after_commit")
        self._singly = max(0, self._singly - len(some))
        for one, what in apart:  # not before what their chats wrote earlier is committed
            self._aside.begin(one, what)
        for one in done:
            self._replied(one.row.account)
        await self._give_way()
        return True

    async def settled(self) -> None:
        """Wait for what is handled aside."""
        await self._aside.settled()

    async def _steps(
        self,
        group: Group,
        some: list[Waiting],
        seconds: float | None,
        apart: list[tuple[Waiting, Apart]],
    ) -> list[Waiting]:
        """Handle these one after another; those that failed wait, and those of their chats behind them.

        So do those that need something made first: they are added to `apart`.
        """
        if not some:
            return []
        alone = group.dialect.name == "sqlite"
        until = self._clock.monotonic() + (BUDGET_S if alone else BUDGET_ON_SERVER_S)
        done, tried, left = list[Waiting](), list[Waiting](), set[Chat]()
        first = dict[Chat, Waiting]()
        if len(some) > 1:
            await sights.ahead(group, {one.chat for one in some})
        for one in some:
            if one.chat in left:
                continue
            if tried and self._clock.monotonic() > until:
                self._window = max(LEAST, len(tried))
                break
            # The whole group is undone where one takes too long: what came before it in its chat goes first.
            self._at = first.setdefault(one.chat, one)
            if await self._step(group, one, seconds, len(some) == 1, apart):
                done.append(one)
            else:
                left.add(one.chat)
            tried.append(one)
            reached("dispatcher.between")
        else:
            self._window = min(WINDOW, self._window * 2)
        await group.flush()
        closed = [number for one in done for number in (one.row.id, *one.same)]
        now = self._clock.now_ms()
        if closed and not await inbox.close_all(cast(AsyncConnection, group), closed, now):
            raise _Overtaken
        self.repeated.value += len(closed) - len(done)
        return tried

    async def _step(
        self,
        group: Group,
        one: Waiting,
        seconds: float | None,
        alone: bool,
        apart: list[tuple[Waiting, Apart]],
    ) -> bool:
        """Whether it was handled; what failed, or needs something made first, is undone by itself."""
        began = self._clock.monotonic()
        try:
            async with group.step(seconds):
                await self._do(cast(AsyncConnection, group), one)
                if alone:  # whatever is wrong with what it says is its own fault
                    await group.flush()
        except Apart as what:
            apart.append((one, what))
        except Exception as error:
            if isinstance(error, TooLong) or fatal(error) or transient(error):
                raise
            await self._failed(group, one.row, error)
        else:
            if seconds is not None:
                self.patience.took(self._clock.monotonic() - began)
            return True
        return False

    async def _do(self, conn: AsyncConnection, one: Waiting) -> None:
        row, now = one.row, self._clock.now_ms()
        if one.error is not None or one.incoming is None:
            raise one.error or ValueError("unreadable")
        verdict = Verdict.HANDLE  # what goes again was counted the first time
        if not one.admitted:
            one.incoming = self._albums.placed(row.account, one.incoming)
            verdict = await self._throttle.judge(conn, row.account, one.incoming)
        if verdict is Verdict.HANDLE:
            one.admitted = True
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
        self.patience.took(self.patience.seconds())
        log.info("an update takes long", inbox=one.row.id)
        self._aside.begin(one)

    async def _alone(self, one: Waiting, made: Mapping[Hashable, Made]) -> None:
        apart = list[tuple[Waiting, Apart]]()
        try:
            async with grouped(self._database, aside=True, made=made) as group:
                await self._steps(group, [one], None, apart)
                reached("dispatcher.before_commit")
            reached("dispatcher.after_commit")
        except _Overtaken:
            return
        if apart:
            raise apart[0][1]
        self._replied(one.row.account)
