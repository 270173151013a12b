"""One `run` a database: a lock on a file beside SQLite's, an advisory lock on PostgreSQL."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.errors import StorageError
from bot.storage.database import Database

log = structlog.get_logger()
ADVISORY = 0x6E68697063617500  # "nhipcau": any constant will do
PATIENCE_S = 5.0  # how long a server may take to see that the last holder has died
ASK_S = 0.2
LOOK_S = 5.0
INSTANT_S = 0.02
# A lock by one number of 64 bits: <https://www.postgresql.org/docs/current/view-pg-locks.html>
HELD = text("""
    SELECT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND CAST(classid AS bigint) = :high AND CAST(objid AS bigint) = :low
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
""").bindparams(high=ADVISORY >> 32, low=ADVISORY & 0xFFFFFFFF)
REFUSAL = "another process already runs on this database: stop it first, or use another database"
TWO_NAMES = "{} has a second name (a hard link), over which another process could run: keep one of them"
Keep = Callable[[], Awaitable[bool]]


@asynccontextmanager
async def exclusive(database: Database) -> AsyncIterator[Keep]:
    """Hold the database for this process, and get a look that sees to it that it stays so.

    Raises StorageError where another process holds it; so does the look, once it has come to that.
    """
    if database.path is not None:
        file = database.path.resolve()  # a second name for the file is no second database
        if file.exists() and file.stat().st_nlink > 1:
            raise StorageError(TWO_NAMES.format(file))
        with _locked(f"{file}.lock"):
            yield _nothing
        return
    lock = _SessionLock(database)
    try:
        await lock.take(PATIENCE_S)
        yield lock.keep
    finally:
        await lock.release()


async def is_held(database: Database) -> bool:
    """Whether a process runs on the database just now; nothing is taken for it."""
    if database.path is not None:
        return await asyncio.to_thread(_is_locked, Path(f"{database.path.resolve()}.lock"))
    async with database.read() as conn:
        return bool((await conn.execute(HELD)).scalar_one())


def _is_locked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def _locked(path: str) -> Iterator[None]:
    # Locks of this kind end with the process, however it ends.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        for last in (False, False, True):  # a command that only asks (`is_held`) has it for an instant
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if last:
                    raise StorageError(REFUSAL) from None
                time.sleep(INSTANT_S)
        yield
    finally:
        os.close(descriptor)


async def _nothing() -> bool:
    """A file's lock is never lost."""
    return False


class _SessionLock:
    """An advisory lock lives as long as its session: a server that restarts forgets it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._session: AsyncConnection | None = None

    async def take(self, patience_s: float) -> None:
        """Raises StorageError where another process holds it so long, SQLAlchemyError without a server."""
        end = time.monotonic() + patience_s
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(self._database.connect())
            # Back in the pool it would still hold the lock: it ends with its use.
            stack.push_async_callback(session.invalidate)
            while not await _ask(session, f"SELECT pg_try_advisory_lock({ADVISORY})"):
                if time.monotonic() > end:
                    raise StorageError(REFUSAL)
                await asyncio.sleep(ASK_S)
            self._session, self._stack = session, stack.pop_all()

    async def release(self) -> None:
        """Let go, where it is held."""
        if self._session is not None:
            self._session = None
            await self._stack.aclose()

    async def keep(self) -> bool:
        """Take it again where it was lost; true then. Raises as `take`."""
        if self._session is not None and await _lives(self._session):
            return False
        await self.release()
        await self.take(PATIENCE_S)
        log.warning("holds the database again")
        return True


async def _lives(session: AsyncConnection) -> bool:
    try:
        return await _ask(session, "SELECT true")
    except SQLAlchemyError as error:
        log.warning("lost hold of the database", error=type(error).__name__)
        return False


async def _ask(session: AsyncConnection, question: str) -> bool:
    answer = bool((await session.execute(text(question))).scalar_one())
    await session.commit()
    return answer
