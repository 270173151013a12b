"""Sees for the whole process what anybody commits, and rings for loops that may have work by it."""

import asyncio
from collections.abc import Callable

from bot.engine.bell import Bell
from bot.engine.loop import Loop
from bot.engine.times import Clock
from bot.storage.changes import Changes
from bot.storage.database import Database
from bot.storage.delivery import work

EVERY_S = 0.5  # how soon work made by another process is seen
TOLD_S = 5.0  # the same, where the store tells of it, and might have failed to
ANYHOW_S = 30.0  # how soon an account is rung for that has something to send and was not told of it
GAP_S = 0.1  # between two looks at what waits


def _wake_nobody(_account: str) -> None:
    """Who has no accounts rings for none."""


class Watch:
    """One look at the store for all loops, so that one without work costs nothing until it is rung for.

    `ring` is called where something was committed, `wake` then for each account that has something to send.
    """

    def __init__(
        self,
        database: Database,
        ring: Callable[[], None],
        clock: Clock,
        wake: Callable[[str], None] = _wake_nobody,
    ) -> None:
        self._bell = Bell()
        self._changes = Changes(database, self._bell.ring)
        self._database = database
        self._ring = ring
        self._wake = wake
        self._clock = clock
        self._asked = True  # whether accounts are to be rung for, whatever the store says
        self._looked_at = float("-inf")

    def look(self) -> None:
        """Somebody made work, for accounts it does not know."""
        self._asked = True
        self._bell.ring()

    def loop(self) -> Loop:
        """Look when the store tells of something, and now and then."""
        return Loop("watch", self.step, self.rests_s, self._clock, self._bell, stop=self._changes.close)

    async def step(self) -> bool:
        """Ring, where something was committed. False: there is never more to do at once."""
        if await self._changes.look():
            self._asked = True
            self._ring()
        if self._asked or self._clock.monotonic() - self._looked_at >= ANYHOW_S:
            await self._wake_accounts()
        await asyncio.sleep(GAP_S)
        return False

    async def _wake_accounts(self) -> None:
        self._asked = False  # whoever asks from now on may mean what this look does not see
        try:
            async with self._database.read() as conn:
                waiting = await work.accounts(conn)
        except BaseException:
            self._asked = True
            raise
        self._looked_at = self._clock.monotonic()
        for account in waiting:
            self._wake(account)

    def rests_s(self) -> float:
        """How soon it looks again, where nothing is told (seconds)."""
        return TOLD_S if self._changes.hears else EVERY_S
