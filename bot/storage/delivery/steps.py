"""The transaction that handles a group of updates."""

from collections.abc import AsyncIterator, Hashable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.storage.database import Database
from bot.storage.delivery import replies
from bot.storage.group import Group

NOTHING: Mapping[Hashable, Any] = {}


@asynccontextmanager
async def grouped(
    database: Database, aside: bool = False, made: Mapping[Hashable, Any] = NOTHING
) -> AsyncIterator[Group]:
    """One brisk transaction of many steps; `aside`: one that may take long, and keeps no loop waiting.

    `made`: what was made for them before (`bot.storage.apart`).
    """
    async with database.write() if aside else database.brisk(tells=True) as conn:
        group = Group(conn, replies.put_all, made)
        yield group
        await group.flush()
