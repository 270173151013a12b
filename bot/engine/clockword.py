"""Hears an operator's word on the clock while it is doubted."""

from collections.abc import Callable

from bot.engine.loop import Loop
from bot.engine.times import SteadyClock
from bot.storage import clockword
from bot.storage.database import Database

EVERY_S = 1.0


class ClockWord:
    """Looks for the word in the store, where and as long as the clock is doubted."""

    def __init__(self, database: Database, clock: SteadyClock, ring: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._ring = ring

    def loop(self) -> Loop:
        """Look once a second; it costs nothing while the clock goes as it should."""
        return Loop("clock", self.step, lambda: EVERY_S, self._clock)

    async def step(self) -> bool:
        """Believe the clock where an operator called it right just now, and wake whoever waits for a time."""
        if self._clock.doubts():
            async with self._database.write() as conn:
                wall = await clockword.take(conn)
            if wall is not None and self._clock.believe(wall):
                self._ring()
        return False
