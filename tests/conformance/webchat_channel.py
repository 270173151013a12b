"""The local chat: a messenger of our own, whose platform is this process and its store."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.channels.webchat.channel import WebChannel
from bot.channels.webchat.declaration import CAPABILITIES as CAPABILITIES
from bot.channels.webchat.markup import plain
from bot.channels.webchat.platform import Upload
from bot.core.ports import Event, Part, Request, Said, SendPart, Shared, Tapped
from bot.storage.transcripts.transcripts import Transcripts
from tests.conformance.adapter import ACCOUNT, Seen
from tests.conformance.cases import ROWS, Does, Place, Says
from tests.web.rehearsal import stored

KIND = "webchat"
CHAT = "web-hrina"
NO_HTTP = "nothing stands between the channel and its platform"
NO_LIMIT = "it takes what the house sends"
OUR_OWN = "everybody who has the page may be written to"
OTHER_PAGE = "its page has no such thing"
CALLS = None
CANNOT: Mapping[Says | Does, str] = {
    **dict.fromkeys((Says.TOO_MANY, Says.TOO_MANY_UNSAID, Says.TOO_MANY_PAGE), NO_LIMIT),
    **dict.fromkeys((Says.BAD_FILE, Says.FILE_TOO_LARGE, Says.BODY_TOO_LARGE, Says.REFUSED), NO_LIMIT),
    **dict.fromkeys((Says.BLOCKED, Says.DEACTIVATED, Says.NOT_STARTED, Says.MOVED), OUR_OWN),
    **dict.fromkeys((Says.TOKEN, Says.NOT_FOUND, Says.NO_SUCH_METHOD), OUR_OWN),
    **dict.fromkeys((Says.ERROR, Says.GATEWAY_PAGE, Says.GATEWAY_EMPTY, Says.REDIRECT), NO_HTTP),
    **dict.fromkeys((Says.NOBODY, Says.SILENT, Says.CUT, Says.CUT_AFTER), NO_HTTP),
    **dict.fromkeys((Says.BROKEN, Says.NO_RESULT, Says.OTHER_RESULT), NO_HTTP),
    Says.CANNOT_EDIT: "a message never grows too old",
    **dict.fromkeys(
        (Says.DELETED, Says.CANNOT_DELETE), "nothing is taken out of it, and it is never asked to"
    ),
    **dict.fromkeys((Does.EDITED, Does.STICKER, Does.GROUP), OTHER_PAGE),
}


class Webchat:
    """One account, and one person at the page."""

    def __init__(self, channel: WebChannel) -> None:
        self.channel = channel
        self.chat = CHAT
        self._said = 0

    async def place(self) -> Place:
        await self.channel.perform(SendPart(CHAT, Part("Cũ", (ROWS[0][:1],))), 5)
        message_id = (await self._history())[-1]["id"]
        callback_id = await self.channel.platform.tap(CHAT, "H'Rina", message_id, "ack:1")
        return Place(CHAT, str(message_id), callback_id or "")

    async def provoke(self, says: Says, request: Request) -> Request:
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
            case Says.STORE_FAILS, _:
                self.channel.platform.transcript = None  # type: ignore[assignment]
            case Says.STORE_HANGS, _:
                self.channel.platform.transcript = _Hanging()  # type: ignore[assignment]
            case Says.FILE_LOST, _:
                pass  # a handle that was never given
            case _:
                raise AssertionError(f"{says} is neither said nor named as impossible")
        return request

    async def asked(self) -> tuple[str, Mapping[str, Any]]:
        raise AssertionError("it makes no calls")

    async def seen(self) -> list[Seen]:
        def one(message: dict[str, Any]) -> Seen:
            labels = tuple(button["label"] for row in message["buttons"] for button in row)
            return Seen(plain(message["html"]), labels, message.get("file", {}).get("name", ""))

        return [one(message) for message in await self._history() if message["side"] == "bot"]

    async def does(self, what: Does, words: str = "chào") -> Event:
        platform, self._said = self.channel.platform, self._said + 1
        client_id = f"client-{self._said:04}"
        match what:
            case Does.TEXT:
                await platform.say(CHAT, "H'Rina", words, client_id)
                return Said(words)
            case Does.TAP:
                message_id = (await self._history())[-1]["id"]
                callback_id = await platform.tap(CHAT, "H'Rina", message_id, "ack:1")
                return Tapped("ack:1", str(message_id), callback_id or "")
            case Does.FILE:
                upload = Upload("tờ trình.txt", "text/plain", "document", b"12")
                kept = await platform.share(CHAT, "H'Rina", upload, words, client_id)
                handle = kept["file"]["handle"]
                return Shared(handle, "tờ trình.txt", "text/plain", "document", 2, words)
            case _:
                raise AssertionError(f"{what} is neither done nor named as impossible")

    def repeats(self) -> None:
        """It does so by itself."""

    async def _history(self) -> list[dict[str, Any]]:
        return await self.channel.platform.history(CHAT)


class _Hanging:
    """A store that says nothing."""

    async def append(self, *_: object) -> None:
        await asyncio.Event().wait()


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Webchat]:
    """An account whose page somebody has open."""
    async with stored(folder) as database:
        yield Webchat(WebChannel(ACCOUNT, Transcripts(database), poll=1))
