"""The transaction that handles a group of updates."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.storage.database import Database
from bot.storage.delivery import replies
from bot.storage.group import Group


@asynccontextmanager
async def grouped(database: Database, aside: bool = False) -> AsyncIterator[Group]:
    """One brisk transaction of many steps; `aside`: one that may take long, and keeps no loop waiting."""
    async with database.write() if aside else database.brisk(tells=True) as conn:
        group = Group(conn, replies.put_all)
        yield group
        await group.flush()
