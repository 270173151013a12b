"""One `run` a database: a lock on a file beside SQLite's, an advisory lock on PostgreSQL."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text

from bot.core.errors import StorageError
from bot.storage.database import Database

ADVISORY = 0x6E68697063617500  # "nhipcau": any constant will do


@asynccontextmanager
async def exclusive(database: Database) -> AsyncIterator[None]:
    """Hold the database for this process. Raises StorageError where another one holds it."""
    refusal = StorageError(
        "another process already runs on this database: stop it first, or use another database"
    )
    if database.path is None:
        async with database.connect() as conn:
            taken = await conn.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ADVISORY})
            await conn.commit()
            if not taken.scalar_one():
                raise refusal
            yield
            await conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY})
            await conn.commit()
        return
    # Locks of this kind end with the process, however it ends.
    descriptor = os.open(f"{database.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise refusal from None
        yield
    finally:
        os.close(descriptor)
