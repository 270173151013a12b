"""People who get replies while something else goes on: real write transactions, a real sender."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks.house import ACCOUNT, Sending
from benchmarks.server import ASKER
from bot.core.kernel.richtext import paragraph
from bot.core.talk.message import Message
from bot.core.talk.reply import SendReply
from bot.engine.times import Clock
from bot.storage.delivery import replies


@dataclass
class Crowd:
    """Somebody new asks every `pause` seconds, more or less; `asked` is when the handler was called."""

    sending: Sending
    pause: float
    asked: dict[int, float] = field(default_factory=dict)

    async def run(self) -> None:
        """Ask until cancelled."""
        act = SendReply(message=Message(text=(paragraph("Đã nhận"),)))
        while True:
            await asyncio.sleep(self.pause * random.uniform(0.5, 1.5))
            chat = ASKER + len(self.asked) + 1
            self.asked[chat] = time.monotonic()
            async with self.sending.database.write() as conn:
                await replies.say(conn, ACCOUNT, str(chat), act, Clock().now_ms())
            self.sending.bell.ring()

    def waits(self, seen: dict[str, Any], until: float = float("inf")) -> list[float]:
        """Seconds from each question asked before `until` to its answer's arrival, inf where none came."""
        arrived = dict(zip(seen["chats"], seen["accepted"], strict=True))
        return [arrived.get(chat, float("inf")) - at for chat, at in self.asked.items() if at < until]


def arrivals(seen: dict[str, Any], first: int, last: int, since: float) -> list[float]:
    """Seconds from `since` to each message that reached a chat from `first` to `last`, in order."""
    pairs = zip(seen["chats"], seen["accepted"], strict=True)
    return sorted(at - since for chat, at in pairs if first <= chat <= last)
