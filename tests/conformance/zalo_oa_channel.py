"""A Zalo Official Account against its strict fake, over HTTP; deliveries come signed, through the hook."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.channels.http.client import Client
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.declaration import CAPABILITIES as CAPABILITIES
from bot.channels.zalo_oa.hook import Hook
from bot.channels.zalo_oa.renewal import Renewal
from bot.channels.zalo_oa.signature import Variant
from bot.core.kernel.capabilities import Rates
from bot.core.kernel.tokens import Kept, Pair
from bot.core.ports import Event, Part, Received, Request, Said, SendPart, Shared, Unusable
from tests.conformance.adapter import ACCOUNT, Seen
from tests.conformance.cases import Calls, Does, Place, Says
from tests.fakes.zalobot import Fault
from tests.fakes.zalooa import DAY_MS, ZaloOa

KIND = "zalo_oa"
CHAT = "1867296517606832259"
FILE_URL = "https://file.example.vn/to-trinh.pdf"
CS, FILES, GETOA, OAUTH = (
    *("v3.0/oa/message/cs", "v2.0/oa/upload/file", "v2.0/oa/getoa", "v4/oa/access_token"),
)
CALLS: Calls = {
    "text": (CS, {"recipient": {"user_id": CHAT}, "message": {"text": "Chào đồng chí"}}),
    "menu": None,
    "file": (CS, {"recipient": {"user_id": CHAT}}),
    "file by handle": None,
}
NO_EDITS = "it has no edits, and is never asked for one"
NO_WORD = "no answer of this kind is documented or was seen"
CANNOT: Mapping[Says | Does, str] = {
    **dict.fromkeys((Says.MESSAGE_GONE, Says.CANNOT_EDIT, Says.UNCHANGED, Does.EDITED), NO_EDITS),
    **dict.fromkeys((Says.DELETED, Says.CANNOT_DELETE), NO_EDITS),
    **dict.fromkeys((Says.TOO_MANY, Says.MOVED), NO_WORD),
    Says.BAD_MARKUP: "its texts are plain",
    Says.TAP_TOO_OLD: "no notice of a tap is ever shown",
    Does.TAP: "a press is a text that is the payload: tests/channels/zalo_oa",
    Does.GROUP: "an Official Account's groups are another interface, and are not delivered here",
    **dict.fromkeys((Says.STORE_FAILS, Says.STORE_HANGS), "its store is its own affair"),
}
PAGE = "<html><body>nginx</body></html>"


def no(error: int, message: str = "something that nobody has heard of", status: int = 200) -> Fault:
    """A refusal as the platform words it."""
    return Fault(status, {"error": error, "message": message})


FAULTS: dict[Says, tuple[str, Fault]] = {
    Says.TOO_MANY_UNSAID: (CS, no(-32, "rate limit")),
    Says.TOO_MANY_PAGE: (CS, Fault(429, text=PAGE)),
    Says.BLOCKED: (CS, no(-217, "User has blocked invitation from OA")),
    Says.DEACTIVATED: (CS, no(-227, "User is banned or has been inactive for more than 45 days")),
    Says.BAD_FILE: (FILES, no(-201, "file is invalid!")),
    Says.FILE_TOO_LARGE: (FILES, Fault(413, text=PAGE)),
    Says.BODY_TOO_LARGE: (FILES, Fault(413, text=PAGE)),
    Says.REFUSED: (CS, no(-248)),
    Says.NO_SUCH_METHOD: (CS, no(404, "empty api")),
    Says.ERROR: (CS, Fault(500, {"error": 500, "message": "Internal error"})),
    Says.GATEWAY_PAGE: (CS, Fault(502, text=PAGE)),
    Says.GATEWAY_EMPTY: (CS, Fault(504, text="")),
    Says.SILENT: (CS, Fault(silent=True)),
    Says.CUT: (CS, Fault(hang_up=True)),
    Says.CUT_AFTER: (CS, Fault(hang_up=True, done=True)),
    Says.BROKEN: (CS, Fault(text='{"error": 0, "data": {"message_id"')),
    Says.NO_RESULT: (CS, Fault(body={"error": 0})),
    Says.OTHER_RESULT: (CS, Fault(body={"error": 0, "data": [1, 2]})),
    Says.REDIRECT: (CS, Fault(302, text="", location="/other")),
}


class Memory:
    """Tokens kept for as long as a test lasts."""

    def __init__(self) -> None:
        self.kept: Kept | None = None
        self.steps: list[str] = []

    async def read(self, _account: str, _first: Pair) -> Kept | None:
        return self.kept

    async def begin(self, _account: str, _first: Pair, pair: Pair) -> None:
        self.steps.append("begin")
        self.kept = Kept(pair, 0, begun=True)

    async def keep(self, _account: str, _first: Pair, pair: Pair) -> None:
        self.steps.append("keep")
        self.kept = Kept(pair, 0)


class Delivered(ZaloOaChannel):
    """The suite asks for what came: here, it is what the platform delivers, signed."""

    zalo: ZaloOa
    given: int = 0

    async def receive(self, _cursor: str | None) -> Received:
        events = self.zalo.waiting[self.given :]
        self.given = len(self.zalo.waiting)
        found = [self.receive_hook(*_as_served(self.zalo, event)) for event in events]
        assert all(isinstance(one, Received) for one in found)
        return Received([update for one in found for update in one.updates])  # type: ignore[union-attr]


def _as_served(zalo: ZaloOa, event: object) -> tuple[dict[str, str], bytes]:
    headers, body = zalo.signed(event)
    return {name.lower(): value for name, value in headers.items()}, body


def made(zalo: ZaloOa, store: Memory, kind: type[ZaloOaChannel] = ZaloOaChannel, **more: Any) -> Any:
    """A channel to the fake, with the tokens it began with."""
    client = Client(connections=16)
    first = Pair("access-token-0", "refresh-token-0")
    renewal = Renewal(
        ACCOUNT, store, first, client, f"{zalo.base_url}/{OAUTH}", zalo.app_id, zalo.secret, **more
    )
    hook = Hook(f"https://bot.vn/hook/{ACCOUNT}", Variant.OA_SECRET, zalo.oa_secret, zalo.secret)
    return kind(ACCOUNT, base_url=zalo.base_url, client=client, tokens=renewal, hook=hook)


class Zalo:
    """One account, and one person who wrote to it today."""

    def __init__(self, zalo: ZaloOa, channel: Delivered) -> None:
        self.zalo = zalo
        self.channel = channel
        self.chat = CHAT

    async def place(self) -> Place:
        await self.channel.perform(SendPart(CHAT, Part("Cũ")), 5)
        return Place(CHAT)

    async def provoke(self, says: Says, request: Request) -> Request:
        if says in FAULTS:
            self.zalo.breaks(*FAULTS[says])
            return request
        match says, request:
            case Says.TOO_LONG, SendPart():
                return replace(request, part=Part("a" * 2001))
            case Says.EMPTY, SendPart():
                return replace(request, part=Part(" "))
            case Says.NOT_STARTED, _:
                del self.zalo.followers[CHAT]
            case Says.NOT_FOUND, _:
                for path in (CS, GETOA):
                    self.zalo.breaks(path, no(404, "empty api"))
            case Says.TOKEN, _:
                self.channel._tokens._pair = Pair("access-token-over")
            case Says.NOBODY, _:
                await self.channel._client.close()  # no connection is left open
                await self.channel._client.open()
                await self.zalo.__aexit__()
            case Says.FILE_LOST, _:
                pass  # a handle that was never given
            case _:
                raise AssertionError(f"{says} is neither said nor named as impossible")
        return request

    async def asked(self) -> tuple[str, Mapping[str, Any]]:
        return self.zalo.asked[-1]

    async def seen(self) -> list[Seen]:
        return [Seen(one.text, (), one.file) for one in self.zalo.sent if one.chat_id == CHAT]

    async def does(self, what: Does, words: str = "chào") -> Event:
        match what:
            case Does.TEXT:
                self.zalo.says(CHAT, words)
                return Said(words)
            case Does.FILE:
                payload = {"url": FILE_URL, "name": "tờ trình.pdf", "size": "12", "type": "pdf"}
                self.zalo.sends(CHAT, "file", text=words, attachments=[{"type": "file", "payload": payload}])
                return Shared(FILE_URL, "tờ trình.pdf", "application/pdf", "document", 12, words)
            case Does.STICKER:
                self.zalo.sends(CHAT, "sticker", attachments=[{"type": "sticker", "payload": {"id": "1"}}])
                return Unusable("a sticker", answer=True)
            case _:
                raise AssertionError(f"{what} is neither done nor named as impossible")

    def repeats(self) -> None:
        self.channel.given = 0


@asynccontextmanager
async def opened(_folder: Path) -> AsyncIterator[Zalo]:
    """An account that is connected."""
    async with ZaloOa() as zalo:
        zalo.followers[CHAT] = 2**52 + DAY_MS
        channel = made(zalo, Memory(), Delivered)
        channel.zalo, channel.rates = zalo, Rates(account=1000, chat=100, chat_burst=100)
        await channel.open()
        try:
            yield Zalo(zalo, channel)
        finally:
            await channel.close()
