"""The updates that wait, oldest first, as the next group takes them."""

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ports import Channel
from bot.engine.held import Held
from bot.engine.waiting import Chat, Waiting, merged
from bot.storage.group import Group
from bot.storage.talk import inbox
from bot.storage.talk.inbox import InboxRow

MERGED = 512  # updates looked at, at most, for presses of one button that are one


class Queue:
    """Reads the inbox in windows. What a group leaves is not read again by its channel."""

    def __init__(self, channels: Mapping[str, Channel], held: Held) -> None:
        self._channels = channels
        self._held = held
        self._after = 0  # up to this row nothing waits that is ours
        self._known: dict[int, Waiting] = {}  # the last window

    def rewind(self) -> None:
        """What another process's commit brought late stands before the others: begin at the oldest again."""
        self._after = 0

    async def next(self, group: Group, most: int, aside: Container[Chat]) -> list[Waiting]:
        """The oldest that may be handled now, of chats not in `aside`; equal presses that wait are one."""
        after, conn = self._after, cast(AsyncConnection, group)
        free, some = list[InboxRow](), list[Waiting]()
        if await self._held.on(conn):
            return some
        while len(some) < most and (not some or len(free) < MERGED):
            rows = await inbox.waiting(conn, most, after)
            ours = [row for row in rows if row.account in self._channels]
            free += [row for row in ours if (row.account, row.chat_id) not in aside]
            beyond = {key: one for key, one in self._known.items() if rows and key > rows[-1].id}
            self._known = beyond | {row.id: self._known.get(row.id) or self._read(row) for row in free}
            some = merged(replace(self._known[row.id], row=row, same=[]) for row in free)
            if len(rows) < most:
                break
            if not ours and after == self._after:
                self._after = rows[-1].id
            after = rows[-1].id
        return some[:most]

    def _read(self, row: InboxRow) -> Waiting:
        try:
            if row.payload is None:
                raise ValueError("the update was sealed with another key")
            return Waiting(row, self._channels[row.account].read(row.payload))
        except Exception as error:
            return Waiting(row, None, error)
