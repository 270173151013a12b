"""One account that fails harms no other, and begins again by itself."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import accounts, fleet
from bot.app import serve
from bot.engine import loop
from bot.running import Running
from bot.settings_file import load
from tests.acceptance.keypad import until
from tests.fakes.zalobot import ZaloBot

TOKENS = {"a": "4242:first-token", "b": "4243:second-token"}


async def test_an_account_that_fails_begins_again_and_the_other_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "AGAIN_S", 0.01)
    async with ZaloBot(TOKENS["a"]) as one, ZaloBot(TOKENS["b"]) as other:
        config = tmp_path / "config.toml"
        config.write_text(
            "".join(
                f'[[accounts]]\nname = "{name}"\nkind = "zalo_bot"\ntoken = "{TOKENS[name]}"\n'
                f'base_url = "{zalo.base_url}"\n'
                for name, zalo in (("a", one), ("b", other))
            ),
            encoding="utf-8",
        )
        failures = 3
        seen: list[Running] = []

        async def broken(running: Running) -> None:
            seen.append(running)
            channel = running.channels["b"]
            receive = channel.receive

            async def fails(cursor: str | None) -> object:
                nonlocal failures
                failures -= 1
                if failures >= 0:
                    raise KeyError("a mistake of ours")
                return await receive(cursor)

            monkeypatch.setattr(channel, "receive", fails)

        stop = asyncio.Event()
        served = asyncio.create_task(serve(load(config), stop, prepare=broken))
        try:
            one.says("2f7a4c00aa11bb22cc33", "chào")
            await until(lambda: bool(one.sent))
            other.says("2f7a4c00aa11bb22cc44", "chào")
            await until(lambda: bool(other.sent))
            assert failures < 0
            names = [loop.name for loop in seen[0].loops]
            assert len(names) == len(set(names)), "what has ended is watched no more"
        finally:
            stop.set()
            await served


async def test_an_account_comes_though_the_store_did_not_answer_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "LOOK_S", 0.05)
    monkeypatch.setattr(loop, "STORE_PAUSE_S", 0.01)
    busy, settle = 2, fleet.settle

    async def settles(running: Running, *rest: Any) -> None:
        nonlocal busy
        busy -= 1
        if busy >= 0:
            locked = sqlite3.OperationalError("database is locked")
            locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise OperationalError("begin", {}, locked)
        await settle(running, *rest)

    async with ZaloBot(TOKENS["a"]) as one, ZaloBot(TOKENS["b"]) as other:
        config, folder = tmp_path / "config.toml", tmp_path / "accounts.d"
        config.write_text(
            f'[[accounts]]\nname = "z"\nkind = "zalo_bot"\ntoken = "{TOKENS["a"]}"\n'
            f'base_url = "{one.base_url}"\n',
            encoding="utf-8",
        )
        stop, ready = asyncio.Event(), asyncio.Event()

        async def begun(_: Running) -> None:
            ready.set()

        served = asyncio.create_task(serve(load(config), stop, ready=begun))
        try:
            await ready.wait()
            monkeypatch.setattr(fleet, "settle", settles)
            bot = {"kind": "zalo_bot", "token": TOKENS["b"], "base_url": other.base_url}
            accounts.write(folder, "y", bot)
            other.says("2f7a4c00aa11bb22cc44", "chào")
            await until(lambda: bool(other.sent))
            assert busy < 0
        finally:
            stop.set()
            await served
