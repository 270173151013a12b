"""Wakes whoever waits for a time where the clock was set or the machine slept.

Hears an operator's word on the clock while it is doubted.
"""

from collections.abc import Callable

from bot.engine.loop import Loop
from bot.engine.times import SteadyClock
from bot.storage import clockword
from bot.storage.database import Database
from bot.storage.delivery import offers

EVERY_S = 1.0
APART_S = 0.5  # so far from where it stood beside the seconds that passed, it did not go by itself


class ClockWord:
    """Looks for the word in the store, where and as long as the clock is doubted.

    `ring` is called where the clock, as it is believed, stands otherwise beside the seconds that this process
    counts: it was set, or the machine slept, and who rests until an instant rests too long.
    """

    def __init__(self, database: Database, clock: SteadyClock, ring: Callable[[], None]) -> None:
        self._database = database
        self._clock = clock
        self._ring = ring
        self._stood = self._stands()

    def loop(self) -> Loop:
        """Look once a second; it costs nothing while the clock goes as it should."""
        return Loop("clock", self.step, lambda: EVERY_S, self._clock)

    async def step(self) -> bool:
        """Believe the clock where an operator called it right just now, and wake whoever waits for a time."""
        if self._clock.doubts():
            async with self._database.write() as conn:
                wall = await clockword.take(conn)
            if wall is not None:
                self._clock.believe(wall)
        stands = self._stands()
        if abs(stands - self._stood) > APART_S:
            if stands < self._stood:  # typed answers are of what came last, by the clock too
                async with self._database.write() as conn:
                    await offers.not_ahead(conn, self._clock.now_ms())
            self._stood = stands
            self._ring()
        return False

    def _stands(self) -> float:
        return self._clock.now_ms() / 1000 - self._clock.monotonic()
