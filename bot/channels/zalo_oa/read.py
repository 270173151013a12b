"""Understands an Official Account's events. Pure; any JSON at all comes out as an event, at worst `Unusable`.

Kept is what is read and nothing else: a profile, a phone number or an address that a person sends with an
event of its own never gets as far as the store.
"""

import json
import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from bot.channels.text import safe_file_name, safe_text
from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import NO_CHAT, ChatId
from bot.core.ports import Event, Incoming, RawUpdate, Reach, Said, Shared, Tapped, Unusable

PRESSED = "nc:"
"""A button's payload begins so; a press comes as a text that is the payload, word for word."""

_ID = re.compile(r"[1-9][0-9]{3,24}")
_MESSAGE = re.compile(r"[\x21-\x7e]{1,128}")
_URL = 2048
_SAID = "user_send_"
_KINDS = frozenset({"sticker", "audio", "video", "location", "link", "gif", "business_card"})
_NAMES = {"audio": "voice", "gif": "animation", "business_card": "contact"}
_MEDIA: dict[str, str] = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
}


def raw_update(event: object, oa_id: str) -> RawUpdate | None:
    """An event as it is to be stored; None where it is none of a person's, or another account's."""
    name = event.get("event_name") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(name, str):
        return None
    kept = _kept(event, name, oa_id)
    if kept is None:
        return None
    payload = json.dumps(kept, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    message_id = kept.get("msg_id")
    # An event that is no message has no id of its own: its name, time and person name it.
    key = message_id if isinstance(message_id, str) else sha256(payload).hexdigest()
    return RawUpdate(key, ChatId(str(kept["chat"])), payload.decode())


def _kept(event: dict[str, Any], name: str, oa_id: str) -> dict[str, Any] | None:
    sender, recipient = _id(event, "sender"), _id(event, "recipient")
    time = event.get("timestamp")
    kept: dict[str, Any] = {"event_name": name, "timestamp": str(time)[:32]}
    if name in ("follow", "unfollow"):
        chat = _id(event, "follower") or sender
        other = str(event.get("oa_id") or recipient or "")
    elif name == "user_seen_message":
        # Which of the two is the person is disputed: the one that is not the account.
        chat = sender if recipient == oa_id else recipient if sender == oa_id else ""
        other = oa_id
    elif name.startswith(_SAID):
        chat, other = sender, recipient
        message = _object(event, "message")
        message_id = message.get("msg_id")
        if isinstance(message_id, str | int) and _MESSAGE.fullmatch(str(message_id)):
            kept["msg_id"] = str(message_id)
        kept["text"] = message.get("text") if isinstance(message.get("text"), str) else ""
        kept["file"] = _file(message)
    else:
        return None
    mine = not oa_id or not other or other == oa_id
    return {**kept, "chat": chat} if chat and mine else None


def _file(message: dict[str, Any]) -> dict[str, str]:
    """Where the first attachment lies, what it is called, and how large it is."""
    found = message.get("attachments")
    first = found[0] if isinstance(found, list) and found else {}
    payload = _object(first, "payload")
    return {
        key: str(payload[key])[:_URL]
        for key in ("url", "name", "size", "type")
        if isinstance(payload.get(key), str | int)
    }


def read_event(payload: str) -> Incoming:
    """Understand a stored event. Never raises."""
    try:
        kept = json.loads(payload)
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, dict):
        return Incoming(NO_CHAT, Unusable("malformed: not JSON"))
    chat = kept.get("chat")
    if not isinstance(chat, str) or not _ID.fullmatch(chat):
        return Incoming(NO_CHAT, Unusable("malformed: no chat"))
    return Incoming(ChatId(chat), _event(str(kept.get("event_name")), kept))


def _event(name: str, kept: dict[str, Any]) -> Event:
    if name in ("follow", "user_seen_message"):
        return Reach(open=True, contact=name == "follow")
    if name == "unfollow":
        return Reach(open=False)
    kind = name.removeprefix(_SAID)
    said = kept.get("text")
    text = safe_text(said) if isinstance(said, str) else ""
    if kind == "text":
        if text.startswith(PRESSED):
            return Tapped(text.removeprefix(PRESSED), "", "")
        return Said(text) if text else Unusable("an empty text", answer=True)
    if kind in ("image", "file"):
        return _shared(kind, kept, text)
    if kind in _KINDS:
        return Unusable(f"a {_NAMES.get(kind, kind)}", answer=True)
    return Unusable("a kind we do not know")


def _shared(kind: str, kept: dict[str, Any], text: str) -> Event:
    told = _object(kept, "file")
    url, size = str(told.get("url", "")), str(told.get("size", ""))
    if not _fetchable(url):
        return Unusable("malformed: a file without an address", answer=True)
    if kind == "image":
        return Shared(url, "anh.jpg", "image/jpeg", "photo", 0, text)
    name = safe_file_name(str(told.get("name", "")), "tep")
    ending = name.rpartition(".")[2].lower()
    media_type = _MEDIA.get(ending, "application/octet-stream")
    shape: FileKind = "document"
    return Shared(url, name, media_type, shape, int(size) if re.fullmatch(r"[0-9]{1,12}", size) else 0, text)


def _fetchable(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and url.isprintable() and len(url) <= _URL


def _id(event: dict[str, Any], side: str) -> str:
    found = _object(event, side).get("id")
    text = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    return text if _ID.fullmatch(text) else ""


def _object(value: object, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}
