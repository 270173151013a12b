"""Sees for the whole process what other processes commit, and rings for loops that may have work by it."""

from collections.abc import Callable

from bot.engine.loop import Loop
from bot.engine.times import Clock
from bot.storage.changes import Changes
from bot.storage.database import Database

EVERY_S = 0.5  # how soon work made by another process is seen


class Watch:
    """One look at the store for all loops, so that one without work costs nothing until it is rung for."""

    def __init__(self, database: Database, ring: Callable[[], None], clock: Clock) -> None:
        self._changes = Changes(database)
        self._ring = ring
        self._clock = clock

    def loop(self) -> Loop:
        """Look twice a second."""
        return Loop("watch", self.step, lambda: EVERY_S, self._clock, stop=self._changes.close)

    async def step(self) -> bool:
        """Ring, where something was committed. False: there is never more to do at once."""
        if await self._changes.look():
            self._ring()
        return False
