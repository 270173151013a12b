"""One client of the throughput measurement, in a process of its own.

python -m benchmarks.clients KIND --url URL --count N --window W [--store FILE]

Prints one JSON object: seconds and CPU seconds of the sending alone. KIND is one of CLIENTS.
"""

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from telegram import Bot, LinkPreviewOptions
from telegram.request import BaseRequest, HTTPXRequest

from benchmarks.house import ACCOUNT, FIRST_CHAT, TEXT, Sending, until_sent
from benchmarks.serving import TOKEN, in_background
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.transport import AiohttpRequest
from bot.collector import loading
from bot.core.delivery.outcome import Sent
from bot.core.ports import Part, SendPart
from bot.engine.claiming import on_the_wire
from bot.storage.database import Database
from bot.storage.delivery import deliveries

NO_LIMIT = 1_000_000.0
Send = Callable[[int], Awaitable[object]]
Begin = Callable[[], None]


def cpu() -> float:
    """CPU seconds of this process so far, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def with_workers(send: Send, count: int, window: int) -> None:
    """Send `count` messages, `window` at a time, to as many chats."""
    chats = iter(range(FIRST_CHAT + 1, FIRST_CHAT + count + 1))

    async def worker(mine: Iterator[int]) -> None:
        for chat in mine:
            await send(chat)

    await asyncio.gather(*(worker(chats) for _ in range(window)))


async def ours(settings: argparse.Namespace, begin: Begin) -> None:
    """The product: sender, ledger, channel."""
    database = Database(f"sqlite:///{settings.store}")
    async with database.brisk() as conn:  # loads the drivers
        await deliveries.has_open(conn, 1)
    begin()
    sending = Sending(database, settings.url, NO_LIMIT)
    if on_the_wire(sending.window) != settings.window:
        raise ValueError(f"the product has {on_the_wire(sending.window)} with the platform at once")
    async with in_background(sending.run()):
        await until_sent(database, 1)
    await database.close()


async def channel(settings: argparse.Namespace, begin: Begin) -> None:
    """The product's channel alone: no ledger."""
    one = TelegramChannel(ACCOUNT, TOKEN, base_url=settings.url)
    begin()
    await one.open()

    async def send(chat: int) -> None:
        outcome = await one.perform(SendPart(str(chat), Part(TEXT)), 30.0)
        assert isinstance(outcome, Sent)

    await with_workers(send, settings.count, settings.window)
    await one.close()


async def _ptb(settings: argparse.Namespace, begin: Begin, request: BaseRequest, polls: BaseRequest) -> None:
    preview = LinkPreviewOptions(is_disabled=True)
    begin()
    async with Bot(TOKEN, base_url=settings.url, request=request, get_updates_request=polls) as bot:

        async def send(chat: int) -> None:
            await bot.send_message(chat, TEXT, parse_mode="HTML", link_preview_options=preview)

        await with_workers(send, settings.count, settings.window)


async def ptb(settings: argparse.Namespace, begin: Begin) -> None:
    """python-telegram-bot on our transport: no ledger."""
    await _ptb(settings, begin, AiohttpRequest(connections=settings.window), AiohttpRequest(connections=1))


async def httpx(settings: argparse.Namespace, begin: Begin) -> None:
    """python-telegram-bot as it comes: no ledger."""
    request = HTTPXRequest(connection_pool_size=settings.window, pool_timeout=30, connect_timeout=30)
    await _ptb(settings, begin, request, HTTPXRequest(connection_pool_size=1))


CLIENTS = {"ours": ours, "channel": channel, "ptb": ptb, "httpx": httpx}


def main(arguments: list[str]) -> None:
    """The program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=CLIENTS)
    parser.add_argument("--url", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--store", type=Path)
    settings = parser.parse_args(arguments)
    with loading():  # for every kind, as the product does
        pass
    started: list[float] = []
    asyncio.run(CLIENTS[settings.kind](settings, lambda: started.extend((time.perf_counter(), cpu()))))
    began, used = started
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu_s": cpu() - used}))


if __name__ == "__main__":
    main(sys.argv[1:])
