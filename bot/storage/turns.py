"""Whose turn it is to write, where a store has one writer."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """One at a time, in the order they came; whoever comes as `first` goes before all others that wait.

    Those who do must leave others room by themselves: nothing here holds them back.
    """

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    @property
    def crowded(self) -> bool:
        """Whether somebody waits."""
        return any(not one.done() for line in (self._first, self._others) for one in line)

    @asynccontextmanager
    async def turn(self, *, first: bool = False) -> AsyncIterator[None]:
        """A turn for as long as the block lasts."""
        if self._taken:
            await self._given(self._first if first else self._others)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _given(self, line: "deque[asyncio.Future[None]]") -> None:
        mine = asyncio.get_running_loop().create_future()
        line.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():  # it was given just as we were cancelled
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        """Straight to the next in line: between two turns nobody else comes in."""
        for line in (self._first, self._others):
            while line:
                one = line.popleft()
                if not one.done():
                    one.set_result(None)
                    return
        self._taken = False
