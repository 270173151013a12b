"""The store in one thread, for tests that write tens of thousands of times."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from sqlalchemy import StaticPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.brisk import _Direct
from bot.storage.database import Database


class Inline(Database):
    """The real store without its threads: writes as `brisk` makes them, and reads on a connection like it.

    It does not wait for the disk either: nobody pulls the plug here, and so much fits into a minute.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        assert self._brisk is not None
        event.listen(self._brisk._engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
        self._still = create_engine(
            self.url.set(drivername="sqlite"), poolclass=StaticPool, connect_args={"check_same_thread": False}
        )
        event.listen(self._still, "connect", self._set_up)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One writing transaction."""
        async with self.brisk() as conn:
            yield conn

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One reading transaction."""
        with self._still.connect() as conn:
            yield cast(AsyncConnection, _Direct(conn))

    async def close(self) -> None:
        """Let go of every connection."""
        self._still.dispose()
        await super().close()
