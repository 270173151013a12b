"""The Zalo Bot Platform against its strict fake, over HTTP and by polls."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_bot.declaration import CAPABILITIES as CAPABILITIES
from bot.core.kernel.capabilities import Rates
from bot.core.ports import Event, Part, Request, Said, SendPart, Shared, Unusable
from tests.conformance.adapter import ACCOUNT, Seen
from tests.conformance.cases import Calls, Does, Place, Says
from tests.fakes.zalobot import Fault, ZaloBot

KIND = "zalo_bot"
TOKEN = "4242:conformance-token"
CHAT = "2f7a4c00aa11bb22cc33"
PICTURE = "https://photo.example.vn/1.jpg"
CALLS: Calls = {"text": ("sendMessage", {"chat_id": CHAT, "text": "Chào đồng chí"}), "menu": None}
NO_FILES = "no file is sent to it"
NO_EDITS = "it has no edits, and is never asked for one"
NO_WORD = "no answer of this kind is documented or was seen"
CANNOT: Mapping[Says | Does, str] = {
    **dict.fromkeys((Says.BAD_FILE, Says.FILE_TOO_LARGE, Says.BODY_TOO_LARGE, Says.FILE_LOST), NO_FILES),
    **dict.fromkeys((Says.MESSAGE_GONE, Says.CANNOT_EDIT, Says.UNCHANGED, Does.EDITED), NO_EDITS),
    **dict.fromkeys((Says.DELETED, Says.CANNOT_DELETE), NO_EDITS),
    **dict.fromkeys((Says.TOO_MANY, Says.DEACTIVATED, Says.MOVED), NO_WORD),
    **dict.fromkeys((Says.TAP_TOO_OLD, Does.TAP), "it has no buttons"),
    **dict.fromkeys((Says.STORE_FAILS, Says.STORE_HANGS), "its store is its own affair"),
}
PAGE = "<html><body>nginx</body></html>"


def _no(code: int, description: str, status: int = 200) -> Fault:
    return Fault(status, {"ok": False, "error_code": code, "description": description})


FAULTS: dict[Says, Fault] = {
    Says.TOO_MANY_UNSAID: _no(429, "Quota exceeded"),
    Says.TOO_MANY_PAGE: Fault(429, text=PAGE),
    Says.BLOCKED: _no(400, "the bot is blocked by the user"),
    Says.BAD_MARKUP: _no(400, "invalid text_styles"),
    Says.REFUSED: _no(400, "something that nobody has heard of"),
    Says.NO_SUCH_METHOD: _no(404, "Not Found", 404),
    Says.NOT_FOUND: _no(404, "Not Found", 404),
    Says.ERROR: _no(500, "Internal error", 500),
    Says.GATEWAY_PAGE: Fault(502, text=PAGE),
    Says.GATEWAY_EMPTY: Fault(504, text=""),
    Says.SILENT: Fault(silent=True),
    Says.CUT: Fault(hang_up=True),
    Says.CUT_AFTER: Fault(hang_up=True, done=True),
    Says.BROKEN: Fault(text='{"ok": true, "result": {"message_id"'),
    Says.NO_RESULT: Fault(body={"ok": True}),
    Says.OTHER_RESULT: Fault(body={"ok": True, "result": [1, 2]}),
    Says.REDIRECT: Fault(302, text="", location="/bot1:other/sendMessage"),
}


class Zalo:
    """One bot, and one person who has written to it."""

    def __init__(self, zalo: ZaloBot, channel: ZaloBotChannel) -> None:
        self.zalo = zalo
        self.channel = channel
        self.chat = CHAT

    async def place(self) -> Place:
        await self.channel.perform(SendPart(CHAT, Part("Cũ")), 5)
        return Place(CHAT)

    async def provoke(self, says: Says, request: Request) -> Request:
        if says in FAULTS:
            self.zalo.breaks("sendMessage", FAULTS[says])
            if says is Says.NOT_FOUND:
                self.zalo.breaks("getMe", FAULTS[says])
            return request
        match says, request:
            case Says.TOO_LONG, SendPart():
                return replace(request, part=Part("a" * 2001))
            case Says.EMPTY, SendPart():
                return replace(request, part=Part(" "))
            case Says.NOT_STARTED, _:
                self.zalo.known.remove(CHAT)
            case Says.TOKEN, _:
                self.zalo.token = "4242:another"
            case Says.NOBODY, _:
                await self.channel._client.close()  # no connection is left open
                await self.channel._client.open()
                await self.zalo.__aexit__()
            case _:
                raise AssertionError(f"{says} is neither said nor named as impossible")
        return request

    async def asked(self) -> tuple[str, Mapping[str, Any]]:
        shown = self.zalo.sent[-1]
        return "sendMessage", {"chat_id": shown.chat_id, "text": shown.text}

    async def seen(self) -> list[Seen]:
        return [Seen(shown.text) for shown in self.zalo.sent if shown.chat_id == CHAT]

    async def does(self, what: Does, words: str = "chào") -> Event:
        match what:
            case Does.TEXT:
                self.zalo.says(CHAT, words)
                return Said(words)
            case Does.FILE:
                self.zalo.happens("message.image.received", CHAT, photo_url=PICTURE, caption=words)
                return Shared(PICTURE, "anh.jpg", "image/jpeg", "photo", 0, words)
            case Does.STICKER:
                self.zalo.happens("message.sticker.received", CHAT)
                return Unusable("a sticker", answer=True)
            case Does.GROUP:
                self.zalo.says(CHAT, words, chat={"id": CHAT, "chat_type": "GROUP"})
                return Unusable("not a private chat")
            case _:
                raise AssertionError(f"{what} is neither done nor named as impossible")

    def repeats(self) -> None:
        self.zalo.replays = True


@asynccontextmanager
async def opened(_folder: Path) -> AsyncIterator[Zalo]:
    """A bot that is connected and polls."""
    async with ZaloBot(TOKEN) as zalo:
        zalo.known.add(CHAT)
        channel = ZaloBotChannel(ACCOUNT, TOKEN, base_url=zalo.base_url, poll_timeout=1)
        channel.rates = Rates(account=1000, chat=100, chat_burst=100)
        await channel.open()
        try:
            yield Zalo(zalo, channel)
        finally:
            await channel.close()
