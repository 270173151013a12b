"""Updates that take long: each by itself beside the groups, at most one a chat, while the others go on."""

import asyncio
from collections.abc import Awaitable, Callable, Container, Hashable, Mapping
from functools import partial

from bot.engine.bell import Bell
from bot.engine.waiting import Chat, Waiting
from bot.storage.apart import Apart, Made
from bot.storage.database import Database

AT_ONCE = 8  # that hold a transaction for long; with so many no group is begun
MADE_AT_ONCE = 2  # things that are made apart: they share the processor with everybody's replies
Handle = Callable[[Waiting, Mapping[Hashable, Made]], Awaitable[None]]


class Aside:
    """What is handled beside the groups. `handle` does one, with what was made for it; then `ended` rings."""

    def __init__(self, database: Database, handle: Handle, ended: Bell) -> None:
        self._database = database
        self._handle = handle
        self._bell = ended
        self._tasks: dict[Chat, asyncio.Task[None]] = {}
        self._long: set[Chat] = set()
        self._room = asyncio.Semaphore(MADE_AT_ONCE)

    @property
    def chats(self) -> Container[Chat]:
        """Those whose updates wait until theirs is handled."""
        return self._tasks.keys()

    def begin(self, one: Waiting, apart: Apart | None = None) -> None:
        """Handle one by itself: what holds its transaction for long, or waits for something made apart."""
        if apart is None:
            self._long.add(one.chat)
        task = asyncio.create_task(self._one(one, apart))
        self._tasks[one.chat] = task
        task.add_done_callback(partial(self._ended, one.chat))

    async def full(self) -> bool:
        """Whether too many hold a transaction; then it waits for one of them to end."""
        if len(self._long) < AT_ONCE:
            return False
        await asyncio.wait([self._tasks[chat] for chat in self._long], return_when=asyncio.FIRST_COMPLETED)
        return True

    async def settled(self) -> None:
        """Wait for all of them."""
        await asyncio.gather(*self._tasks.values())

    async def stop(self) -> None:
        """Let go of what was begun: the store rolls it back."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def raise_failures(self) -> None:
        """Only what no later try can mend leaves one of them as an exception: the store itself."""
        for chat, task in [(chat, task) for chat, task in self._tasks.items() if task.done()]:
            self._forget(chat, task)
            task.result()

    async def _one(self, one: Waiting, apart: Apart | None) -> None:
        made: dict[Hashable, Made] = {}
        while True:
            if apart is not None:
                async with self._room:
                    made[apart.key] = await apart.make(self._database)
            try:
                await self._handle(one, made)
            except Apart as more:
                apart = more
            else:
                return

    def _ended(self, chat: Chat, task: asyncio.Task[None]) -> None:
        if task.cancelled() or task.exception() is None:
            self._forget(chat, task)
        self._bell.ring()

    def _forget(self, chat: Chat, task: asyncio.Task[None]) -> None:
        if self._tasks.get(chat) is task:  # its chat may have begun another before this one's end was told
            del self._tasks[chat]
            self._long.discard(chat)
