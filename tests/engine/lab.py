"""Where thousands of examples run: one loop, one store that may stumble, one look at what is committed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from unittest.mock import patch

import structlog
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import sender as sender_module
from bot.storage import sqlite as sqlite_module
from bot.storage.database import Database
from bot.storage.tables import metadata


class Flaky(Database):
    """A store whose next commits may fail, or be made and their answer lost.

    Every transaction takes the way without threads: what is tried here is order, and thousands of orders.
    """

    fails: tuple[str, ...] = ()

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One writing transaction."""
        return self._failing(super().brisk())

    def read(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """One reading transaction."""
        return super().brisk()

    def brisk(
        self, tells: bool = False, *, first: bool = False
    ) -> AbstractAsyncContextManager[AsyncConnection]:
        """One short writing transaction."""
        return self._failing(super().brisk(tells, first=first))

    @asynccontextmanager
    async def _failing(
        self, transaction: AbstractAsyncContextManager[AsyncConnection]
    ) -> AsyncIterator[AsyncConnection]:
        fails, self.fails = self.fails[:1], self.fails[1:]
        async with transaction as conn:
            yield conn
            if fails == ("before",):
                raise OperationalError("COMMIT", {}, Exception("locked"))
        if fails == ("after",):
            raise OperationalError("COMMIT", {}, Exception("connection lost"))


class Lab:
    """What examples share because it is slow to make: the loop, the engine, the file."""

    def __init__(self, runner: asyncio.Runner, folder: Path) -> None:
        self.runner = runner
        self.database = Flaky(f"sqlite:///{folder}/machine.db")
        self.peek: sqlite3.Connection | None = None

    async def prepare(self) -> None:
        """An empty store; its audit log may be emptied between two examples."""
        async with Database.write(self.database) as conn:
            await conn.run_sync(metadata.create_all)
            await conn.execute(text("DROP TRIGGER audit_no_delete"))

    async def wipe(self) -> None:
        """The next example finds nothing of the last one."""
        self.database.fails = ()
        async with self.database.write() as conn:
            for table in reversed(metadata.sorted_tables):
                await conn.execute(table.delete())


@contextmanager
def lab(folder: Path) -> Iterator[Lab]:
    """The lab, with loops that neither log nor wait for anything but their clock."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    # Processes die here, machines do not: what is committed need not reach the disk.
    pragmas = tuple(line.replace("synchronous = FULL", "synchronous = OFF") for line in sqlite_module.PRAGMAS)
    try:
        with (
            patch.object(sender_module, "IDLE_S", 0.0),
            patch.object(sender_module, "LAST_WORDS_S", 0.0),
            patch.object(sqlite_module, "PRAGMAS", pragmas),
            asyncio.Runner() as runner,
        ):
            made = Lab(runner, folder)
            runner.run(made.prepare())
            with closing(sqlite3.connect(folder / "machine.db", isolation_level=None)) as peek:
                peek.row_factory = sqlite3.Row
                made.peek = peek
                yield made
            runner.run(made.database.close())
    finally:
        structlog.configure(**before)
