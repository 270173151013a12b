"""Several steps in one transaction, each undone alone where it fails.

A step's savepoint is made with its first statement, and what it says is put in the outbox at the end, all
at once: a step that only answers costs no statement of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId
from bot.storage.brisk import limit
from bot.storage.failures import interrupted

READ_AHEAD = frozenset({"endpoint", "member", "member_role", "unit"})
Said = Mapping[str, Any]
Put = Callable[[Any, list[Said]], Awaitable[None]]


class TooLong(Exception):
    """A step took longer than others may wait for it; its whole transaction is to be undone."""


class Group:
    """What of an `AsyncConnection` the store's functions use, over one transaction of many steps.

    `put` writes the outbox's rows. `seen`: what was read ahead of each (account, chat id), until a step
    changes it. `made`: what was made apart for these steps (`bot.storage.apart`).
    """

    def __init__(self, conn: AsyncConnection, put: Put, made: Mapping[Hashable, Any]) -> None:
        self._conn = conn
        self._put = put
        self.made = made
        self.dialect = conn.dialect
        self.seen: dict[tuple[str, str], Any] = {}
        self._said: list[Said] = []
        self._within = False  # a step is under way
        self._marked = False  # its savepoint is made

    @property
    def info(self) -> dict[Any, Any]:
        return self._conn.info

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        if statement.is_dml:
            name = statement.table.name  # type: ignore[attr-defined]
            if name in READ_AHEAD:
                self.seen.clear()
            elif name == "delivery":
                await self.flush()
        await self._mark()
        return await self._conn.execute(statement, parameters)

    async def exec_driver_sql(self, text: str, parameters: Any = None) -> CursorResult[Any]:
        await self._mark()
        return await self._conn.exec_driver_sql(text, parameters)

    def say(self, row: Said) -> None:
        """One more row for the outbox, after those that wait already."""
        self._said.append(row)

    def waits_to_say(self, account: str, chat_id: ChatId) -> bool:
        """Whether something that waits is for this chat."""
        chat = account, chat_id
        return any((row["new_account"], row["new_chat_id"]) == chat for row in self._said)

    async def flush(self) -> None:
        """Put in the outbox what was said so far."""
        if self._said:
            said, self._said = self._said, []
            await self._mark()
            await self._put(self._conn, said)

    @asynccontextmanager
    async def step(self, seconds: float | None = None) -> AsyncIterator[None]:
        """What happens within is undone together if it fails, and the transaction goes on.

        Raises TooLong where it takes more than so many seconds.
        """
        before = list(self._said)
        self._within, self._marked = True, False
        patience = asyncio.timeout(seconds)
        try:
            async with patience:
                with limit(self._conn, seconds):
                    yield
            if self._marked:
                await self._conn.exec_driver_sql("RELEASE SAVEPOINT step")
        except BaseException as error:
            if patience.expired() or (isinstance(error, DBAPIError) and interrupted(error)):
                raise TooLong from error
            self._said = before
            if self._marked and isinstance(error, Exception):
                with suppress(PendingRollbackError):  # all is lost with the connection: `error` says so
                    await self._conn.exec_driver_sql("ROLLBACK TO SAVEPOINT step")
                    await self._conn.exec_driver_sql("RELEASE SAVEPOINT step")
            raise
        finally:
            self._within = self._marked = False

    async def _mark(self) -> None:
        if self._within and not self._marked:
            self._marked = True
            await self._conn.exec_driver_sql("SAVEPOINT step")


def changed(conn: AsyncConnection, account: str, chat_id: ChatId) -> None:
    """What was read ahead for this chat holds no longer."""
    if isinstance(conn, Group):
        conn.seen.pop((account, chat_id), None)
