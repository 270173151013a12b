"""What we ask of Telegram, as Bot API calls, and what their results say. Pure."""

from dataclasses import dataclass
from typing import Any

from telegram import InputFile

from bot.core.delivery.outcome import Outcome, Rejected, Sent, Uncertain
from bot.core.delivery.reasons import Reason
from bot.core.kernel.richtext import FileKind
from bot.core.kernel.values import ChatId
from bot.core.ports import AnswerTap, DeletePart, EditPart, Part, Request, SendPart, SetMenu, Upload
from bot.core.talk.message import Button

_SENDS: dict[FileKind, str] = {"photo": "sendPhoto", "document": "sendDocument", "audio": "sendAudio"}
_HANDLES = ("document", "audio", "voice", "video", "animation")


@dataclass(frozen=True, slots=True)
class Call:
    """One Bot API call. `message_id` is the message it changes; `sends` says that a new one comes of it."""

    method: str
    parameters: dict[str, Any]
    message_id: str | None = None
    sends: bool = False


def call_for(request: Request) -> Call | Rejected | Sent:
    """The call that makes the request; Rejected: there is nothing to send; Sent: nothing is to be done."""
    match request:
        case SendPart(chat_id, part, paid):
            return _send(chat_id, part, paid)
        case EditPart(chat_id, message_id, part):
            return _edit(chat_id, message_id, part)
        case DeletePart(chat_id, message_id):
            where = {"chat_id": _number(chat_id), "message_id": _number(message_id)}
            return Call("deleteMessage", where, message_id)
        case AnswerTap(callback_id, text):
            notice = {"text": text} if text else {}
            return Call("answerCallbackQuery", {"callback_query_id": callback_id, **notice})
        case SetMenu():
            return _menu(request)


def accepted(call: Call, result: Any) -> Outcome:
    """What the `result` of a call says. Uncertain where it is not what the method returns."""
    if not call.sends:
        return Sent(call.message_id) if result else Uncertain(Reason.OUT_OF_ORDER, "an empty result")
    message_id = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(message_id, int) or isinstance(message_id, bool):
        return Uncertain(Reason.OUT_OF_ORDER, "a result that is no message")
    return Sent(str(message_id), _handle(result))


def _send(chat_id: ChatId, part: Part, paid: bool) -> Call | Rejected:
    parameters: dict[str, Any] = {"chat_id": _number(chat_id), **_keyboard(part)}
    if paid:
        parameters["allow_paid_broadcast"] = True
    if part.upload is None:
        return Call("sendMessage", {**parameters, **_text(part.text)}, sends=True)
    file = part.upload.handle or _input(part.upload)
    if file is None:
        return Rejected(Reason.FILE_LOST, "neither handle nor bytes")
    caption = {"caption": part.text, "parse_mode": "HTML"} if part.text else {}
    kind = part.upload.kind
    return Call(_SENDS[kind], {**parameters, kind: file, **caption}, sends=True)


def _edit(chat_id: ChatId, message_id: str, part: Part) -> Call:
    parameters: dict[str, Any] = {
        "chat_id": _number(chat_id),
        "message_id": _number(message_id),
        **_keyboard(part),
    }
    if not part.text:
        return Call("editMessageReplyMarkup", parameters, message_id)
    if part.upload is not None:
        caption = {"caption": part.text, "parse_mode": "HTML"}
        return Call("editMessageCaption", {**parameters, **caption}, message_id)
    return Call("editMessageText", {**parameters, **_text(part.text)}, message_id)


def _menu(request: SetMenu) -> Call | Sent:
    # Telegram knows languages by two letters; who speaks another one is shown the general menu.
    language = (request.language or "").split("-")[0]
    if len(language) > 2:
        return Sent()
    scope = (
        {"type": "default"}
        if request.chat_id is None
        else {"type": "chat", "chat_id": _number(request.chat_id)}
    )
    parameters: dict[str, Any] = {"scope": scope}
    if language:
        parameters["language_code"] = language
    if not request.menu:
        return Call("deleteMyCommands", parameters)
    commands = [{"command": entry.command, "description": entry.description} for entry in request.menu]
    return Call("setMyCommands", {"commands": commands, **parameters})


def _text(text: str) -> dict[str, Any]:
    return {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def _keyboard(part: Part) -> dict[str, Any]:
    rows = [[_button(button) for button in row] for row in part.buttons if row]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _button(button: Button) -> dict[str, str]:
    if button.url is not None:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}


def _input(upload: Upload) -> InputFile | None:
    if upload.data is None:
        return None
    file = InputFile(upload.data, filename=upload.name)
    file.mimetype = upload.media_type
    return file


def _number(text: str) -> int | str:
    """Ids are integers to the Bot API; what is none goes as it is, and is refused there."""
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() else text


def _handle(message: dict[str, Any]) -> str | None:
    sizes = message.get("photo")
    files = [sizes[-1]] if isinstance(sizes, list) and sizes else [message.get(key) for key in _HANDLES]
    for file in files:
        if isinstance(file, dict) and isinstance(file.get("file_id"), str):
            return str(file["file_id"])
    return None
