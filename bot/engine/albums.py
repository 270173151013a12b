"""Several photos or files that are sent at once arrive as so many updates: which of them one is."""

from dataclasses import replace

from bot.core.kernel.values import ChatId
from bot.core.ports import Incoming

KEPT = 4096  # chats whose last album is remembered


class Albums:
    """The last album of each chat. Forgotten at a start: somebody may read an answer once more."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, ChatId], tuple[str, int]] = {}

    def placed(self, account: str, incoming: Incoming) -> Incoming:
        """An update that knows how many of its album came before it in its chat; counts it."""
        if not incoming.album:
            return incoming
        chat = account, incoming.chat_id
        last, count = self._last.pop(chat, ("", 0))
        before = count if last == incoming.album else 0
        self._last[chat] = incoming.album, before + 1
        if len(self._last) > KEPT:
            del self._last[next(iter(self._last))]
        return replace(incoming, before=before)
