"""One account on a desk: a scene in a store, a scripted channel, and a sender moved turn by turn."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Outcome, Sent
from bot.core.kernel.capabilities import Rates
from bot.engine.instead import InItsPlace, nothing
from bot.engine.outgoing import Outgoing
from bot.engine.sender import IDLE_S, Sender
from bot.engine.times import Clock
from bot.storage.database import Database
from bot.storage.tables import delivery
from tests.engine.script import CAPABILITIES, FAST, Asked, ScriptedChannel, ScriptedClock
from tests.patience import PATIENCE_S
from tests.storage.scene import ACCOUNT, Scene, scene
from tests.stores import store


class Desk:
    """What a test of the sender needs at hand. `stopped` holds what was told of accounts that stop."""

    def __init__(self, home: Scene, clock: Clock | None = None, rates: Rates = FAST) -> None:
        self.home = home
        self.database: Database = home.database
        self.time = ScriptedClock()
        self.clock: Clock = clock or self.time
        self.channel = ScriptedChannel(ACCOUNT, rates)
        self.channel.capabilities = replace(CAPABILITIES, text_limit=100)  # one part a message
        self.stopped: list[str] = []
        self.in_its_place: InItsPlace = nothing

    def sender(self, window: int = 3, idle_s: float = IDLE_S) -> Sender:
        """A new process for the account."""
        channels = {ACCOUNT: self.channel}
        outgoing = Outgoing(self.database, self.channel, channels, self.clock)
        return Sender(
            self.database,
            self.channel,
            outgoing,
            self.clock,
            self.channel.news,
            self._stops,
            window,
            idle_s,
            self.in_its_place,
        )

    async def _stops(self, conn: AsyncConnection, account: str, reason: str, now: int) -> None:
        self.stopped.append(f"{account}: {reason}")

    async def step(self, sender: Sender) -> list[str]:
        """One turn; what waits at the platform afterwards, in order."""
        self.time.advance(0.2)
        self.home.now = self.time.wall
        sender.claiming.look_again()
        await sender.step()
        while True:
            waiting = {asked.task for asked in self.channel.waiting}
            if all(task.done() or task in waiting for task in sender.wire.workers):
                return [asked.words for asked in self.channel.waiting]
            await self.channel.news.wait(10)

    async def answer(self, outcome: Outcome | None = None, most: int = 100) -> None:
        """The platform answers what waits, the first `most` of it."""
        asked = self.channel.waiting[:most]
        for one in asked:
            one.answer.set_result(outcome or Sent("1"))
        await until(lambda: not any(one in self.channel.waiting for one in asked))

    async def states(self) -> list[str]:
        """Every delivery's state, by id."""
        async with self.database.read() as conn:
            return [row[0] for row in await conn.execute(select(delivery.c.state).order_by(delivery.c.id))]


@asynccontextmanager
async def desk(
    folder: Path, clock: Clock | None = None, rates: Rates = FAST, people: int = 0
) -> AsyncIterator[Desk]:
    """A desk in a new store, with so many members."""
    async with store("sqlite", folder) as database:
        home = await scene(database)
        for number in range(people):
            await home.member(f"m{number}@{ACCOUNT}")
        yield Desk(home, clock, rates)


@asynccontextmanager
async def running(sender: Sender) -> AsyncIterator["asyncio.Task[None]"]:
    """The sender's own loop, stopped at the end of the block as a process stops."""
    task = asyncio.create_task(sender.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait until something holds, looking again at every turn of the loop."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for rings no bell
            await asyncio.sleep(0.001)


def always(outcome: Outcome) -> Callable[[Asked], Outcome]:
    """A platform that answers so at once."""
    return lambda _: outcome
