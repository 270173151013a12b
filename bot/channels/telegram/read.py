"""Understands Telegram's updates. Pure; any JSON at all comes out as an event, at worst `Unusable`."""

import json
import re
from typing import Any

from bot.channels.text import safe_file_name, safe_name, safe_text
from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import NO_CHAT, ChatId
from bot.core.ports import Event, Incoming, RawUpdate, Reach, Said, Shared, Tapped, Unusable

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update we ask for."""

_LARGEST = 2**63 - 1
_LARGEST_NUMBER = 2**53 - 1  # what JSON's numbers hold exactly; the next one must fit the store too
_HANDLE = re.compile(r"[\x21-\x7e]{1,512}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]{0,63}/[A-Za-z0-9][\w.+-]{0,63}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_ALBUM = re.compile(r"[\x21-\x7e]{1,64}")
_CALLBACK_ID = re.compile(r"[\x21-\x7e]{1,64}")

_FILES: tuple[tuple[str, FileKind, str, str], ...] = (
    ("audio", "audio", "audio.mp3", "audio/mpeg"),
    ("voice", "audio", "voice.ogg", "audio/ogg"),
    ("document", "document", "document", "application/octet-stream"),
)
_SAID_SOMETHING = frozenset(
    {"sticker", "video", "video_note", "animation", "contact", "location", "venue", "poll", "dice", "game"}
    | {"story", "checklist", "paid_media", "invoice", "giveaway", "giveaway_winners"}
)


def read_update(payload: str) -> Incoming:
    """Understand a stored update. Never raises."""
    try:
        update = json.loads(payload)
    except (ValueError, RecursionError):
        return Incoming(NO_CHAT, Unusable("malformed: not JSON"))
    if not isinstance(update, dict):
        return Incoming(NO_CHAT, Unusable("malformed: not an object"))
    chat_id = chat_of(update)
    person = _person(update)
    return Incoming(
        chat_id,
        _event(update, chat_id),
        name=safe_name(f"{_text(person, 'first_name')} {_text(person, 'last_name')}"),
        language=_matching(_LANGUAGE, person.get("language_code")),
        album=_matching(_ALBUM, _object(update, "message").get("media_group_id")) or "",
        message_id=_written(_object(update, "message")),
    )


def _written(message: dict[str, Any]) -> str:
    """The number of a message with words, which may be taken out of a private chat for two days."""
    worded = any(isinstance(message.get(key), str) for key in ("text", "caption"))
    number = _integer(message, "message_id") if worded else None
    return str(number) if number is not None and 0 < number <= _LARGEST_NUMBER else ""


def raw_updates(result: list[Any], offset: int | None) -> list[RawUpdate]:
    """The updates of one poll, as they are to be stored, in the platform's order.

    Numbers run in sequence: an update without one gets that of its turn, so that it can be confirmed and
    delays no other. Where another has that number, or no turn is known, it is left out.
    """
    numbers = [number_of(update) for update in result]
    found: list[RawUpdate] = []
    turn = offset if offset is not None and offset >= 0 else None
    if turn is None:
        turn = next((number - at for at, number in enumerate(numbers) if number is not None), None)
    for update, number in zip(result, numbers, strict=True):
        if number is None and turn is not None and turn not in numbers:
            number = turn
        if number is not None:
            found.append(RawUpdate(str(number), chat_of(update), _dumped(update, number)))
            turn = number + 1
    return found


def number_of(update: object) -> int | None:
    """The update's number, None where it has none that can be confirmed."""
    number = _integer(update, "update_id")
    return number if number is not None and 0 <= number <= _LARGEST_NUMBER else None


def chat_of(update: object) -> ChatId:
    """The chat an update belongs to, "" where it names none."""
    for kind in ALLOWED:
        found = _object(update, kind)
        number = _integer(
            _object(_object(found, "message") if kind == "callback_query" else found, "chat"), "id"
        )
        if number is not None:
            return ChatId(str(number))
    return NO_CHAT


def _event(update: dict[str, Any], chat_id: ChatId) -> Event:
    kind = next((kind for kind in ALLOWED if isinstance(update.get(kind), dict)), None)
    if kind is None:
        return Unusable("a kind we did not ask for")
    body = update[kind]
    message = _object(body, "message") if kind == "callback_query" else body
    if _object(message, "chat").get("type") != "private":
        return Unusable("not a private chat" if chat_id else "malformed: no chat")
    if not chat_id:
        return Unusable("malformed: no chat")
    if _object(body, "from").get("is_bot") is not False:
        return Unusable("not from a person")
    match kind:
        case "message":
            return _message(body)
        case "callback_query":
            return _tap(body, message)
        case "my_chat_member":
            return _reach(body)
        case _ if "location" in body:
            return Unusable("a live location that moved")  # nobody wrote: it comes every few seconds
        case _:
            return Unusable("an edited message", answer=True)


def _message(message: dict[str, Any]) -> Event:
    if isinstance(message.get("text"), str):
        text = safe_text(message["text"])
        return Said(text) if text else Unusable("an empty text", answer=True)
    if "photo" in message:
        return _photo(message)
    for key, kind, name, media_type in _FILES:
        if key in message:
            return _shared(message, _object(message, key), kind, name, media_type)
    known = next((key for key in message if key in _SAID_SOMETHING), None)
    return Unusable(f"a {known}", answer=True) if known else Unusable("a kind we do not know")


def _photo(message: dict[str, Any]) -> Event:
    sizes = message["photo"] if isinstance(message["photo"], list) else []
    usable = [size for size in sizes if isinstance(size, dict)]
    if not usable:
        return Unusable("malformed: a photo without sizes", answer=True)
    largest = max(usable, key=lambda size: (_integer(size, "width") or 0) * (_integer(size, "height") or 0))
    return _shared(message, largest, "photo", "photo.jpg", "image/jpeg")


def _shared(
    message: dict[str, Any], file: dict[str, Any], kind: FileKind, name: str, media_type: str
) -> Event:
    handle = _matching(_HANDLE, file.get("file_id"))
    if handle is None:
        return Unusable(f"malformed: a {kind} without a handle", answer=True)
    return Shared(
        handle=handle,
        name=safe_file_name(_text(file, "file_name"), name),
        media_type=_matching(_MEDIA_TYPE, file.get("mime_type")) or media_type,
        kind=kind,
        size=max(_integer(file, "file_size") or 0, 0),
        caption=safe_text(_text(message, "caption")),
    )


def _tap(query: dict[str, Any], message: dict[str, Any]) -> Event:
    callback_id = _matching(_CALLBACK_ID, query.get("id"))
    message_id = _integer(message, "message_id")
    data = query.get("data")
    if callback_id is None or message_id is None:
        return Unusable("malformed: a tap without its ids", answer=True)
    if not isinstance(data, str) or not data or safe_text(data, 64) != data or len(data.encode()) > 64:
        return Unusable("a tap with data we did not write", answer=True)
    return Tapped(data=data, message_id=str(message_id), callback_id=callback_id)


def _reach(change: dict[str, Any]) -> Event:
    match _object(change, "new_chat_member").get("status"):
        case "kicked":
            return Reach(open=False)
        case "member":
            return Reach(open=True)
        case _:
            return Unusable("a change of standing we do not know")


def _person(update: dict[str, Any]) -> dict[str, Any]:
    return next((_object(update[kind], "from") for kind in ALLOWED if isinstance(update.get(kind), dict)), {})


def _dumped(update: object, number: int) -> str:
    try:
        return json.dumps(update)
    except RecursionError:
        return json.dumps({"update_id": number})


def _object(value: object, key: str) -> dict[str, Any]:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _integer(value: object, key: str) -> int | None:
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) <= _LARGEST:
        return found
    return None


def _matching(pattern: re.Pattern[str], value: object) -> str | None:
    return value if isinstance(value, str) and pattern.fullmatch(value) else None
