"""Updates of the local chat, understood."""

import json
from typing import Any, get_args

from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import NO_CHAT, ChatId
from bot.core.ports import Event, Incoming, Said, Shared, Tapped, Unusable


def read_update(payload: str) -> Incoming:
    """Understand a stored update; what is malformed is `Unusable`."""
    try:
        update = json.loads(payload)
        return Incoming(
            chat_id=ChatId(_text(update, "chat_id")),
            event=_event(update),
            name=_text(update, "name"),
            language=_text(update, "language"),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        return Incoming(chat_id=NO_CHAT, event=Unusable(f"malformed update: {type(error).__name__}"))


def _event(update: dict[str, Any]) -> Event:
    match update["kind"]:
        case "text":
            return Said(_text(update, "text"))
        case "tap":
            return Tapped(_text(update, "data"), _text(update, "message_id"), _text(update, "callback_id"))
        case "file":
            file = update["file"]
            if file["kind"] not in get_args(FileKind) or type(file["size"]) is not int:
                raise ValueError("file")
            return Shared(
                handle=_text(file, "handle"),
                name=_text(file, "name"),
                media_type=_text(file, "media_type"),
                kind=file["kind"],
                size=file["size"],
                caption=_text(update, "text"),
            )
        case other:
            return Unusable(f"unknown kind of update: {other!r:.40}")


def _text(update: dict[str, Any], key: str) -> str:
    value = update[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value
