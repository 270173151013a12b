"""The Bot API's methods, each from parameters to result. Refusals are ApiError."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.fakes.botapi_errors import ApiError
from tests.fakes.botapi_files import file_content, file_given, get_file
from tests.fakes.botapi_markup import checked_commands, checked_markup, menu_key
from tests.fakes.botapi_request import Params
from tests.fakes.botapi_state import Chat, State
from tests.fakes.botapi_text import outgoing

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


def _get_me(state: State, params: Params) -> Any:
    return {
        **state.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def _target(state: State, params: Params) -> Chat:
    if not params.text("chat_id"):
        raise ApiError(400, "Bad Request: chat_id is empty")
    chat = state.chat(params.text("chat_id"))
    paid = params.flag("allow_paid_broadcast")
    state.limits.admit(chat.id, paid)
    state.counts["paid"] += paid
    return chat


def _with_markup(content: dict[str, Any], params: Params) -> dict[str, Any]:
    markup = checked_markup(params.json("reply_markup"))
    return {**content, "reply_markup": markup} if markup else content


def _text_content(params: Params) -> dict[str, Any]:
    text, entities = outgoing(
        params.text("text"), params.text("parse_mode"), TEXT_LIMIT, "message is too long"
    )
    if not text:
        raise ApiError(400, "Bad Request: message text is empty")
    return {"text": text, "entities": entities} if entities else {"text": text}


def _caption_content(params: Params) -> dict[str, Any]:
    caption, entities = outgoing(
        params.text("caption"), params.text("parse_mode"), CAPTION_LIMIT, "message caption is too long"
    )
    content: dict[str, Any] = {"caption": caption} if caption else {}
    return {**content, "caption_entities": entities} if entities else content


def _send_message(state: State, params: Params) -> Any:
    chat = _target(state, params)
    message = state.add_message(chat, state.bot, _with_markup(_text_content(params), params))
    state.accepted("sendMessage", message)
    return message


def _send_file(kind: str) -> Callable[[State, Params], Any]:
    def send(state: State, params: Params) -> Any:
        chat = _target(state, params)
        content = _with_markup(_caption_content(params), params)
        file = file_given(state, params, kind)
        message = state.add_message(chat, state.bot, {**file_content(file), **content})
        state.accepted(f"send{kind.capitalize()}", message)
        return message

    return send


DELETED_WITHIN_S = 48 * 3600


def _own_message(state: State, params: Params, what: str) -> tuple[Chat, dict[str, Any]]:
    chat = _target(state, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise ApiError(400, f"Bad Request: {what} not found")
    if message["from"]["id"] != state.bot["id"]:
        raise ApiError(400, "Bad Request: message can't be edited")
    return chat, message


def _changed(state: State, chat: Chat, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    before = {key: value for key, value in old.items() if key != "edit_date"}
    if before == new:
        raise ApiError(
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly"
            " the same as a current content and reply markup of the message",
        )
    chat.messages[old["message_id"]] = {**new, "edit_date": state.now()}
    state.signal.notify()
    return chat.messages[old["message_id"]]


def _edit(content_of: Callable[[Params], dict[str, Any]], *replaced: str) -> Callable[[State, Params], Any]:
    def edit(state: State, params: Params) -> Any:
        chat, old = _own_message(state, params, "message to edit")
        content = _with_markup(content_of(params), params)
        if replaced and replaced[0] == "text" and "text" not in old:
            raise ApiError(400, "Bad Request: there is no text in the message to edit")
        dropped = {*replaced, "reply_markup", "edit_date"}
        kept = {key: value for key, value in old.items() if key not in dropped}
        return _changed(state, chat, old, {**kept, **content})

    return edit


def _delete_message(state: State, params: Params) -> Any:
    chat, message = _own_message(state, params, "message to delete")
    if state.now() - message["date"] >= DELETED_WITHIN_S:
        raise ApiError(400, "Bad Request: message can't be deleted for everyone")
    del chat.messages[message["message_id"]]
    state.signal.notify()
    return True


def _answer_callback_query(state: State, params: Params) -> Any:
    tap = state.taps.get(params.text("callback_query_id"))
    if tap is None or tap.answer is not None or state.clock() - tap.at > state.tap_seconds:
        raise ApiError(
            400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
    if len(params.text("text")) > 200:
        raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
    tap.answer = {"text": params.text("text"), "show_alert": params.text("show_alert") in ("True", "true")}
    state.signal.notify()
    return True


def _menu(state: State, params: Params) -> tuple[str, str]:
    key = menu_key(params.json("scope"), params.text("language_code"))
    scope = json.loads(key[0])
    if "chat_id" in scope:
        state.chat(scope["chat_id"])
    return key


def _set_my_commands(state: State, params: Params) -> Any:
    key = _menu(state, params)
    state.menus[key] = checked_commands(params.json("commands"))
    state.signal.notify()
    return True


def _get_my_commands(state: State, params: Params) -> Any:
    return state.menus.get(_menu(state, params), [])


def _delete_my_commands(state: State, params: Params) -> Any:
    state.menus.pop(_menu(state, params), None)
    state.signal.notify()
    return True


def _set_webhook(state: State, params: Params) -> Any:
    url = params.text("url")
    if not url.startswith("https://"):
        raise ApiError(400, "Bad Request: bad webhook: HTTPS url must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}|", params.text("secret_token")):
        raise ApiError(400, "Bad Request: secret token contains unallowed characters")
    state.webhook = url
    return True


def _delete_webhook(state: State, params: Params) -> Any:
    state.webhook = ""
    if params.text("drop_pending_updates") in ("True", "true"):
        state.updates.clear()
    return True


def _get_webhook_info(state: State, params: Params) -> Any:
    found = {
        "url": state.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates),
    }
    if state.webhook_error:
        found |= {"last_error_date": state.now(), "last_error_message": state.webhook_error}
    return found


METHODS: dict[str, Callable[[State, Params], Any]] = {
    "getme": _get_me,
    "sendmessage": _send_message,
    "sendphoto": _send_file("photo"),
    "senddocument": _send_file("document"),
    "sendaudio": _send_file("audio"),
    "editmessagetext": _edit(_text_content, "text", "entities"),
    "editmessagecaption": _edit(_caption_content, "caption", "caption_entities"),
    "editmessagereplymarkup": _edit(lambda params: {}),
    "deletemessage": _delete_message,
    "answercallbackquery": _answer_callback_query,
    "setmycommands": _set_my_commands,
    "getmycommands": _get_my_commands,
    "deletemycommands": _delete_my_commands,
    "setwebhook": _set_webhook,
    "deletewebhook": _delete_webhook,
    "getwebhookinfo": _get_webhook_info,
    "getfile": get_file,
}
"""By lower-case name: Telegram's method names are case-insensitive. getUpdates waits, and is the server's."""
