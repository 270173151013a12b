"""A channel of the tests alone, which sends plain text and nothing else: what it cannot, the house must.

It has no platform to misunderstand, so its answers are what it is told; whatever it must not be asked for
is a mistake that the suite sees.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.core.delivery.outcome import Outcome, Sent
from bot.core.kernel.capabilities import Capabilities, Rates
from bot.core.ports import (
    Event,
    HookRefusal,
    Identity,
    Incoming,
    Part,
    RawUpdate,
    Received,
    Request,
    Said,
    SendPart,
    SetMenu,
)
from tests.conformance.adapter import ACCOUNT, Seen
from tests.conformance.cases import ANSWERS, Does, Place, Says

KIND = "plain"
CHAT = "84905"
LIMIT = 2000
NOT_HERE = "it knows neither buttons nor edits nor files"
CAPABILITIES = Capabilities(LIMIT, LIMIT, "none", buttons=False, edit=False, documents=False)
TOLD = (Says.TOO_MANY, Says.BLOCKED, Says.TOO_LONG, Says.REFUSED, Says.TOKEN, Says.NOBODY, Says.CUT)
CALLS = None
CANNOT: Mapping[Says | Does, str] = {
    **dict.fromkeys((one for one in Says if one not in TOLD), NOT_HERE),
    **dict.fromkeys((one for one in Does if one is not Does.TEXT), NOT_HERE),
}


class PlainChannel:
    """Text in, text out. Raises AssertionError where it is asked for anything else."""

    account, kind, hooked = ACCOUNT, KIND, False
    capabilities = CAPABILITIES
    rates = Rates(account=1000, chat=100, chat_burst=100)

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.updates: list[RawUpdate] = []
        self.answers: list[Outcome] = []

    async def open(self) -> Identity:
        """Nobody in particular."""
        return Identity(KIND)

    async def close(self) -> None:
        """There is nothing to let go of."""

    async def receive(self, cursor: str | None) -> Received:
        """What was written since."""
        new = self.updates[int(cursor or 0) :]
        return Received(new, str(len(self.updates)) if new else None)

    def receive_hook(self, headers: Mapping[str, str], body: bytes) -> HookRefusal:
        """It is polled."""
        return HookRefusal(404, "no hook")

    def read(self, payload: str) -> Incoming:
        """Payloads are the words."""
        return Incoming(CHAT, Said(json.loads(payload)), "Y Bhun", "vi")

    async def perform(self, request: Request, deadline: float) -> Outcome:
        """The next answer it was told, else it is sent."""
        if isinstance(request, SetMenu):
            return Sent()
        assert isinstance(request, SendPart), f"asked for {request}"
        part = request.part
        assert not part.buttons, "asked for buttons"
        assert part.upload is None, "asked for a file"
        assert 0 < len(part.text) <= LIMIT, f"a text of {len(part.text)} characters"
        if self.answers:
            return self.answers.pop(0)
        self.texts.append(part.text)
        return Sent(str(len(self.texts)))

    async def probe(self) -> Outcome:
        """It is there."""
        return Sent()

    async def fetch(self, handle: str, limit: int) -> bytes | None:
        """It knows no files."""
        return None


class Plain:
    """The channel, and one person who writes."""

    def __init__(self) -> None:
        self.channel = PlainChannel()
        self.chat = CHAT

    async def place(self) -> Place:
        await self.channel.perform(SendPart(CHAT, Part("Cũ")), 5)
        return Place(CHAT, "1", "")

    async def provoke(self, says: Says, request: Request) -> Request:
        self.channel.answers.append(ANSWERS[says][1])
        return request

    async def asked(self) -> tuple[str, Mapping[str, Any]]:
        raise AssertionError("it makes no calls")

    async def seen(self) -> list[Seen]:
        await asyncio.sleep(0)
        return [Seen(text) for text in self.channel.texts]

    async def does(self, what: Does, words: str = "chào") -> Event:
        number = len(self.channel.updates)
        self.channel.updates.append(RawUpdate(str(number), CHAT, json.dumps(words)))
        return Said(words)

    def repeats(self) -> None:
        """It does so by itself."""


@asynccontextmanager
async def opened(_folder: Path) -> AsyncIterator[Plain]:
    """The channel, and nothing that it needs."""
    yield Plain()
