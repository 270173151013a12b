"""Telegram's rules for inline keyboards and command menus."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.botapi_errors import ApiError

_ACTIONS = {"callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay"}
_SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


def checked_markup(markup: Any) -> dict[str, Any] | None:
    """The keyboard as a message keeps it; None for none. Raises ApiError."""
    if markup in (None, "", {}):
        return None
    if not isinstance(markup, dict):
        raise ApiError(400, "Bad Request: object expected as reply markup")
    if "inline_keyboard" not in markup:
        if {"keyboard", "remove_keyboard", "force_reply"} & set(markup):
            return None
        raise ApiError(400, "Bad Request: can't parse reply keyboard markup JSON object")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise ApiError(
            400, 'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        )
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise ApiError(400, "Bad Request: reply markup is too long")
    kept = [[_checked_button(button) for button in row] for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _checked_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise ApiError(400, "Bad Request: can't parse inline keyboard button: Text buttons must be non-empty")
    if len(_ACTIONS & set(button)) != 1:
        raise ApiError(400, "Bad Request: can't parse inline keyboard button: exactly one action is allowed")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "surrogatepass")) <= 64:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    if "url" in button:
        _check_url(button["url"])
    return dict(button)


def _check_url(url: Any) -> None:
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    usable = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    if not usable and not (parts.scheme in ("tg", "ton") and parts.netloc):
        raise ApiError(400, f"Bad Request: inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def checked_commands(commands: Any) -> list[dict[str, str]]:
    """A menu's commands. Raises ApiError."""
    if not isinstance(commands, list) or len(commands) > 100:
        raise ApiError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
    for entry in commands:
        if not isinstance(entry, dict) or not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(entry.get("command"))):
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        description = entry.get("description")
        if not isinstance(description, str) or not 1 <= len(description) <= 256:
            raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
    return [
        {"command": entry["command"].lstrip("/"), "description": entry["description"]} for entry in commands
    ]


def menu_key(scope: Any, language: str) -> tuple[str, str]:
    """Where a menu is kept: its scope in one writing, and its language. Raises ApiError."""
    scope = scope or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise ApiError(400, "Bad Request: can't parse BotCommandScope: unsupported type specified")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise ApiError(400, "Bad Request: invalid language code specified")
    kept = {"type": scope["type"]}
    for name in _SCOPES[scope["type"]]:
        if not re.fullmatch(r"-?\d+", str(scope.get(name))):
            raise ApiError(400, "Bad Request: chat not found")
        kept[name] = int(scope[name])
    return json.dumps(kept, sort_keys=True), language
