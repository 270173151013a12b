"""`quota plan`: said before anybody confirms, and adding up."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.app import serve
from bot.cli import app
from bot.core.delivery.quota import period
from bot.core.delivery.states import Priority
from bot.core.kernel.richtext import paragraph
from bot.core.talk.message import Message
from bot.core.talk.reply import SendReply
from bot.running import Running
from bot.settings_file import load
from bot.storage.accounts import usage
from bot.storage.delivery import claims, replies

CONTENT = Path(__file__).parents[2] / "content"
SLUG, COMMUNE = "ky-hop-thu-6-quoc-hoi-khoa-xv", "24490"
SETTINGS = """[app]
database = "sqlite:///{db}"
content = "{content}"

[[accounts]]
name = "xa"
kind = "zalo_bot"
token = "12345:abcdef"
quota_messages = 40

[[accounts]]
name = "tinh"
kind = "telegram"
token = "4242:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
"""


@pytest.fixture
def run(tmp_path: Path) -> Any:
    config, db = tmp_path / "config.toml", tmp_path / "x.db"
    config.write_text(SETTINGS.format(db=db, content=CONTENT), encoding="utf-8")

    def command(*words: str) -> tuple[int, Any]:
        done = CliRunner().invoke(app, [*words, "--json", "--config", str(config)])
        return done.exit_code, json.loads(done.stdout)

    people = tmp_path / "people.csv"
    rows = [f"Người {n},{COMMUNE},communicator,01/11/2026,xa,{n:020x}" for n in range(1, 31)]
    rows += [f"Bà {n},{COMMUNE},communicator,01/11/2026,tinh,{n}" for n in range(1, 6)]
    people.write_text("name,unit,roles,consent,account,chat_id\n" + "\n".join(rows), encoding="utf-8")
    code, _ = command("member", "import", str(people))
    assert code == 0
    command.db = db  # type: ignore[attr-defined]
    return command


def test_a_plan_adds_up_and_says_what_is_left(run: Any) -> None:
    code, found = run("quota", "plan", SLUG, "--unit", COMMUNE)
    assert code == 0
    assert (found["audience"], found["no_address"]) == (35, 0)
    assert found["push"] + found["fetch"] == 35
    zalo, telegram = sorted(found["accounts"], key=lambda one: one["account"] != "xa")
    assert (zalo["limit"], zalo["left"], zalo["kept_for_replies"], zalo["users"]) == (40, 40, 4, 50)
    assert zalo["push"] * (zalo["messages"] // zalo["members"]) <= zalo["left"] - zalo["kept_for_replies"]
    each = zalo["messages"] // zalo["members"]
    assert zalo["push"] == min(30, 36 // each)
    assert (telegram["limit"], telegram["push"], telegram["fetch"]) == (None, 5, 0)

    with sqlite3.connect(run.db) as db:
        month = found["next_period"][:7]
        year, number = map(int, month.split("-"))
        now = f"{year - (number == 1)}-{(number - 2) % 12 + 1:02}"
        db.execute("INSERT INTO account_usage VALUES ('xa', ?, 38, 0)", (now,))
    db.close()
    _, found = run("quota", "plan", SLUG, "--unit", COMMUNE)
    assert (found["push"], found["fetch"]) == (5, 30)


def test_of_whom_nobody_knows_when_they_wrote_is_said_so(run: Any, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    oa = '[[accounts]]\nname = "oa"\nkind = "zalo_oa"\ntoken = "first-token"\noa_secret = "secret-of-oa"\n'
    web = '[web]\npublic_url = "https://nhipcau.example"\n'
    config.write_text(config.read_text(encoding="utf-8") + oa + web, encoding="utf-8")
    (tmp_path / "more.csv").write_text(
        "name,unit,roles,consent,account,chat_id\n"
        f"Ông,{COMMUNE},communicator,01/11/2026,oa,1867296517606832259\n",
        encoding="utf-8",
    )
    assert run("member", "import", str(tmp_path / "more.csv"))[0] == 0
    accounts = run("quota", "plan", SLUG, "--unit", COMMUNE)[1]["accounts"]
    found = {one["account"]: (one["push"], one["unheard"], one["out_of_window"]) for one in accounts}
    assert found == {"oa": (1, 1, 0), "tinh": (5, 0, 0), "xa": (30, 0, 0)}


def test_what_cannot_be_planned_is_refused_in_words(run: Any) -> None:
    for words in (("khong-co", "--unit", COMMUNE), (SLUG, "--unit", "99999"), (SLUG, "--unit", "")):
        code, found = run("quota", "plan", *words)
        assert code != 0
        assert found["error"]["message"]
    code, found = run("quota", "plan", SLUG, "--unit", COMMUNE, "--roles", "vua")
    assert (code, found["error"]["key"]) == (2, "roles.unknown")


class PowerCut(Exception):
    """The program is gone, between a commit and what would have come after it."""


async def test_what_was_under_way_when_the_program_died_is_counted(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(SETTINGS.format(db=tmp_path / "x.db", content=CONTENT), encoding="utf-8")
    settings, used = load(config, accounts=True), []

    async def dies(program: Running) -> None:
        month = period(program.house.local(program.clock.now_ms()))
        async with program.database.write() as conn:
            used.append(await usage.used(conn, "xa", month))
            await replies.say(conn, "xa", "hoa", SendReply(message=Message(text=(paragraph("chào"),))), 1)
            await claims.claim(conn, await claims.replies(conn, "xa", Priority.REPLY, 10), 1)
        raise PowerCut

    for _ in range(3):
        with pytest.raises(PowerCut):
            await serve(settings, asyncio.Event(), prepare=dies)
    assert used == [0, 1, 2]
