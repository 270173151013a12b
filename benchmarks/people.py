"""What people do by themselves at the other end of the loopback server, once it is told to let them in."""

import asyncio
import random
import re
import time
from typing import Any, Protocol

from bot.config import CONTENT
from bot.content import load
from bot.core.talk.form import Field

CROWD = 1_000_000  # the chats of those who are members follow this number
STRANGER = 8_000_000_000
ASKER = CROWD + 301  # a member whom the run among strangers is not for


def _typed(asked: Field) -> str:
    """As on a platform without buttons."""
    if asked.optional:
        return "bỏ qua"
    words = {"choice": "1", "text": "Bà con mong con đường sớm xong."}
    return words.get(asked.kind, str(asked.minimum))


ASKED = [one for one in load(CONTENT).forms["opinion"].fields if not (one.offered or one.confirms)]
REPORT = ("/baocao", *map(_typed, ASKED), "gửi")
ACK = re.compile(rb"ack:\d+")


class Wire(Protocol):
    """What of the server people use."""

    def comes(self, chat: int, text: str = "", data: str = "") -> int:
        """An update, with words or with a button's data; its number."""
        ...


class People:
    """Nobody in particular. `waits`: seconds from what somebody did to what they saw of it."""

    def __init__(self, wire: Wire, count: int, seconds: float) -> None:
        self.wire = wire
        self.count = count
        self.seconds = seconds
        self.waits: list[float] = []
        self.asking: dict[int, float] = {}  # who waits for a reply, since when
        self.last_at = 0.0  # when the last of them saw what they waited for

    def come(self) -> None:
        """They are let in."""

    def heard(self, chat: int, body: bytes) -> None:
        """A message has reached a chat."""

    def result(self) -> dict[str, Any]:
        """What they saw."""
        return {"waits": self.waits, "last_at": self.last_at}

    def later(self, seconds: float, act: Any, *arguments: Any) -> None:
        """Do something then."""
        asyncio.get_running_loop().call_later(seconds, act, *arguments)

    def saw(self, since: float) -> None:
        """Somebody saw what they had waited for."""
        self.last_at = time.monotonic()
        self.waits.append(self.last_at - since)


class Reporters(People):
    """Each fills in a report, every step some `seconds` after the reply to the one before."""

    def come(self) -> None:
        self._step = dict.fromkeys(range(CROWD + 1, CROWD + self.count + 1), 0)
        for chat in self._step:
            self.later(random.uniform(0, self.seconds), self._say, chat)

    def heard(self, chat: int, body: bytes) -> None:
        if (asked := self.asking.pop(chat, None)) is None:
            return
        self.saw(asked)
        self._step[chat] += 1
        if self._step[chat] < len(REPORT):
            self.later(self.seconds * random.uniform(0.5, 1.5), self._say, chat)

    def _say(self, chat: int) -> None:
        self.asking[chat] = time.monotonic()
        self.wire.comes(chat, REPORT[self._step[chat]])


class Readers(People):
    """Each confirms a briefing within `seconds` after it came."""

    def heard(self, chat: int, body: bytes) -> None:
        if found := ACK.search(body):
            self.later(random.uniform(0, self.seconds), self.wire.comes, chat, "", found[0].decode())


class Presser(People):
    """One member presses one button `count` times, and then asks for another screen."""

    _asked: float | None = None

    def come(self) -> None:
        for _ in range(self.count):
            self.wire.comes(CROWD + 1, data="go:trogiup")
        self._asked = time.monotonic()
        self.wire.comes(CROWD + 1, "/toi")

    def heard(self, chat: int, body: bytes) -> None:
        if self._asked is not None and b"me:" in body:
            self.saw(self._asked)
            self._asked = None


class Strangers(People):
    """So many who are not in write a word every so many seconds; a member asks now and then."""

    def come(self) -> None:
        self._round()
        self.later(2, self._member)

    def heard(self, chat: int, body: bytes) -> None:
        if (asked := self.asking.pop(chat, None)) is not None:
            self.saw(asked)

    def _round(self) -> None:
        for chat in range(STRANGER, STRANGER + self.count):
            self.wire.comes(chat, "alo")
        self.later(self.seconds, self._round)

    def _member(self) -> None:
        self.asking.setdefault(ASKER, time.monotonic())
        self.wire.comes(ASKER, "/trogiup")
        self.later(2, self._member)


KINDS = {"reporters": Reporters, "readers": Readers, "presser": Presser, "strangers": Strangers}
