"""Understands the Bot Platform's events. Pure; any JSON at all comes out as an event, at worst `Unusable`.

A polled event is wrapped ({"ok", "result": {…}}), a delivered one has been seen flat and documented wrapped:
both are read.
"""

import json
import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from bot.channels.text import safe_name, safe_text
from bot.core.kernel.values import EPOCH_MS, NO_CHAT, ChatId, Ms
from bot.core.ports import Event, Incoming, RawUpdate, Said, Shared, Unusable

_CHAT = re.compile(r"[\x21-\x7e]{1,64}")
_MESSAGE = re.compile(r"[\x21-\x7e]{1,128}")
_URL = 2048
_SAID_SOMETHING = frozenset({"sticker", "voice", "unsupported", "link", "video", "file", "location"})


def bare(update: object) -> dict[str, Any]:
    """The event itself, {"event_name", "message"}, wherever it is wrapped."""
    found = update
    for _ in range(2):
        if isinstance(found, dict) and isinstance(found.get("result"), dict):
            found = found["result"]
    return found if isinstance(found, dict) else {}


def raw_update(update: object) -> RawUpdate | None:
    """An event as it is to be stored; None where it is none. A message without an id is named by its text.

    A lone surrogate, which no store takes, comes as "?".
    """
    event = bare(update)
    if not isinstance(event.get("event_name"), str):
        return None
    message = _object(event, "message")
    name = _text(message.get("message_id"))
    try:
        payload = json.dumps(event, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    except RecursionError:
        return None
    if not _MESSAGE.fullmatch(name):
        name = sha256(payload).hexdigest()
    return RawUpdate(name, _chat(message), payload.decode())


def sent_at(update: RawUpdate) -> Ms:
    """When the platform says it was sent, ms UTC; 0 where it does not."""
    date = _object(json.loads(update.payload), "message").get("date")
    return Ms(date) if isinstance(date, int) and not isinstance(date, bool) and 0 < date < 2**53 else EPOCH_MS


def read_event(payload: str) -> Incoming:
    """Understand a stored event. Never raises."""
    try:
        event = bare(json.loads(payload))
    except (ValueError, RecursionError):
        return Incoming(NO_CHAT, Unusable("malformed: not JSON"))
    message = _object(event, "message")
    sender = _object(message, "from")
    name = sender.get("display_name")
    return Incoming(
        _chat(message),
        _event(event.get("event_name"), message, sender),
        name=safe_name(name) if isinstance(name, str) else "",
    )


def _event(name: object, message: dict[str, Any], sender: dict[str, Any]) -> Event:
    if not isinstance(name, str) or not name.startswith("message."):
        return Unusable("an event we do not know")
    if not _chat(message):
        return Unusable("malformed: no chat")
    if _object(message, "chat").get("chat_type", "PRIVATE") != "PRIVATE":
        return Unusable("not a private chat")
    if sender.get("is_bot") is True:
        return Unusable("not from a person")
    kind = name.split(".")[1]
    if kind == "text":
        said = message.get("text")
        text = safe_text(said) if isinstance(said, str) else ""
        return Said(text) if text else Unusable("an empty text", answer=True)
    if kind in ("image", "photo"):
        return _picture(message)
    return (
        Unusable(f"a {kind}", answer=True) if kind in _SAID_SOMETHING else Unusable("a kind we do not know")
    )


def _picture(message: dict[str, Any]) -> Event:
    found = (message.get(key) for key in ("photo_url", "photo", "url"))
    url = next((one for one in found if isinstance(one, str) and _fetchable(one)), None)
    if url is None:
        return Unusable("malformed: a picture without an address", answer=True)
    caption = message.get("caption")
    words = safe_text(caption) if isinstance(caption, str) else ""
    return Shared(url, "anh.jpg", "image/jpeg", "photo", 0, words)


def _fetchable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and url.isprintable() and len(url) <= _URL


def _chat(message: dict[str, Any]) -> ChatId:
    found = _text(_object(message, "chat").get("id"))
    return ChatId(found) if _CHAT.fullmatch(found) else NO_CHAT


def _text(name: object) -> str:
    """An id, which is a text as documented; a number, however large, is read digit by digit."""
    return str(name) if isinstance(name, str | int) and not isinstance(name, bool) else ""


def _object(value: object, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
