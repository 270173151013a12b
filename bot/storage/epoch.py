"""How far an account has sent, counted in the store and beside it: a store that is older than that is a copy.

The count grows in the transaction that claims rows, and stands in a file beside the store before the first of
them goes out. So whatever left a later state of the store, the file knows of it; a copy put in its place has
the smaller count.
"""

import os
import weakref
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.errors import StorageError
from bot.storage.accounts.tables import setting
from bot.storage.database import Database
from bot.storage.dialect import ask, upsert

DIGITS = 20
UNREADABLE = -1  # something stands there that is no count: whoever asks is to look


def _key(account: str) -> str:
    return f"epoch:{account}"


def _file(database: Database, account: str) -> Path:
    return database.beside(f"epoch-{account}")


class Epoch:
    """One account's count, for the process that drains it. Its file is let go of with it, or by `close`."""

    def __init__(self, database: Database, account: str) -> None:
        self._key = _key(account)
        self._path = _file(database, account)
        self._count: int | None = None
        self._descriptor: int | None = None
        self._let_go: Callable[[], object] = lambda: None

    async def advance(self, conn: AsyncConnection) -> None:
        """Count one more claim, in its transaction."""
        if self._count is None:
            self._count = await _stored(conn, self._key)
        self._count += 1
        done = await ask(conn, _COUNT_ON, {"wanted": self._key, "count": str(self._count)})
        if done.rowcount == 0:
            await conn.execute(
                upsert(conn, setting, {"key": self._key, "value": str(self._count)}, keys=("key",))
            )

    def mark(self) -> None:
        """Write the count beside the store: after the commit, before anything goes out. StorageError."""
        if self._count is None:
            return
        try:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._let_go = weakref.finalize(self, os.close, self._descriptor)
            os.pwrite(self._descriptor, f"{self._count:0{DIGITS}}\n".encode(), 0)
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Let go of the file."""
        self._let_go()
        self._descriptor = None


async def _stored(conn: AsyncConnection, key: str) -> int:
    found = (await conn.execute(_COUNT, {"wanted": key})).scalar_one_or_none()
    return int(found or 0)


_COUNT_ON = update(setting).where(setting.c.key == bindparam("wanted")).values(value=bindparam("count"))
_COUNT = select(setting.c.value).where(setting.c.key == bindparam("wanted"))


async def is_older(conn: AsyncConnection, database: Database, account: str) -> bool:
    """Whether more was sent from this account than the store knows of."""
    beside = _beside(database, account)
    return beside is not None and (beside == UNREADABLE or beside > await _stored(conn, _key(account)))


def _beside(database: Database, account: str) -> int | None:
    """The count in the file; None: never sent from, or moved without what lay beside it."""
    try:
        text = _file(database, account).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None
    if not text:
        return None  # made just before the machine lost power
    return int(text) if text.isdigit() and len(text) <= DIGITS else UNREADABLE


async def catch_up(conn: AsyncConnection, database: Database, account: str) -> None:
    """Count on from what lies beside the store: its age is known and dealt with."""
    if await is_older(conn, database, account):
        beside = _beside(database, account)
        if beside == UNREADABLE:  # it tells nothing, and has been dealt with
            _file(database, account).unlink()
            return
        value = str(beside)
        values = {"key": _key(account), "value": value}
        await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))
