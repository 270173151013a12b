"""Whether anybody committed anything: one small question, asked of the store by one loop for all others.

PostgreSQL tells of commits itself, over a connection of its own; the question is for what it did not tell.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import structlog
from sqlalchemy import text

from bot.storage.database import COMMITTED, Database

log = structlog.get_logger()
# Which transactions have begun and which have ended: another answer at each that wrote something.
_SNAPSHOT = text("SELECT pg_current_snapshot()::text")


def _tell_nobody() -> None:
    """Whoever wants to know looks."""


class Changes:
    """Sees at a look what any process committed, this one too. `told` is called when it is time for one."""

    def __init__(self, database: Database, told: Callable[[], None] = _tell_nobody) -> None:
        self._database = database
        self._told = told
        self._file: sqlite3.Connection | None = None
        self._using = threading.Lock()  # a thread goes on with a look though its task was cancelled
        self._line: Any = None  # the driver's connection that hears
        self._line_ends = AsyncExitStack()
        self._seen = ""

    @property
    def hears(self) -> bool:
        """Whether the store itself tells of what is committed."""
        return self._line is not None and not self._line.is_closed()

    async def look(self) -> bool:
        """Whether something was committed since the last look; true at the first one."""
        before, self._seen = self._seen, await self._stand()
        return before != self._seen

    async def close(self) -> None:
        """Let go of the file, or of the connection."""
        self._line = None
        await self._line_ends.aclose()
        await asyncio.to_thread(self._close_file)

    def _close_file(self) -> None:
        with self._using:
            if self._file is not None:
                self._file.close()
                self._file = None

    async def _stand(self) -> str:
        if self._database.path is None:
            if not self.hears:
                await self._listen()
            async with self._database.read() as conn:
                return str((await conn.execute(_SNAPSHOT)).scalar_one())
        return await asyncio.to_thread(self._version, str(self._database.path))

    async def _listen(self) -> None:
        await self._line_ends.aclose()
        async with AsyncExitStack() as stack:
            conn = await stack.enter_async_context(self._database.connect())
            stack.push_async_callback(conn.invalidate)  # back in the pool it would go on hearing
            line = (await conn.get_raw_connection()).driver_connection
            if line is not None and await self._hears_over(line):
                self._line, self._line_ends = line, stack.pop_all()

    async def _hears_over(self, line: Any) -> bool:
        """Have commits told over this connection. Where it was cut meanwhile, the next look tries another."""
        try:
            await line.add_listener(COMMITTED, lambda *_: self._told())
            line.add_termination_listener(lambda *_: self._told())
        except Exception as error:
            # The driver's own errors: nobody translates them where it is asked itself.
            log.info("the store does not tell of commits now", error=type(error).__name__)
            return False
        return True

    def _version(self, path: str) -> str:
        # A number that SQLite changes whenever another connection commits; it reads no page for that.
        with self._using:
            try:
                if self._file is None:
                    self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
                return str(self._file.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error as error:  # whoever writes meets it too, and knows what to do about it
                return type(error).__name__
