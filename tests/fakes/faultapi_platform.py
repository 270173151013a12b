"""What the fault server's platform does when nothing goes wrong: calls, updates, and the record."""

import json
import os
import time
from collections import Counter, deque
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.faultapi_http import HttpRequest

FILES = ("photo", "document", "audio", "voice", "video", "animation")
ME = {"id": 4242, "is_bot": True, "first_name": "Nhịp Cầu thử", "username": "nhipcau_fault_bot"}


class Platform:
    """Chats are any chats. Every accepted message is in the record before its sender is told.

    The record is a file of JSON lines: n, method, chat_id, message_id, text, data (of its buttons). It is
    only ever added to, and each line is with the system, not in a buffer, when the answer goes out.
    """

    def __init__(self, record: Path | None) -> None:
        self.updates: deque[tuple[int, Any]] = deque()
        self.counts: Counter[str] = Counter()
        self.accepted = 0
        self._last_update = 730_000_000
        self._record = (
            None if record is None else os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        )

    def close(self) -> None:
        """Close the record."""
        if self._record is not None:
            os.close(self._record)
            self._record = None

    def call(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a call; `method` in small letters."""
        if method.startswith(("send", "copy", "forward")) and method != "sendchataction":
            return self._send(method, params)
        if method.startswith("edit"):
            message_id = int(params.get("message_id") or 0)
            return self._accept(method, params, message_id)
        if method == "getme":
            return ME
        return True

    def _send(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        message = self._accept(method, params, self.accepted + 1)
        for kind in FILES:
            if kind in params and method == f"send{kind}":
                file = {"file_id": f"file-{kind}-{self.accepted}", "file_unique_id": f"u{self.accepted}"}
                message[kind] = [{**file, "width": 1, "height": 1}] if kind == "photo" else file
        return message

    def _accept(self, method: str, params: dict[str, Any], message_id: int) -> dict[str, Any]:
        self.accepted += 1
        chat_id = chat_of(params) or 0
        text = params.get("text", params.get("caption", ""))
        if self._record is not None:
            line = {
                "n": self.accepted,
                "method": method,
                "chat_id": chat_id,
                "message_id": message_id,
                "text": text,
                "data": _data(params.get("reply_markup")),
            }
            os.write(self._record, json.dumps(line, ensure_ascii=False).encode() + b"\n")
        return {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": {"id": chat_id, "type": "private" if chat_id > 0 else "group"},
            "from": ME,
            "text": text,
        }

    def inject(self, updates: list[Any]) -> int:
        """Queue updates; objects without a number are given the next. The last number."""
        for update in updates:
            number = self._last_update + 1
            if isinstance(update, dict):
                given = update.setdefault("update_id", number)
                number = given if isinstance(given, int) else number
            self._last_update = number
            self.updates.append((number, update))
        return self._last_update

    def confirm(self, offset: int) -> None:
        """Drop what the offset confirms, as the platform does."""
        while self.updates and (self.updates[0][0] < offset if offset >= 0 else len(self.updates) > -offset):
            self.updates.popleft()


def params_of(request: HttpRequest) -> dict[str, Any]:
    """A request's parameters: query, JSON, form or multipart; a file's value is its length in bytes."""
    _, _, query = request.target.partition("?")
    params: dict[str, Any] = dict(parse_qsl(query))
    if request.content_type.startswith("application/json"):
        body = json.loads(request.body or b"{}")
        return params | body if isinstance(body, dict) else params
    if request.content_type.startswith("application/x-www-form-urlencoded"):
        return params | dict(parse_qsl(request.body.decode()))
    if request.content_type.startswith("multipart/form-data"):
        return params | _multipart(request)
    return params


def chat_of(params: dict[str, Any]) -> int | None:
    """The chat a call names, None where it names none by number."""
    value = params.get("chat_id")
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.removeprefix("-").isdecimal() else None


def _multipart(request: HttpRequest) -> dict[str, Any]:
    boundary = b"--" + request.content_type.partition("boundary=")[2].strip('"').encode()
    found: dict[str, Any] = {}
    for part in request.body.split(boundary)[1:-1]:
        head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        value = value.removesuffix(b"\r\n")
        words = head.decode("utf-8", "replace")
        name = words.partition('name="')[2].partition('"')[0]
        found[name] = len(value) if "filename=" in words else value.decode()
    return found


def _data(markup: Any) -> list[str]:
    if isinstance(markup, str):
        markup = json.loads(markup or "{}")
    rows = markup.get("inline_keyboard", []) if isinstance(markup, dict) else []
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]
