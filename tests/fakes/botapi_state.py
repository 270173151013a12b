"""What the fake platform knows: chats, messages, files, updates, taps, menus, and what it accepted."""

import itertools
import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from tests.fakes.botapi_errors import ApiError
from tests.fakes.botapi_parts import Limits, Signal

DEFAULT_KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})


@dataclass
class Chat:
    """A private chat with one person."""

    id: int
    name: str
    language: str | None = "vi"
    started: bool = True
    blocked: bool = False
    deactivated: bool = False
    last_id: int = 0
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)

    def person(self) -> dict[str, Any]:
        """The person as `from`."""
        who = {"id": self.id, "is_bot": False, "first_name": self.name}
        return who if self.language is None else {**who, "language_code": self.language}

    def shown(self) -> dict[str, Any]:
        """The chat as messages name it."""
        return {"id": self.id, "type": "private", "first_name": self.name}


@dataclass(frozen=True)
class StoredFile:
    """A file's bytes under its id."""

    id: str
    kind: str
    name: str
    media_type: str
    data: bytes
    path: str


@dataclass
class Tap:
    """A button's press that waits for its answer."""

    at: float
    chat_id: int
    answer: dict[str, Any] | None = None


@dataclass
class State:
    """Everything, for one bot. `any_chat`: every positive id is a person who started the bot."""

    any_chat: bool = False
    keep_messages: bool = True
    tap_seconds: float = 30.0
    limits: Limits = field(default_factory=Limits)
    record: Path | None = None
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.bot = {"id": 4242, "is_bot": True, "first_name": "Nhịp Cầu thử", "username": "nhipcau_test_bot"}
        self.signal = Signal()
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.taps: dict[str, Tap] = {}
        self.menus: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.updates: deque[tuple[int, Any]] = deque()
        self.kinds = DEFAULT_KINDS
        self.counts: Counter[str] = Counter()
        self.webhook = ""
        self.webhook_error = ""  # what the last delivery to it came to
        self.poller = 0
        self._numbers = itertools.count(730_000_001)
        self._serials = itertools.count(1)
        self._record: TextIO | None = None if self.record is None else self.record.open("a", encoding="utf-8")

    def close(self) -> None:
        """Close the record."""
        if self._record is not None:
            self._record.close()

    def now(self) -> int:
        """The date as Telegram gives it: whole seconds."""
        return int(self.clock())

    def serial(self) -> int:
        """A number given once."""
        return next(self._serials)

    def chat(self, chat_id: Any) -> Chat:
        """The chat a bot names. Raises ApiError for one it cannot write to."""
        try:
            number = int(chat_id)
        except (TypeError, ValueError):
            raise ApiError(400, "Bad Request: chat not found") from None
        if number not in self.chats and self.any_chat and number > 0:
            self.chats[number] = Chat(number, f"Người {number}")
        if number not in self.chats:
            raise ApiError(400, "Bad Request: chat not found")
        chat = self.chats[number]
        if chat.deactivated:
            raise ApiError(403, "Forbidden: user is deactivated")
        if chat.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        if not chat.started:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def add_message(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        """A new message in a chat."""
        chat.last_id += 1
        message = {
            "message_id": chat.last_id,
            "from": sender,
            "chat": chat.shown(),
            "date": self.now(),
            **content,
        }
        if self.keep_messages:
            chat.messages[chat.last_id] = message
        return message

    def accepted(self, method: str, message: dict[str, Any]) -> None:
        """Write down that a bot's message was accepted, before anybody is told."""
        self.counts["accepted"] += 1
        if self._record is not None:
            line = {
                "method": method,
                "chat_id": message["chat"]["id"],
                "message_id": message["message_id"],
                "text": message.get("text", message.get("caption", "")),
                "at": self.clock(),
            }
            self._record.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._record.flush()
        self.signal.notify()

    def add_file(self, kind: str, name: str, media_type: str, data: bytes) -> StoredFile:
        """A file under a new id."""
        number = self.serial()
        file = StoredFile(f"AgAC-{kind}-{number:06d}", kind, name, media_type, data, f"{kind}s/file_{number}")
        self.files[file.id] = file
        return file

    def add_update(self, kind: str, content: dict[str, Any]) -> int:
        """Queue an update where the bot asks for its kind; its number."""
        number = next(self._numbers)
        if kind in self.kinds:
            self.updates.append((number, {"update_id": number, kind: content}))
            self.signal.notify()
        return number

    def inject(self, update: Any, *, numbered: bool = True) -> int:
        """Queue anything as an update; its number in the queue.

        `numbered`: an object gets the next "update_id". Else it stays as it is, and keeps its place in the
        queue by its own "update_id" where that is a whole number.
        """
        own = update.get("update_id") if isinstance(update, dict) and not numbered else None
        number = own if isinstance(own, int) else next(self._numbers)
        if isinstance(update, dict) and numbered:
            update = {**update, "update_id": number}
        self.updates.append((number, update))
        self.signal.notify()
        return number
