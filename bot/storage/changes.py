"""Whether anybody committed anything: one small question, asked of the store by one loop for all others."""

import asyncio
import sqlite3

from sqlalchemy import text

from bot.storage.database import Database

# Which transactions have begun and which have ended: another answer at each that wrote something.
_SNAPSHOT = text("SELECT pg_current_snapshot()::text")


class Changes:
    """Sees what any process commits to a store, this one too, at the next look."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file: sqlite3.Connection | None = None
        self._seen = ""

    async def look(self) -> bool:
        """Whether something was committed since the last look; true at the first one."""
        before, self._seen = self._seen, await self._stand()
        return before != self._seen

    async def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            await asyncio.to_thread(self._file.close)
            self._file = None

    async def _stand(self) -> str:
        if self._database.path is None:
            async with self._database.read() as conn:
                return str((await conn.execute(_SNAPSHOT)).scalar_one())
        return await asyncio.to_thread(self._version, str(self._database.path))

    def _version(self, path: str) -> str:
        # A number that SQLite changes whenever another connection commits; it reads no page for that.
        try:
            if self._file is None:
                self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            return str(self._file.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error as error:  # whoever writes meets it too, and knows what to do about it
            return type(error).__name__
