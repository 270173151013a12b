"""SQLite for a loop that makes many short transactions a second: no thread stands between its statements.

The driver's way costs two changes of thread a statement, and a busy process hands over late; here the
statements, each of which finds its rows by an index, run at once. So does the commit, which waits for the
disk, as long as the disk answers in the time of a change of thread; a slower one is waited for aside, while
others prepare and send.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Executable, StaticPool, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

LOCKED = 5  # SQLITE_BUSY: another process writes
RETRY_S, PATIENCE_S = 0.005, 5.0  # how often it is tried again, and for how long
SLOW_S, WARY_S = 0.002, 10.0  # where commits take so long, those that follow go aside, for so long
WORK = 20_000  # instructions of SQLite's machine between two looks at the clock
WEIGHT = 0.1  # of one commit in what is usual: a hiccup is not a slow disk
STATEMENTS = 512  # that the driver keeps prepared


class _Found:
    """What of a result a statement written out gives: its rows as they are, or how many it changed."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def all(self) -> list[Any]:
        return self._cursor.fetchall()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cursor.fetchall())

    def one(self) -> Any:
        return self._cursor.fetchall()[0]

    def first(self) -> Any:
        row = self._cursor.fetchone()
        self._cursor.close()
        return row

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalar(self) -> Any:
        row = self.first()
        return None if row is None else row[0]


class _Direct:
    """What of an `AsyncConnection` the store's functions use; nothing here ever waits."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._driver = cast(sqlite3.Connection, conn.connection.driver_connection)
        self.dialect = conn.dialect

    @property
    def info(self) -> dict[Any, Any]:
        return self._conn.info

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self._conn.execute(statement, parameters)

    async def exec_driver_sql(self, text: str, parameters: Any = None) -> CursorResult[Any]:
        """A statement written out goes to the driver as it is; of a list of values, once for each."""
        try:
            if isinstance(parameters, list):
                cursor = self._driver.executemany(text, parameters)
            else:
                cursor = self._driver.execute(text, parameters or ())
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                text, None, error, sqlite3.Error, hide_parameters=True, dialect=self.dialect
            ) from error
        return cast("CursorResult[Any]", _Found(cursor))

    @contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Statements that are still at work after so long end in SQLITE_INTERRUPT."""
        until = time.monotonic() + seconds
        self._driver.set_progress_handler(lambda: time.monotonic() > until, WORK)
        try:
            yield
        finally:
            self._driver.set_progress_handler(None, WORK)


@contextmanager
def limit(conn: AsyncConnection, seconds: float | None) -> Iterator[None]:
    """Statements on a brisk connection, which all else waits for, end after so long; others do not."""
    if seconds is None or not isinstance(conn, _Direct):
        yield
    else:
        with conn.limited(seconds):
            yield


class Brisk:
    """A connection of its own to a SQLite file. Not for statements that read or write many rows."""

    def __init__(self, url: URL, set_up: Callable[[Any, object], None]) -> None:
        # Waiting for another process's lock is done here, asleep, and not in the driver.
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "cached_statements": STATEMENTS},
        )
        event.listen(self._engine, "connect", set_up)
        event.listen(self._engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 0"))
        event.listen(self._engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
        self._conn: Connection | None = None
        self._disk = ThreadPoolExecutor(1, "commit")
        self._usual = 0.0  # how long a commit takes, the latest counting most
        self._slow_until = 0.0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One writing transaction; the caller sees to it that there is one at a time in this process."""
        if self._conn is None:
            self._conn = self._engine.connect()
        conn = self._conn
        await self._begin(conn)
        try:
            yield cast(AsyncConnection, _Direct(conn))
            await self._commit(conn)
        except BaseException:
            conn.rollback()
            raise

    async def _begin(self, conn: Connection) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE_S
        while True:
            try:
                conn.begin()
                return
            except OperationalError as error:
                if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF != LOCKED or loop.time() > until:
                    raise
            await asyncio.sleep(RETRY_S)

    async def _commit(self, conn: Connection) -> None:
        began = time.monotonic()
        if began < self._slow_until:
            await self._commit_aside(conn)
            return
        conn.commit()
        self._usual += WEIGHT * (time.monotonic() - began - self._usual)
        if self._usual > SLOW_S:
            self._slow_until, self._usual = began + WARY_S, SLOW_S  # the next one here tells whether it is so

    async def _commit_aside(self, conn: Connection) -> None:
        done = asyncio.get_running_loop().run_in_executor(self._disk, conn.commit)
        try:
            await asyncio.shield(done)
        except asyncio.CancelledError:
            # Whoever is next must find the connection at rest, however often this task is cancelled.
            while not done.done():
                try:
                    await asyncio.wait([done])
                except asyncio.CancelledError:
                    continue
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._disk.shutdown()
        if self._conn is not None:
            self._conn.close()
        self._engine.dispose()
