"""aiogram as a client of the throughput measurement; runs in an environment of its own (.venv-bench).

python benchmarks/peer_aiogram.py --url URL --count N --window W --text TEXT --first-chat N

Imports nothing of the product: aiogram pins other versions of pydantic than ours.
"""

import argparse
import asyncio
import json
import resource
import time
from collections.abc import Iterator

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer


def cpu() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def send_all(settings: argparse.Namespace) -> None:
    """Send to `count` chats, `window` at a time."""
    server = TelegramAPIServer.from_base(settings.url.removesuffix("/bot"))
    session = AiohttpSession(api=server, limit=settings.window)
    properties = DefaultBotProperties(parse_mode="HTML", link_preview_is_disabled=True)
    chats = iter(range(settings.first_chat, settings.first_chat + settings.count))
    async with Bot("4242:benchmark", session=session, default=properties) as bot:

        async def worker(mine: Iterator[int]) -> None:
            for chat in mine:
                await bot.send_message(chat, settings.text)

        await asyncio.gather(*(worker(chats) for _ in range(settings.window)))


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--window", type=int, default=256)
    parser.add_argument("--text", required=True)
    parser.add_argument("--first-chat", type=int, required=True)
    settings = parser.parse_args()
    used, began = cpu(), time.perf_counter()
    asyncio.run(send_all(settings))
    print(json.dumps({"seconds": time.perf_counter() - began, "cpu_s": cpu() - used}))


if __name__ == "__main__":
    main()
