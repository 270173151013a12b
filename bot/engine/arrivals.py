"""Looks into files that people sent (documents, photos): fetched with bounds, each in its own process."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Generic

import structlog

from bot.acts.arriving import Found, Kind, Row
from bot.acts.house import House
from bot.core.ports import Channel
from bot.engine.bell import Bell
from bot.engine.held import Held
from bot.engine.loop import Loop
from bot.engine.times import Clock
from bot.storage.accounts import files
from bot.storage.database import Database

log = structlog.get_logger()
EVERY_S = 1.0  # between two looks at what waits, and how soon a file is tried again
ANYHOW_S = 60.0  # how soon it looks where nobody rings
TRIES = 3


class Arrivals(Generic[Row, Found]):
    """One file a step. What kills the program at one is tried no more than `TRIES` times."""

    def __init__(
        self,
        kind: Kind[Row, Found],
        database: Database,
        channels: Mapping[str, Channel],
        house: House,
        replied: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._kind = kind
        self._database, self._channels, self._house = database, channels, house
        self._replied, self._clock = replied, clock
        self._held = Held(clock)
        self._bell = Bell()
        self._again = False  # one waits that could not be fetched

    def wake(self) -> None:
        """Somebody committed something: perhaps a file that waits."""
        self._bell.ring()

    def loop(self) -> Loop:
        """Its life in the program: it looks where something was committed."""
        return Loop(self._kind.name, self.step, self._rest_s, self._clock, self._bell, pace_s=EVERY_S)

    def _rest_s(self) -> float:
        return EVERY_S if self._again else ANYHOW_S

    async def step(self) -> bool:
        """Look into one file. False where none waits, or it is to be tried again."""
        self._again = False
        async with self._database.read() as conn:
            if await self._held.on(conn):
                return False
            row = await self._kind.waiting(conn, sorted(self._channels))
        if row is None:
            return False
        async with self._database.write() as conn:
            await self._kind.tried(conn, row.id)
        found = await self._found(row)
        if found is None:
            self._again = True
            return False
        async with self._database.write() as conn:
            await self._kind.settle(self._house.as_now(), conn, row, found, self._clock.now_ms())
        self._replied(row.account)
        return True

    async def _found(self, row: Row) -> Found | str | None:
        """What is in it, or why it is refused; None: to be tried again."""
        if row.tries >= TRIES:
            return "broken"
        try:
            data = await self._fetched(row)
        except OSError as error:
            log.warning("a file could not be fetched", of=self._kind.name, file=row.id, error=str(error))
            return None if row.tries + 1 < TRIES else "lost"
        if data is None:
            return "lost"
        return await asyncio.to_thread(self._kind.look, data, row.name)

    async def _fetched(self, row: Row) -> bytes | None:
        async with self._database.read() as conn:
            here = await files.data(conn, row.file_id)
            handle = (await files.handles(conn, row.file_id)).get(row.account)
        if here is not None or handle is None:
            return here
        channel = self._channels.get(row.account)
        if channel is None:
            raise OSError("its account was taken away meanwhile")
        return await channel.fetch(handle, self._kind.largest)
