"""The whole program at rest: loops wait for a bell, and what is committed reaches the one it is for."""

import asyncio
import json
import time
import traceback
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.app import serve
from bot.core.ports import RawUpdate
from bot.running import Running
from bot.settings_file import load
from bot.storage.database import Database
from bot.storage.talk import inbox
from tests.acceptance.keypad import until
from tests.chance import SOAK
from tests.fakes.zalobot import ZaloBot
from tests.stores import another, postgres_url, sqlite_url

TOKEN = "4242:first-token"
STILL_S = 2.5  # longer than any loop rested that looked by itself
STORES = {"sqlite": sqlite_url, "postgresql": lambda _: postgres_url()}


@asynccontextmanager
async def running(folder: Path, url: str, zalo: ZaloBot) -> AsyncIterator[Running]:
    """The program as `run` has it, with one account."""
    config = folder / "config.toml"
    config.write_text(
        f'[app]\ndatabase = "{url}"\n[[accounts]]\nname = "a"\nkind = "zalo_bot"\ntoken = "{TOKEN}"\n'
        f'base_url = "{zalo.base_url}"\n',
        encoding="utf-8",
    )
    stop, ready = asyncio.Event(), asyncio.Event()
    parts: list[Running] = []

    async def begun(running: Running) -> None:
        parts.append(running)
        ready.set()

    served = asyncio.create_task(serve(load(config), stop, ready=begun))
    try:
        await ready.wait()
        yield parts[0]
    finally:
        stop.set()
        await served


@pytest.mark.parametrize("dialect", STORES)
async def test_at_rest_nobody_asks_the_store_and_what_others_commit_is_seen_at_once(
    dialect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, asked = [time.monotonic()], deque[str](maxlen=20)

    def watched(name: str) -> None:
        begin = getattr(Database, name)

        def noted(self: Database, *args: Any, **kwargs: Any) -> Any:
            last[0] = time.monotonic()
            asked.append(" < ".join(one.name for one in traceback.extract_stack(limit=8)[-2::-1]))
            return begin(self, *args, **kwargs)

        monkeypatch.setattr(Database, name, noted)

    async with STORES[dialect](tmp_path) as url, ZaloBot(TOKEN) as zalo, running(tmp_path, url, zalo) as run:
        for name in ("read", "write", "brisk", "at_once"):
            watched(name)
        chat = "2f7a4c00aa11bb22cc33"
        zalo.known.add(chat)
        if dialect == "sqlite" or SOAK:  # a server's other databases are busy where tests run side by side
            await _still(last, asked)
        event = {"event_name": "message.text.received", "message": message(chat)}
        async with another(run.database) as other, other.write() as conn:
            await inbox.keep(conn, "a", [RawUpdate("m1", chat, json.dumps(event))], run.clock.now_ms())
        began = time.monotonic()
        await until(lambda: bool(zalo.sent))
        assert time.monotonic() - began < 30, "seen at the look that nobody rang for"


async def _still(last: list[float], asked: deque[str]) -> None:
    try:
        await until(lambda: time.monotonic() - last[0] > STILL_S)
    except TimeoutError:
        raise AssertionError("\n".join(asked)) from None


def message(chat: str) -> dict[str, Any]:
    """What somebody wrote."""
    return {
        "from": {"id": chat, "display_name": "An", "is_bot": False},
        "chat": {"id": chat, "chat_type": "PRIVATE"},
        "message_id": "m1",
        "date": 1_795_000_000_000,
        "text": "chào",
    }
