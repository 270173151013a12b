"""Telegram against the strict fake Bot API, over HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.declaration import CAPABILITIES as CAPABILITIES
from bot.core.ports import Event, Part, Request, Said, SendPart, Shared, Tapped, Unusable
from tests.conformance.adapter import ACCOUNT, Seen
from tests.conformance.cases import ANSWERS, ROWS, Calls, Does, Place, Says
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_parts import Fault

KIND = "telegram"
CANNOT: Mapping[Says | Does, str] = dict.fromkeys(
    (Says.STORE_FAILS, Says.STORE_HANGS), "its store is its own affair"
)
TOKEN = "4242:conformance-token"
PERSON = 1001
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Đã đọc", "callback_data": "ack:1"}, {"text": "Trang", "url": "https://a.vn/1"}]
    ]
}
CALLS: Calls = {
    "text": ("sendMessage", {"chat_id": PERSON, "text": "Chào đồng chí", "parse_mode": "HTML"}),
    "buttons": ("sendMessage", {"text": "Chọn", "reply_markup": KEYBOARD}),
    "edit": ("editMessageText", {"message_id": 1, "text": "Mới", "reply_markup": KEYBOARD}),
    "edit of buttons": ("editMessageReplyMarkup", {"message_id": 1, "reply_markup": KEYBOARD}),
    "delete": ("deleteMessage", {"chat_id": PERSON, "message_id": 1}),
    "answer": ("answerCallbackQuery", {"text": "Đã ghi"}),
    "menu": ("setMyCommands", {"language_code": "vi", "scope": {"type": "chat", "chat_id": PERSON}}),
    "file": ("sendDocument", {"chat_id": str(PERSON)}),
    "file with words": ("sendDocument", {"caption": "Tệp", "parse_mode": "HTML"}),
    "file by handle": ("sendDocument", {"document": "khong-co"}),
}


def _refusal(status: int, description: str = "", **parameters: object) -> dict[str, Any]:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return {"status": status, "body": body}


def _bad(description: str) -> dict[str, Any]:
    return _refusal(400, f"Bad Request: {description}")


PAGE = "<html><body>nginx</body></html>"
FAULTS: dict[Says, dict[str, Any]] = {
    Says.TOO_MANY: _refusal(429, "Too Many Requests: retry after 7", retry_after=7),
    Says.TOO_MANY_UNSAID: _refusal(429, "Too Many Requests"),
    Says.TOO_MANY_PAGE: {"status": 429, "body": PAGE, "content_type": "text/html"},
    Says.BLOCKED: _refusal(403, "Forbidden: bot was blocked by the user"),
    Says.DEACTIVATED: _refusal(403, "Forbidden: user is deactivated"),
    Says.NOT_STARTED: _refusal(403, "Forbidden: bot can't initiate conversation with a user"),
    Says.MOVED: _refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=77),
    Says.BAD_FILE: _bad("PHOTO_INVALID_DIMENSIONS"),
    Says.FILE_TOO_LARGE: _bad("file is too big"),
    Says.BODY_TOO_LARGE: {"status": 413, "body": PAGE},
    Says.CANNOT_EDIT: _bad("message can't be edited"),
    Says.DELETED: _bad("message to delete not found"),
    Says.CANNOT_DELETE: _bad("message can't be deleted for everyone"),
    Says.REFUSED: _bad("something that nobody has heard of"),
    Says.TOKEN: _refusal(401, "Unauthorized"),
    Says.NOT_FOUND: {**_refusal(404, "Not Found"), "times": None},
    Says.NO_SUCH_METHOD: _refusal(404, "Not Found"),
    Says.ERROR: _refusal(500, "Internal Server Error"),
    Says.GATEWAY_PAGE: {"status": 502, "body": PAGE, "content_type": "text/html"},
    Says.GATEWAY_EMPTY: {"status": 504},
    Says.SILENT: {"delay": 60},
    Says.CUT: {"drop": True},
    Says.CUT_AFTER: {"drop": True, "accept": True},
    Says.BROKEN: {"status": 200, "body": '{"ok": true, "result": {"message_id"'},
    Says.NO_RESULT: {"status": 200, "body": {"ok": True}},
    Says.OTHER_RESULT: {"status": 200, "body": {"ok": True, "result": [1, 2]}},
    Says.REDIRECT: {"status": 302, "location": "/bot1:other/sendMessage"},
}


class Telegram:
    """One account, and one person who has written to it."""

    def __init__(self, api: BotApi, channel: TelegramChannel) -> None:
        self.api = api
        self.channel = channel
        self.chat = str(PERSON)
        self.person = api.user(PERSON, "H'Mai Êban")

    async def place(self) -> Place:
        await self.channel.perform(SendPart(self.chat, Part("Cũ", (ROWS[0][:1],))), 5)
        return Place(self.chat, "1", self.person.tap(self.person.received[0], "Đã đọc"))

    async def provoke(self, says: Says, request: Request) -> Request:
        if says in FAULTS:
            self.api.faults.append(Fault(**FAULTS[says]))
            return request
        match says, request:
            case Says.TOO_LONG, SendPart():
                return replace(request, part=Part("a" * 4097))
            case Says.BAD_MARKUP, SendPart():
                return replace(request, part=Part("<b>a"))
            case Says.EMPTY, SendPart():
                return replace(request, part=Part(" "))
            case Says.MESSAGE_GONE, _:
                return replace(request, message_id="999")  # type: ignore[call-arg]
            case Says.TAP_TOO_OLD, _:
                return replace(request, callback_id="7")  # type: ignore[call-arg]
            case Says.UNCHANGED, _:
                await self.channel.perform(request, 5)
            case Says.NOBODY, _:
                await self.channel.close()  # no connection is left open
                await self.channel._calls.initialize()
                await self.api.stop()
            case Says.FILE_LOST, _:
                pass  # a handle that was never given
            case _:
                raise AssertionError(f"{says} of {ANSWERS[says][0]} is neither said nor named as impossible")
        return request

    async def asked(self) -> tuple[str, Mapping[str, Any]]:
        called = self.api.calls[-1]
        return called.method, called.params

    async def seen(self) -> list[Seen]:
        def one(message: dict[str, Any]) -> Seen:
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            labels = tuple(button["text"] for row in rows for button in row)
            file = message.get("document", {}).get("file_name", "")
            return Seen(message.get("text", message.get("caption", "")), labels, file)

        return [one(message) for message in self.person.received]

    async def does(self, what: Does, words: str = "chào") -> Event:
        match what:
            case Does.TEXT:
                self.person.say(words)
                return Said(words)
            case Does.TAP:
                message = self.person.received[-1]
                callback_id = self.person.tap(message, words)
                return Tapped("ack:1", str(message["message_id"]), callback_id)
            case Does.FILE:
                self.person.share_document("tờ trình.txt", b"12", words, "text/plain")
                handle = list(self.api.state.files)[-1]
                return Shared(handle, "tờ trình.txt", "text/plain", "document", 2, words)
            case Does.EDITED:
                self.person.say(words)
                self.person.edit(self.person.messages[-1]["message_id"], f"{words}!")
                return Unusable("an edited message", answer=True)
            case Does.STICKER:
                self._message({"sticker": {"file_id": "s"}})
                return Unusable("a sticker", answer=True)
            case Does.GROUP:
                self._message({"text": words, "chat": {"id": -5, "type": "group"}})
                return Unusable("not a private chat")

    def repeats(self) -> None:
        """It does so by itself."""

    def _message(self, content: dict[str, Any]) -> None:
        chat = self.person.chat
        told = {"message_id": 90, "from": chat.person(), "chat": chat.shown(), "date": 1, **content}
        self.api.inject({"message": told})


@asynccontextmanager
async def opened(_folder: Path) -> AsyncIterator[Telegram]:
    """An account that is connected."""
    async with BotApi(TOKEN) as api:
        channel = TelegramChannel(ACCOUNT, TOKEN, base_url=api.base_url, poll_timeout=1)
        await channel.open()
        try:
            yield Telegram(api, channel)
        finally:
            await channel.close()
