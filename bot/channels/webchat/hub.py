"""Live events of the local chat: from the platform to the pages that are open, in this process."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.core.kernel.values import ChatId

Watched = tuple[str, str]

WATCH_LIMIT = 256
PAGES, PAGES_OF_A_CHAT = 64, 8  # open at once


class Watch:
    """One page's view of the hub: events wait here until the page takes them."""

    def __init__(self, chat_id: ChatId) -> None:
        self.chat_id = chat_id
        self._waiting: asyncio.Queue[Watched | None] = asyncio.Queue(WATCH_LIMIT)

    async def next(self) -> Watched | None:
        """The next event as (name, JSON); None when the watch has ended."""
        return await self._waiting.get()

    def offer(self, event: Watched) -> bool:
        """Add an event without waiting; False when the page is too slow, which ends its watch."""
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.end()
            return False
        return True

    def end(self) -> None:
        """End the watch; what was waiting is dropped, since the page reads the history when it is back."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)


class Hub:
    """Hands events to the pages that are open. A slow page is cut off, never waited for."""

    def __init__(self) -> None:
        self._watches: set[Watch] = set()
        self.most = PAGES
        self._closed = False

    def has_room(self, chat_id: ChatId) -> bool:
        """Whether one more page may watch a chat."""
        same = sum(watch.chat_id == chat_id for watch in self._watches)
        return len(self._watches) < self.most and same < PAGES_OF_A_CHAT

    @contextmanager
    def watch(self, chat_id: ChatId) -> Iterator[Watch]:
        """Watch a chat (and hear that something came in the others) for as long as the context lasts."""
        watch = Watch(chat_id)
        self._watches.add(watch)
        if self._closed:
            watch.end()
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    def publish(self, chat_id: ChatId | None, name: str, data: object) -> None:
        """Tell every page that shows this chat (None: every page)."""
        self._offer((name, as_json(data)), lambda watch: chat_id in (None, watch.chat_id))

    def hint(self, chat_id: ChatId, data: object) -> None:
        """Tell every page that shows another chat."""
        self._offer(("elsewhere", as_json(data)), lambda watch: watch.chat_id != chat_id)

    def _offer(self, event: Watched, wanted: Callable[[Watch], bool]) -> None:
        for watch in [watch for watch in self._watches if wanted(watch)]:
            if not watch.offer(event):
                self._watches.discard(watch)

    def close(self) -> None:
        """End every watch, now and from now on."""
        self._closed = True
        for watch in self._watches:
            watch.end()


def as_json(value: object) -> str:
    """Compact JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
