"""`check --online` asks, changes nothing at the platform, and says what to do."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from tests.fakes.botapi import BotApi
from tests.fakes.zalooa import ZaloOa

TOKEN = "4242:online"
CONTENT = Path(__file__).parents[2] / "content"
HOOK = "https://bot.example.vn/hook/tinh"
HOOKED = f'webhook_url = "{HOOK}"\n[web]\n'


async def check(folder: Path, base_url: str, token: str = TOKEN, more: str = "") -> tuple[int, Any]:
    """Exit code and answer."""
    path = folder / "config.toml"
    path.write_text(
        f'[app]\ndatabase = "sqlite:///x.db"\ncontent = "{CONTENT}"\n[[accounts]]\nname = "tinh"\n'
        f'kind = "telegram"\ntoken = "{token}"\nbase_url = "{base_url}"\n{more}',
        encoding="utf-8",
    )
    words = ["check", "--online", "--json", "--config", str(path)]
    done = await asyncio.to_thread(CliRunner().invoke, app, words)
    return done.exit_code, json.loads(done.stdout)


def asked(api: BotApi) -> set[str]:
    """The methods that were called."""
    return {one.method.lower() for one in api.calls}


async def test_it_asks_two_questions_and_sets_nothing(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN) as api:
        code, found = await check(tmp_path, api.base_url)
        assert (code, found["problems"]) == (0, [])
        assert any(line.startswith("account tinh: @") for line in found["notes"])
        assert asked(api) == {"getme", "getwebhookinfo"}


async def test_a_webhook_that_stands_is_told_and_stays(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN) as api:
        api.state.webhook = "https://other.example.vn/secret-path"
        code, found = await check(tmp_path, api.base_url)
        (problem,) = found["problems"]
        assert code == 1
        assert "webhook at other.example.vn" in problem
        assert "secret-path" not in problem
        assert api.state.webhook == "https://other.example.vn/secret-path"


async def test_a_hook_is_looked_at_and_not_set(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN) as api:
        code, found = await check(tmp_path, api.base_url, more=HOOKED)
        assert (code, found["problems"]) == (0, [])
        assert "account tinh: no webhook is set yet: `run` sets it" in found["notes"]
        assert asked(api) == {"getme", "getwebhookinfo"}


async def test_a_hook_that_fails_is_told_with_what_waits(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN) as api:
        api.state.webhook, api.state.webhook_error = HOOK, "Connection timed out"
        api.user(1, name="An", language="vi").say("chào")
        code, found = await check(tmp_path, api.base_url, more=HOOKED)
        assert code == 1
        assert "cannot deliver to bot.example.vn (Connection timed out; waiting: 1)" in found["problems"][0]


@pytest.mark.parametrize(
    ("token", "reached", "words"),
    [("1:wrong", True, "does not know this token"), (TOKEN, False, "is not reached: look at the network")],
)
async def test_what_is_wrong_is_told_with_what_to_do(
    tmp_path: Path, token: str, reached: bool, words: str
) -> None:
    async with BotApi(token=TOKEN) as api:
        base_url = api.base_url if reached else "http://127.0.0.1:9/bot"
        code, found = await check(tmp_path, base_url, token)
    assert code == 1
    assert words in found["problems"][0]
    assert token not in json.dumps(found)


async def test_an_official_account_is_asked_before_there_is_a_store(tmp_path: Path) -> None:
    async with ZaloOa() as zalo:
        path = tmp_path / "config.toml"
        path.write_text(
            f'[app]\ndatabase = "sqlite:///x.db"\ncontent = "{CONTENT}"\n'
            '[web]\npublic_url = "http://127.0.0.1:9"\n[[accounts]]\nname = "oa"\nkind = "zalo_oa"\n'
            f'token = "{zalo.access}"\noa_secret = "{zalo.oa_secret}"\nbase_url = "{zalo.base_url}"\n',
            encoding="utf-8",
        )
        words = ["check", "--online", "--json", "--config", str(path)]
        done = await asyncio.to_thread(CliRunner().invoke, app, words)
        found = json.loads(done.stdout)
        assert (done.exit_code, found["problems"]) == (0, [])
        assert any(line.startswith("web.public_url http://127.0.0.1:9 does not") for line in found["notes"])
        assert not (tmp_path / "x.db").exists()


def test_what_polling_means_is_said_before_anything_is_started(tmp_path: Path) -> None:
    def notes(more: str) -> list[str]:
        path = tmp_path / "config.toml"
        account = '[[accounts]]\nname = "xa"\nkind = "zalo_bot"\ntoken = "4242:abcdef"\n'
        start = f'[app]\ndatabase = "sqlite:///x.db"\ncontent = "{CONTENT}"\n'
        path.write_text(start + account + more, encoding="utf-8")
        done = CliRunner().invoke(app, ["check", "--json", "--config", str(path)])
        return [line for line in json.loads(done.stdout)["notes"] if "are polled" in line]

    web = '[web]\npublic_url = "https://nhipcau.example"\n'
    assert notes(web) == []
    for more in ("", f'intake = "poll"\n{web}'):
        (told,) = notes(more)
        assert "while `run` is not up may be lost" in told
