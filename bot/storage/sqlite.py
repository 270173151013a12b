"""What only SQLite needs: its file and connections, its one writer's turn, its write-ahead log."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.core.kernel.errors import StorageError
from bot.storage import failures

PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten, not only unlinked
)
TURN_PAUSE_S = 0.002
LONGEST_TURN_S = 60.0
EMPTY = "PRAGMA wal_checkpoint(TRUNCATE)"


def engine(url: URL, set_up: Callable[[Any, Any], None], *, writer: bool) -> AsyncEngine:
    """Connections to the file, each set up so: the one that writes, or those that read."""
    made = create_async_engine(
        url,
        pool_size=1 if writer else 4,
        max_overflow=0,
        pool_reset_on_return=None,
        hide_parameters=True,  # an error would quote what somebody wrote
    )
    # The driver opens transactions late and at its own discretion; ours begin where we say.
    event.listen(made.sync_engine, "connect", set_up)
    event.listen(made.sync_engine, "invalidate", undo)
    begin = "BEGIN IMMEDIATE" if writer else "BEGIN"
    event.listen(made.sync_engine, "begin", lambda conn: conn.exec_driver_sql(begin))
    return made


def make_room(path: Path) -> None:
    """Make the folder of a database's file. Raises StorageError where there can be no file."""
    if path.is_dir():
        raise StorageError(f"{path} is a folder: the database's path must name a file in it")
    if path.exists() and not path.is_file():
        raise StorageError(f"{path} is a pipe, a socket or a device: a database is a file")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make the folder of {path}: {error.strerror}") from error


def set_up(connection: Any, _record: object) -> None:
    """A new connection of the driver's gets the settings."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def undo(connection: Any, _record: object, _error: object) -> None:
    """A connection is given up, as whoever used it was cancelled: its transaction ends at once.

    Closing does not end it while a statement of it is remembered, as by a traceback: the lock would stay.
    """
    with suppress(sqlite3.Error):
        connection.rollback()


async def _driver(conn: AsyncConnection) -> Any:
    driver = (await conn.get_raw_connection()).driver_connection
    if driver is None:
        raise StorageError("the database was closed")
    return driver


@asynccontextmanager
async def begun_soon(writer: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A writing transaction that asks for its turn every few milliseconds."""
    async with writer.connect() as conn, _in_turn(conn):
        yield conn


@asynccontextmanager
async def _in_turn(conn: AsyncConnection) -> AsyncIterator[None]:
    await _begin_soon(conn)
    try:
        yield
    except BaseException:
        await conn.rollback()
        raise
    await conn.commit()


async def _begin_soon(conn: AsyncConnection) -> None:
    driver = await _driver(conn)
    await driver.execute("PRAGMA busy_timeout = 0")
    try:
        until = asyncio.get_running_loop().time() + LONGEST_TURN_S
        while True:
            try:
                await conn.begin()
                return
            except OperationalError as error:
                if not failures.transient(error) or asyncio.get_running_loop().time() > until:
                    raise
            await asyncio.sleep(TURN_PAUSE_S)
    finally:
        await driver.execute(PRAGMAS[0])


@asynccontextmanager
async def rebuilding(conn: AsyncConnection) -> AsyncIterator[None]:
    """One transaction without foreign keys. Raises StorageError where a reference leads nowhere."""
    driver = await _driver(conn)
    await driver.execute("PRAGMA foreign_keys = OFF")
    try:
        async with _in_turn(conn):  # another process may be making the tables just now
            yield
            dangling = [str(row) for row in await conn.exec_driver_sql("PRAGMA foreign_key_check")]
            if dangling:
                raise StorageError(f"rows refer to what is not there: {'; '.join(dangling[:5])}")
    finally:
        await driver.execute("PRAGMA foreign_keys = ON")


async def problems(conn: AsyncConnection) -> list[str]:
    """What `integrity_check` and `foreign_key_check` report; empty when sound."""
    sound = [row[0] for row in await conn.exec_driver_sql("PRAGMA integrity_check")]
    orphans = [str(row) for row in await conn.exec_driver_sql("PRAGMA foreign_key_check")]
    return [line for line in sound if line != "ok"] + orphans


async def empty_log(writer: AsyncEngine) -> bool:
    """Move all of the write-ahead log into the file and cut it to nothing. False while somebody reads.

    Raises OperationalError, as any statement does, where the disk is full.
    """
    async with writer.connect() as conn:
        driver = (await conn.get_raw_connection()).driver_connection
        if driver is None:
            return False
        try:
            await driver.execute("PRAGMA busy_timeout = 50")  # the next transaction tries again
            try:
                cursor = await driver.execute(EMPTY)
                busy = (await cursor.fetchone())[0]
                await cursor.close()
            finally:  # whoever writes next over this connection is as patient as ever
                await driver.execute(PRAGMAS[0])
        except sqlite3.Error as error:
            raise OperationalError(EMPTY, None, error) from error
    return not busy
