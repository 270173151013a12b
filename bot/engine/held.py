"""Whether the store is on hold, for loops that ask many times a second."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine.times import Clock
from bot.storage import hold

LOOK_S = 0.25  # how soon a hold is obeyed


class Held:
    """Asks the store now and then, and answers from memory in between."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._look_at = float("-inf")
        self._on = False

    async def on(self, conn: AsyncConnection) -> bool:
        """Whether nothing may be claimed, planned, handled or dropped."""
        now = self._clock.monotonic()
        if self._on or now >= self._look_at:  # whoever is woken by a release must not be told of yesterday
            self._on = await hold.held(conn) is not None
            self._look_at = now + LOOK_S
        return self._on
