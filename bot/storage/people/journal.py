"""The journal of departures: what the table of refusals holds, in a file beside the store.

A backup knows nothing of who left after it was made; the journal does, because it is not put back with it.
It is written after the commit: a line of somebody whose leaving was undone would erase them. A process that
dies between the two leaves it behind by that one. The next departure, the next start and `store restore`
write it anew from the store; so one is forgotten only where that store is never opened again.

The first line is a hash made with the key, so that another key is noticed, and the names of the stores whose
journal it is: a backup of another one is not known by it. Then a line each: keyed hash of account and chat,
or of the code of what was taken back, and when (ms UTC). A line goes when its person comes in again.
"""

import asyncio
import fcntl
import hmac
import os
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex
from tempfile import mkstemp

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.errors import StorageError
from bot.core.kernel.values import EPOCH_MS, Ms
from bot.storage.accounts.tables import setting
from bot.storage.database import Database
from bot.storage.dialect import upsert
from bot.storage.keys import CHECKED, VARIABLE
from bot.storage.people.tables import refusal

log = structlog.get_logger()
NAME = "departures"
FIRST = "nhipcau departures 1 "
STORE = "store"  # the setting that names a store; its backups have the same
_LINE = re.compile(r"([0-9a-f]{64}) (\d{1,19})")
_KNOWN = select(refusal.c.digest, refusal.c.at)


def read(database: Database) -> dict[str, Ms] | None:
    """Fingerprint → when they left; None where there is no journal. StorageError for a doubtful one."""
    path = database.beside(NAME)
    try:
        first, *lines = path.read_text(encoding="ascii").splitlines() or [""]
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"{path} cannot be read: {error}") from error
    found = [_LINE.fullmatch(line) for line in lines]
    if not first.startswith(FIRST) or None in found:
        raise StorageError(
            f"{path} is damaged: put back a copy of it. Without one, move it away: who left since the backup "
            "was made is then not known to have left"
        )
    if not hmac.compare_digest(first.removeprefix(FIRST).partition(" ")[0], database.keyring.mac(CHECKED)):
        raise StorageError(
            f"{path} was kept with another key: put back the store's key file or {VARIABLE}. If it is lost "
            "for good, move this file away: who left since the backup was made is then not known to have left"
        )
    return {line[1]: Ms(int(line[2])) for line in found if line is not None}


def stores(database: Database) -> frozenset[str]:
    """The names of the stores whose journal lies here; none in one that an earlier program began."""
    try:
        with database.beside(NAME).open(encoding="ascii") as file:
            return frozenset(file.readline().removeprefix(FIRST).split()[1:])
    except (OSError, UnicodeDecodeError):
        return frozenset()


async def name_store(conn: AsyncConnection) -> None:
    """Give a store its name, where it has none."""
    await conn.execute(upsert(conn, setting, {"key": STORE, "value": token_hex(8)}, keys=("key",)))


async def store_named(conn: AsyncConnection) -> str | None:
    """The store's name; None where no `run` of this program has used it."""
    return (await conn.execute(select(setting.c.value).where(setting.c.key == STORE))).scalar_one_or_none()


async def keep(database: Database) -> None:
    """Write down whom the store knows to have left; those that only the journal knows stay in it."""
    await _keep(database, lambda: read(database) or {})


async def drop(back: Collection[str], database: Database) -> None:
    """As `keep`; the lines of those who came in again go, unless the store still has them."""

    def others() -> dict[str, Ms]:
        return {one: at for one, at in (read(database) or {}).items() if one not in back}

    await _keep(database, others)


async def begin(database: Database) -> None:
    """Write down whom the store knows, whatever stands in the journal: that was kept with another key."""
    await _keep(database, dict)


async def _keep(database: Database, there: Callable[[], Mapping[str, Ms]]) -> None:
    # What cannot be written is said in the log and written at the next occasion: the departure itself stands.
    path = database.beside(NAME)
    try:
        async with _alone(path):
            async with database.read() as conn:
                known = {row[0]: Ms(row[1]) for row in await conn.execute(_KNOWN)}
                own = await store_named(conn)
            left = later(await asyncio.to_thread(there), known)
            named = sorted({*await asyncio.to_thread(stores, database), *([own] if own else ())})
            await asyncio.to_thread(_write, path, _text(database, left, named))
    except (OSError, SQLAlchemyError, StorageError) as error:
        log.error("the journal of departures was not written", file=str(path), error=str(error))


def later(left: Mapping[str, Ms], known: Mapping[str, Ms]) -> dict[str, Ms]:
    """Both together; of two times of one person the later."""
    return {one: max(left.get(one, EPOCH_MS), known.get(one, EPOCH_MS)) for one in (*left, *known)}


def _text(database: Database, left: Mapping[str, Ms], named: Collection[str]) -> str:
    head = " ".join([FIRST + database.keyring.mac(CHECKED), *named])
    return "\n".join([head, *(f"{one} {at}" for one, at in sorted(left.items())), ""])


@asynccontextmanager
async def _alone(path: Path) -> AsyncIterator[None]:
    descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        await asyncio.to_thread(fcntl.flock, descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _write(path: Path, text: str) -> None:
    if path.exists() and path.read_bytes() == text.encode():
        return
    descriptor, name = mkstemp(prefix=f"{path.name}.", dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        Path(name).unlink(missing_ok=True)
