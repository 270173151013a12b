"""One `run` a database: a lock on a file beside SQLite's, an advisory lock on PostgreSQL."""

import asyncio
import fcntl
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
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
MOUNTED = (
    "{} is mounted by itself: over its other name another process could run, and what was written last lies "
    "beside the file, so it would be lost: mount its folder"
)
REPLACED = (
    "{} was replaced or taken away while this process ran: start again, and use `store restore` for a copy"
)
MOUNTS = Path("/proc/self/mountinfo")
_ESCAPED = re.compile(r"\\([0-7]{3})")
_Identity = tuple[int, int]  # device and number of a file, whatever it is called
Keep = Callable[[], Awaitable[bool]]


@asynccontextmanager
async def exclusive(database: Database) -> AsyncIterator[Keep]:
    """Hold the database for this process, and get a look that sees to it that it stays so.

    Raises StorageError where another process holds it; so does the look, once it has come to that.
    """
    if database.path is not None:
        file = database.path
        if file.exists() and file.stat().st_nlink > 1:
            raise StorageError(TWO_NAMES.format(file))
        if file in mounted(await asyncio.to_thread(_mounts)):
            raise StorageError(MOUNTED.format(file))
        held = _FileLock(file)
        try:
            held.take()
            yield held.keep
        finally:
            held.release()
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
        return await asyncio.to_thread(_is_locked, Path(f"{database.path}.lock"))
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


def _mounts() -> str:
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # another system than Linux
        return ""


def mounted(mounts: str) -> set[Path]:
    """What something is mounted at, by the system's own list.

    <https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html>
    """
    lines = (line.split(" ") for line in mounts.splitlines())
    return {
        Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), line[4])) for line in lines if len(line) > 4
    }


class _FileLock:
    """A lock on the file beside SQLite's. It ends with the process, however that ends.

    Both are names, under which something else may come to lie: what is held is looked at again by `keep`.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._path = Path(f"{file}.lock")
        self._descriptor: int | None = None
        self._store: _Identity | None = None  # which file it is that this process uses

    def take(self) -> None:
        """Raises StorageError where another process holds it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        for last in (False, False, True):  # a command that only asks (`is_held`) has it for an instant
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if last:
                    os.close(descriptor)
                    raise StorageError(REFUSAL) from None
                time.sleep(INSTANT_S)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go, where it is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    async def keep(self) -> bool:
        """Take it again where its file was deleted; true then. Raises as `take`, and where the database's own
        file is another one by now: this process would write where nobody reads.
        """
        now = _identity(self._file)
        if now is None or now != (self._store or now):
            raise StorageError(REPLACED.format(self._file))
        self._store = now
        if self._descriptor is not None and _identity(self._path) == _identity(self._descriptor):
            return False
        self.release()
        self.take()
        log.warning("holds the database again")
        return True


def _identity(file: Path | int) -> _Identity | None:
    try:
        found = os.fstat(file) if isinstance(file, int) else file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


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
