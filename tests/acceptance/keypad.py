"""A phone without buttons: somebody writes, reads what came since, and types the number before a label."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

from tests.patience import PATIENCE_S

T = TypeVar("T")


class Shown(Protocol):
    """A message from the bot."""

    @property
    def text(self) -> str: ...


M = TypeVar("M", bound=Shown)


async def until(found: Callable[[], T | bool | None]) -> T:
    """What is waited for, once it is there."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            value = found()
            if value:
                return value  # type: ignore[return-value]
            await asyncio.sleep(0.05)


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Phone(Generic[M]):
    """`sent`: all that came from the bot, as the platform keeps it; `send` brings words on their way."""

    def __init__(self, sent: Sequence[M], send: Callable[[str], Awaitable[None]]) -> None:
        self._sent = sent
        self._send = send
        self.read = 0

    async def writes(self, text: str) -> None:
        """Somebody writes; from now on only what comes afterwards is looked at."""
        self.read = len(self._sent)
        await self._send(text)

    async def sees(self, words: str) -> M:
        """The first message since then that holds these words."""
        return await until(lambda: next((m for m in self._sent[self.read :] if words in m.text), None))

    async def chooses(self, label: str) -> None:
        """Type the number that stands before a label."""
        shown = await self.sees(label)
        line = next(line for line in shown.text.splitlines() if label in line and line[0].isdigit())
        await self.writes(line.partition(".")[0])
