"""One account that fails harms no other, and begins again by itself."""

import asyncio
from pathlib import Path

import pytest

from bot import fleet
from bot.app import serve
from bot.config import load
from bot.running import Running
from tests.acceptance.keypad import until
from tests.fakes.zalobot import ZaloBot

TOKENS = {"a": "4242:first-token", "b": "4243:second-token"}


@pytest.mark.timeout(60)
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
