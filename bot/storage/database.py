"""Connections and transactions. One writer on SQLite; the same statements on PostgreSQL."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.core.kernel.errors import StorageError
from bot.core.kernel.secrets import remember
from bot.storage import failures, keys, sqlite
from bot.storage.addresses import hidden, parse_url
from bot.storage.brisk import Brisk
from bot.storage.turns import Turns

ERASED, AFTERWARDS = "erased", "afterwards"
EMPTIED_S = 0.25  # where transactions that leave no trace follow one another, the log is emptied so often
ENDS_S = 1.0  # a connection's thread, once it is let go of
COMMITTED = "nhipcau_committed"  # what PostgreSQL tells on: who listens looks
# The server soon sees that our machine is gone (seconds, seconds, times), and lets go of what we held.
SERVER_SETTINGS = {
    "application_name": "nhipcau",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}


class Database:
    """A store. `write()` is one transaction, serialised on SQLite; `read()` sees one snapshot.

    Both yield a SQLAlchemy `AsyncConnection`; leaving `write()` commits, an exception rolls back.
    """

    def __init__(self, url: str, data: Path = Path("data")) -> None:
        self.url = parse_url(url)
        remember(str(self.url.query.get("password") or self.url.password or ""))
        self.dialect = self.url.get_backend_name()
        self.path: Path | None = None
        if self.dialect == "sqlite":  # a link to the file is no second database: all lies beside the file
            self.path = Path(os.path.realpath(self.url.database or ""))
            self.url = self.url.set(database=str(self.path))
        self.own = self.path or data / str(self.url.database)  # what the names of its files begin with
        self.keyring = keys.Keyring(self.beside)
        self._turns = Turns() if self.path is not None else None  # a server has writers side by side
        self._log_to_empty = False
        self._emptied_at = float("-inf")
        self._later: asyncio.Task[None] | None = None  # empties the log, if nobody else does
        self._writer = self._engine(writer=True)
        self._reader = self._engine(writer=False)
        self._brisk = Brisk(self.url, self._set_up) if self.dialect == "sqlite" else None

    def _engine(self, writer: bool) -> AsyncEngine:
        if self.dialect != "sqlite":
            return self._engine_on_server() if writer else self._writer
        return sqlite.engine(self.url, self._set_up, writer=writer)

    def _engine_on_server(self) -> AsyncEngine:
        settings = {"server_settings": SERVER_SETTINGS}
        # Hidden: an error would quote what somebody wrote.
        engine = create_async_engine(
            self.url, pool_size=5, max_overflow=5, connect_args=settings, hide_parameters=True
        )
        event.listen(engine.sync_engine, "do_connect", failures.connect)
        event.listen(engine.sync_engine, "connect", self._hand_keyring)
        return engine

    def _set_up(self, connection: Any, record: Any) -> None:
        sqlite.set_up(connection, record)
        self._hand_keyring(connection, record)

    def _hand_keyring(self, _connection: Any, record: Any) -> None:
        record.info[keys.KEYRING] = self.keyring

    def beside(self, name: str) -> Path:
        """A file that belongs to the store and stays outside it: beside SQLite's own, else in `data`."""
        self.own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.own.with_name(f"{self.own.name}.{name}")

    @property
    def crowded(self) -> bool:
        """Whether somebody waits to write until another has written."""
        return self._turns is not None and self._turns.crowded

    def _turn(self, *, first: bool = False) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self._turns is None else self._turns.turn(first=first)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One writing transaction."""
        async with self._followed(self._writer.begin(), tells=True) as conn:
            yield conn

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[AsyncConnection]:
        """As `write`, for who cannot stand behind a process that writes without a pause.

        SQLite keeps no queue: its own waiting looks ten times a second, and a busy writer is seldom between
        two transactions just then. This asks every few milliseconds.
        """
        soon = sqlite.begun_soon(self._writer) if self.dialect == "sqlite" else self._writer.begin()
        async with self._followed(soon, tells=True) as conn:
            yield conn

    @asynccontextmanager
    async def brisk(self, tells: bool = False, *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        """As `write`, for a loop with a few short statements many times a second.

        `tells`: the watch is told of it, as of any write; else the loop itself rings for whom it concerns.
        `first`: before all others that wait, for whom somebody outside waits a few milliseconds only.
        """
        short = self._writer.begin() if self._brisk is None else self._brisk.transaction()
        async with self._followed(short, tells, brisk=True, first=first) as conn:
            yield conn

    @asynccontextmanager
    async def _followed(
        self,
        transaction: AbstractAsyncContextManager[AsyncConnection],
        tells: bool,
        brisk: bool = False,
        first: bool = False,
    ) -> AsyncIterator[AsyncConnection]:
        """A transaction in its turn, and what it asked for once it has committed."""
        async with self._turn(first=first):
            async with transaction as conn:
                yield conn
                if tells and self.dialect != "sqlite":
                    await conn.execute(_TELL)
                erased, works = conn.info.pop(ERASED, False), conn.info.pop(AFTERWARDS, ())
            for work in works:
                await work(self)
            self._log_to_empty |= erased and self._brisk is not None
            if self._log_to_empty:
                await self._empty_log(brisk)

    async def _empty_log(self, brisk: bool) -> None:
        """Empty SQLite's log now; among brisk transactions not so often, as it waits for the disk twice."""
        wait = self._emptied_at + EMPTIED_S - time.monotonic()
        if not brisk or wait <= 0:
            self._log_to_empty = not await sqlite.empty_log(self._writer)
            self._emptied_at = time.monotonic()
        elif self._later is None or self._later.done():
            self._later = asyncio.create_task(self._empty_later(wait))

    async def _empty_later(self, wait: float) -> None:
        await asyncio.sleep(wait)
        async with self._turn():
            if self._log_to_empty:
                with suppress(SQLAlchemyError):  # whoever writes next meets it, and tries again
                    await self._empty_log(brisk=False)

    @asynccontextmanager
    async def rebuild(self) -> AsyncIterator[AsyncConnection]:
        """One writing transaction that may make tables anew.

        On SQLite foreign keys are off meanwhile, or dropping a table would delete what refers to it. Raises
        StorageError where a reference leads nowhere at the end.
        """
        if self.dialect != "sqlite":
            async with self.write() as conn:
                yield conn
            return
        async with self._turn(), self._writer.connect() as conn, sqlite.rebuilding(conn):
            yield conn

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One reading transaction; never waits for a writer."""
        async with self._reader.begin() as conn:
            yield conn

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A connection of its own, without a transaction, for as long as the block lasts."""
        async with self._reader.connect() as conn:
            yield conn

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[AsyncConnection]:
        """A server's connection: each statement is its own transaction, and afterwards it is given up."""
        async with self._writer.connect() as conn:
            await conn.execution_options(isolation_level="AUTOCOMMIT")
            try:
                yield conn
            finally:
                await conn.invalidate()  # what was set on it is not for others

    async def check(self) -> list[str]:
        """Problems the database itself reports (`integrity_check`, `foreign_key_check`); empty when sound."""
        if self.dialect != "sqlite":
            return []
        async with self.read() as conn:
            return await sqlite.problems(conn)

    async def close(self) -> None:
        """Let go of every connection."""
        if self._later is not None:
            self._later.cancel()
            await asyncio.gather(self._later, return_exceptions=True)
        if self._log_to_empty:
            with suppress(SQLAlchemyError):
                await sqlite.empty_log(self._writer)
        if self._brisk is not None:
            self._brisk.close()
        await self._writer.dispose()
        await self._reader.dispose()


_TELL = text("SELECT pg_notify(:channel, '')").bindparams(channel=COMMITTED)


def leave_no_trace(conn: AsyncConnection) -> None:
    """What this transaction removes is to be gone from the files too, not only from the tables."""
    conn.info[ERASED] = True


def afterwards(conn: AsyncConnection, work: Callable[[Database], Awaitable[None]]) -> None:
    """Have something done once this transaction has committed; the same once, however often it is asked for.

    It may be done for nothing, where only the step that asked was undone.
    """
    conn.info.setdefault(AFTERWARDS, {})[work] = None


@asynccontextmanager
async def connected(url: str, data: Path = Path("data")) -> AsyncIterator[Database]:
    """A database for as long as the block lasts. Errors of the driver become StorageError."""
    database = Database(url, data)
    if database.path is not None:
        sqlite.make_room(database.path)
    try:
        yield database
    except SQLAlchemyError as error:
        if database.path is not None:
            await database.close()
            await _told()
        advice = failures.advice(error)
        if advice is None:
            raise
        where = "app.database" if database.path is None else database.path
        told = advice if database.path is not None else hidden(database.url, advice)
        raise StorageError(f"{where}: {told}. Nothing that was kept is lost.") from error
    finally:
        await database.close()


async def _told() -> None:
    """Wait for the threads of connections that were not opened: they say so to a loop that must be there."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:  # aiosqlite's
            await asyncio.to_thread(thread.join, ENDS_S)
