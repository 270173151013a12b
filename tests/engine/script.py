"""A platform and a clock that do what a test tells them, and write down what they were asked."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.core.delivery.outcome import Outcome, Sent
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.capabilities import Capabilities, Rates
from bot.core.kernel.richtext import paragraph
from bot.core.ports import (
    AnswerTap,
    DeletePart,
    EditPart,
    Examined,
    HookRefusal,
    Identity,
    Incoming,
    Part,
    RawUpdate,
    Received,
    Request,
    Said,
    SendPart,
    Tapped,
)
from bot.core.talk.message import Button, Message
from bot.core.talk.pace import Pace
from bot.core.talk.strangers import Allowance
from bot.engine.bell import Bell
from bot.engine.throttle import Throttle
from bot.engine.times import Clock
from bot.storage.guidance.briefings import BriefingFileRow

START_MS = 1_800_000_000_000
LIMIT = 8  # characters a part: every paragraph of these tests is a part of its own
CAPABILITIES = Capabilities(
    text_limit=LIMIT, caption_limit=LIMIT, markup="none", buttons=True, edit=True, documents=True
)
FAST = Rates(account=1e7, chat=10.0, chat_burst=5)  # the window is what holds senders back


class ScriptedClock(Clock):
    """Two clocks that stand still until somebody moves them."""

    def __init__(self) -> None:
        self.wall = START_MS
        self.ticks = 1000.0

    def now_ms(self) -> int:
        """Wall clock, ms."""
        return self.wall

    def monotonic(self) -> float:
        """Seconds, never backwards."""
        return self.ticks

    def elapsed(self) -> float:
        """As `monotonic`."""
        return self.ticks

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self.wall += int(seconds * 1000)
        self.ticks += seconds


@dataclass(eq=False)
class Asked:
    """One request that waits for its answer: an outcome, or an exception to raise."""

    request: Request
    task: asyncio.Task[None] | None
    answer: asyncio.Future[Outcome] = field(repr=False)

    @property
    def words(self) -> str:
        """What it says (each its own), the tap that it answers, or the message that it deletes."""
        match self.request:
            case SendPart(_, part) | EditPart(_, _, part):
                return part.text
            case DeletePart(_, message_id):
                return message_id
            case AnswerTap(callback_id):
                return callback_id
        raise AssertionError(f"nothing of ours: {self.request}")

    @property
    def chat(self) -> str | None:
        """Where it goes."""
        return self.request.chat_id if isinstance(self.request, SendPart | EditPart | DeletePart) else None

    @property
    def part(self) -> Part:
        """What is shown."""
        assert isinstance(self.request, SendPart | EditPart)
        return self.request.part


class ScriptedChannel:
    """Holds each request until it is answered; `at_once` answers without waiting. Rings `news` at each."""

    kind = "script"
    capabilities = CAPABILITIES
    hooked = False

    def __init__(self, account: str, rates: Rates = FAST) -> None:
        self.account = account
        self.rates = rates
        self.waiting: list[Asked] = []
        self.asked: list[Asked] = []
        self.news = Bell()
        self.at_once: Callable[[Asked], Outcome | None] = lambda _: None
        self.watch: Callable[[Asked], None] = lambda _: None
        self.watch_poll: Callable[[], None] = lambda: None
        self.probed: Callable[[], Outcome] = Sent
        self.files: dict[str, bytes] = {}
        self.polls: asyncio.Queue[Received] = asyncio.Queue()
        self.offsets: list[str | None] = []

    async def open(self) -> Identity:
        """Nobody in particular."""
        return Identity("script")

    async def examine(self) -> Examined:
        """All is well."""
        return Examined("script")

    async def close(self) -> None:
        """There is nothing to let go of."""

    async def receive(self, cursor: str | None) -> Received:
        """The next poll's answer."""
        self.offsets.append(cursor)
        self.watch_poll()
        return await self.polls.get()

    def receive_hook(self, headers: Mapping[str, str], body: bytes) -> Received | HookRefusal:
        """The body is one payload, if the header says so."""
        if headers.get("secret") != "right":
            return HookRefusal(403, "not the platform")
        return Received([RawUpdate(body.decode(), "an", body.decode())] if body else [])

    def read(self, payload: str) -> Incoming:
        """Payloads are JSON with the chat and the words, or the button's data and the press."""
        said = json.loads(payload)
        event = Tapped(said["data"], "1", said["press"]) if "data" in said else Said(said["text"])
        return Incoming(said["chat"], event, album=said.get("album", ""))

    async def perform(self, request: Request, deadline: float) -> Outcome:
        """Waits to be told what becomes of it."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        asked = Asked(request, asyncio.current_task(), answer)
        self.watch(asked)
        self.asked.append(asked)
        outcome = self.at_once(asked)
        if outcome is not None:
            return outcome
        self.waiting.append(asked)
        self.news.ring()
        try:
            return await answer
        finally:
            self.waiting.remove(asked)

    async def probe(self) -> Outcome:
        """As `probed` says."""
        return self.probed()

    async def fetch(self, handle: str, limit: int) -> bytes | None:
        """A file somebody sent."""
        return self.files.get(handle)


def said(words: str) -> Message:
    """A message of one part."""
    return Message(text=(paragraph(words),))


def in_parts(
    briefing: Briefing, files: list[BriefingFileRow], language: str, urgent: bool = False, _: str = ""
) -> Message:
    """A briefing's screen: a part for each paragraph, and a button that names the delivery under the last."""
    button = Button(label="Đã đọc", data="ack:#")
    return Message(text=briefing.body(language).brief, buttons=((button,),))


def unthrottled(clock: Clock) -> Throttle:
    """Handles whatever comes: people of a test need not be in."""
    return Throttle(clock, Pace(10**9, 1e6), Allowance(10**9, 1e6, 0.0))
