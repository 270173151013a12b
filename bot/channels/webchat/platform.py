"""The local chat's platform side: what is kept, and what a page may do."""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.channels.transcript import Body, Entry, Transcript
from bot.channels.webchat.hub import Hub, as_json
from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import ChatId
from bot.core.talk.message import MenuEntry

OPEN_TAPS = 10_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sends from the page."""

    name: str
    media_type: str
    kind: FileKind
    data: bytes = field(repr=False)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


class Platform:
    """The messenger itself: keeps messages, queues what people do, and tells the pages at once."""

    def __init__(self, account: str, transcript: Transcript, now: Callable[[], datetime] = _now) -> None:
        self.account = account
        self.transcript = transcript
        self.now = now
        self.hub = Hub()
        self.arrived = asyncio.Event()
        self._menus: dict[tuple[str | None, str | None], tuple[MenuEntry, ...]] = {}
        self._taps: OrderedDict[str, tuple[ChatId, int]] = OrderedDict()

    async def history(
        self, chat_id: ChatId, before: int | None = None, limit: int = 40
    ) -> list[dict[str, Any]]:
        """Messages as the page shows them, the oldest first."""
        entries = await self.transcript.history(self.account, chat_id, before, limit)
        return [as_shown(entry) for entry in entries]

    async def say(self, chat_id: ChatId, name: str, text: str, client_id: str) -> dict[str, Any]:
        """Somebody writes. The same `client_id` again changes nothing."""
        event = {"kind": "text", "text": text}
        return await self._post(chat_id, name, {"text": text, "client_id": client_id}, event, client_id)

    async def share(
        self, chat_id: ChatId, name: str, upload: Upload, caption: str, client_id: str
    ) -> dict[str, Any]:
        """Somebody sends a file. The same `client_id` again changes nothing."""
        file = await self.keep(upload.name, upload.media_type, upload.kind, upload.data)
        body = {"text": caption, "file": file, "client_id": client_id}
        return await self._post(
            chat_id, name, body, {"kind": "file", "file": file, "text": caption}, client_id
        )

    async def tap(self, chat_id: ChatId, name: str, message_id: int, data: str) -> str | None:
        """Somebody presses a button; the callback's id, or None if the message has no such button now."""
        entry = await self.transcript.get(self.account, chat_id, message_id)
        if entry is None or entry.side != "bot" or not has_button(entry.body, data):
            return None
        callback_id = secrets.token_hex(8)
        self._taps[callback_id] = (chat_id, message_id)
        while len(self._taps) > OPEN_TAPS:
            self._taps.popitem(last=False)
        event = {"kind": "tap", "message_id": str(message_id), "data": data, "callback_id": callback_id}
        await self.transcript.push_update(self.account, chat_id, as_json(self._update(chat_id, name, event)))
        self.arrived.set()
        return callback_id

    def answer(self, callback_id: str, text: str) -> bool:
        """Answer a tap, once; False if it is unknown or was answered."""
        tap = self._taps.pop(callback_id, None)
        if tap is None:
            return False
        chat_id, message_id = tap
        self.hub.publish(chat_id, "toast", {"message_id": message_id, "text": text})
        return True

    async def deliver(self, chat_id: ChatId, body: Body) -> Entry:
        """A message from the bot."""
        entry = await self.transcript.append(self.account, chat_id, "bot", body, self.now())
        self.hub.publish(chat_id, "message", as_shown(entry))
        self.hub.hint(chat_id, {"chat_id": chat_id, "message_id": entry.message_id})
        return entry

    async def replace(self, chat_id: ChatId, message_id: int, change: Body) -> bool:
        """Change parts of a bot's message; False where there is no such message."""
        old = await self.transcript.get(self.account, chat_id, message_id)
        if old is None or old.side != "bot":
            return False
        entry = await self.transcript.edit(self.account, chat_id, message_id, {**old.body, **change})
        if entry is None:
            return False
        self.hub.publish(chat_id, "message", as_shown(entry))
        return True

    async def keep(self, name: str, media_type: str, kind: FileKind, data: bytes) -> dict[str, Any]:
        """Keep a file's bytes; how a message names it (size in bytes)."""
        handle = await self.transcript.save_file(self.account, name, media_type, data)
        return {"handle": handle, "name": name, "media_type": media_type, "kind": kind, "size": len(data)}

    def set_menu(self, chat_id: ChatId | None, language: str | None, menu: tuple[MenuEntry, ...]) -> None:
        """Keep a menu and tell the pages that may show it."""
        self._menus[chat_id, language] = menu
        self.hub.publish(chat_id, "menu", None)

    def menu(self, chat_id: ChatId, language: str = "vi") -> list[dict[str, str]]:
        """The chat's own menu if it has one, else the account's; a language's own before the general."""
        keys = [(chat_id, language), (chat_id, None), (None, language), (None, None)]
        menu = next((self._menus[key] for key in keys if key in self._menus), ())
        return [{"command": entry.command, "description": entry.description} for entry in menu]

    async def _post(
        self, chat_id: ChatId, name: str, body: Body, event: Body, client_id: str
    ) -> dict[str, Any]:
        payload = as_json(self._update(chat_id, name, event))
        entry, fresh = await self.transcript.post(self.account, chat_id, body, payload, client_id, self.now())
        if fresh:
            self.arrived.set()
            self.hub.publish(chat_id, "message", as_shown(entry))
        return as_shown(entry)

    @staticmethod
    def _update(chat_id: ChatId, name: str, event: Body) -> dict[str, Any]:
        return {"chat_id": chat_id, "name": name, "language": "vi", **event}


def as_shown(entry: Entry) -> dict[str, Any]:
    """A message as the page gets it; `at` in milliseconds since 1970, UTC."""
    at = round(entry.at.timestamp() * 1000)
    return {
        "id": entry.message_id,
        "side": entry.side,
        "at": at,
        "revision": entry.revision,
        **entry.body,
    }


def has_button(body: Body, data: str) -> bool:
    """Whether a button that answers with `data` stands under the message."""
    return bool(data) and any(button.get("data") == data for row in body.get("buttons", ()) for button in row)
