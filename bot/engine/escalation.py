"""Rings for reports that nobody opens and questions that nobody answers, and takes them up the tree.

Asks reporters for the week's report, tells of conferences, and of what waits for who may not be written to.
"""

from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import conference_notices, escalating, knocking, prompting, question_escalating
from bot.acts.house import House
from bot.core.kernel.values import Ms
from bot.engine.held import Held
from bot.engine.loop import Loop
from bot.engine.times import SteadyClock
from bot.storage.database import Database
from bot.storage.opinion import clocks, questions

EVERY_S = 15.0  # how soon a wait that is over is seen
KNOCK_S = 60.0  # how soon somebody who may not be written to hears that something waits
SWEEP_S = 600.0  # how soon it is seen that a desk has nobody left
Work = Callable[[AsyncConnection, Ms], Awaitable[int]]


class Escalation:
    """Nothing goes up the tree, and nobody is asked, while the clock is doubted or the store is on hold."""

    def __init__(
        self, database: Database, house: House, ring: Callable[[], None], clock: SteadyClock
    ) -> None:
        self._database = database
        self._house = house
        self._ring = ring
        self._clock = clock
        self._held = Held(clock)
        self._swept_at = self._knocked_at = float("-inf")

    def loop(self) -> Loop:
        """Its life in the program."""
        return Loop("escalation", self.step, lambda: EVERY_S, self._clock)

    async def step(self) -> bool:
        """One round; True where there may be more at once."""
        if self._clock.doubts():
            return False
        now, house = self._clock.now_ms(), self._house.as_now()
        async with self._database.read() as conn:
            if await self._held.on(conn):
                return False
            due = await clocks.any_due(conn, now)
            unanswered = await questions.any_due(conn, now)
            asks = await prompting.is_due(house, conn, now)
            tells = await conference_notices.is_due(conn, now)
        did = 0
        if due:
            did += await self._do(partial(escalating.ring_due, house), now)
        if unanswered:
            did += await self._do(partial(question_escalating.ring_due, house), now)
        if asks:
            did += await self._do(partial(prompting.ask_some, house), now)
        if tells:
            did += await self._do(partial(conference_notices.tell_some, house), now)
        if house.knocks and self._clock.monotonic() - self._knocked_at >= KNOCK_S:
            told = await self._do(partial(knocking.knock_some, house), now)
            did += told
            self._knocked_at = self._knocked_at if told else self._clock.monotonic()
        if self._clock.monotonic() - self._swept_at >= SWEEP_S:
            moved = await self._do(partial(escalating.move_deserted, house), now)
            did += moved
            self._swept_at = self._swept_at if moved else self._clock.monotonic()
        return did > 0

    async def _do(self, work: Work, now: Ms) -> int:
        async with self._database.write() as conn:
            done = await work(conn, now)
        if done:
            self._ring()
        return done
