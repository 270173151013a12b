"""What takes long, made where nobody waits for it: before the transaction that needs it, and outside of any.

A step that needs such a thing is undone, and goes again once it is there. Whatever the step decides, it
decides anew then; nothing that was made is kept for another step.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.failures import fatal, transient
from bot.storage.group import Group

T = TypeVar("T")
Work = Callable[[Database], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: a value, or the error that whoever needs it is told."""

    value: Any
    error: Exception | None = None


class Apart(Exception):
    """A step needs what is called `key`, and nobody made it yet."""

    def __init__(self, key: Hashable, work: Work) -> None:
        super().__init__("made apart")
        self.key = key
        self._work = work

    async def make(self, database: Database) -> Made:
        """Make it. Raises what concerns the store itself."""
        try:
            return Made(await self._work(database))
        except Exception as error:
            if fatal(error) or transient(error):
                raise
            return Made(None, error)


async def once_made(
    conn: AsyncConnection, key: Hashable, work: Callable[[Database], Awaitable[T]]
) -> Made | None:
    """What is called `key` for a step of a group; None where this is none, and its maker waits for nobody.

    Raises Apart where it is not made yet.
    """
    if not isinstance(conn, Group):
        return None
    if key not in conn.made:
        raise Apart(key, work)
    return cast(Made, conn.made[key])
