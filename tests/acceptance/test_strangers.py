"""Forty strangers who write a word a second do not come between an urgent broadcast and its people."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from bot.core.delivery.states import Priority
from tests.acceptance.service import Service, service
from tests.fakes.botapi import BotApi
from tests.patience import SLOW

TOKEN = "4242:strangers-token"
COMMUNE, OTHER = "24169", "24490"
SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"
PEOPLE, FIRST = 300, 2001
MEMBER, NEWCOMER, STRANGERS = 8001, 8002, range(9001, 9041)


async def _settle_in(run: Service, folder: Path) -> None:
    people = folder / "people.csv"
    rows = [f"Bình {n},{COMMUNE},communicator,vi,tinh,{n},phiếu giấy" for n in range(FIRST, FIRST + PEOPLE)]
    rows.append(f"Hoa,{OTHER},communicator,vi,tinh,{MEMBER},phiếu giấy")
    people.write_text("\n".join(["name,unit,roles,language,account,chat_id,consent", *rows]))
    code, _, err = await run.plain("member", "import", str(people))
    assert (code, err) == (0, "")


async def _chatter(api: BotApi) -> None:
    while True:
        for chat in STRANGERS:
            api.user(chat).say("alo")
        await asyncio.sleep(1)


def _left(folder: Path) -> tuple[int, int]:
    """Updates that wait, and replies that were made for strangers."""
    with sqlite3.connect(folder / "nhipcau.db") as db:
        (waiting,) = db.execute("SELECT count(*) FROM inbox WHERE state = 'new'").fetchone()
        found = db.execute(
            "SELECT count(*) FROM delivery WHERE run_id IS NULL AND priority = ?", (Priority.STRANGER,)
        )
        (replies,) = found.fetchone()
    db.close()
    return waiting, replies


async def test_an_urgent_broadcast_reaches_its_people_through_forty_strangers(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record = tmp_path / "accepted"
    async with (
        BotApi(token=TOKEN, any_chat=True, latency=0.05, rate=30, record=record) as api,
        service(tmp_path, api.base_url, TOKEN) as run,
    ):
        await api.wait_for(lambda: api.state.counts["setmycommands"])
        await _settle_in(run, tmp_path)
        invite = await run.command("invite", "create", "--unit", OTHER, "--roles", "communicator")
        crowd = asyncio.create_task(_chatter(api))
        try:
            await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--urgent", "--yes")
            await api.wait_for(lambda: len(_at(record, range(FIRST, FIRST + PEOPLE))) > 60)
            asked = time.monotonic()
            api.user(MEMBER).say("/trogiup")
            await api.wait_for(lambda: api.user(MEMBER).received)
            replied_s = time.monotonic() - asked
            api.user(NEWCOMER).say(f"/start {invite['code']}")
            await api.wait_for(lambda: api.user(NEWCOMER).received)
            await api.wait_for(lambda: len(_at(record, range(FIRST, FIRST + PEOPLE))) == PEOPLE)
        finally:
            crowd.cancel()
        await api.wait_for(lambda: _left(tmp_path)[0] == 0)
        went = _at(record, range(FIRST, FIRST + PEOPLE))
        record_property("figures", f"{PEOPLE / (went[-1] - went[0]):.1f} a second beside strangers")
        assert replied_s < SLOW * 1.0
        assert _left(tmp_path)[1] <= len(STRANGERS)  # each is told once how to join
        told = _at(record, STRANGERS)  # from before the broadcast began
        assert len(told) <= told[-1] - told[0] + 10
    api.state.close()


def _at(record: Path, chats: range) -> list[float]:
    """When messages to these chats were accepted, in order (seconds)."""
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return sorted(line["at"] for line in lines if int(line["chat_id"]) in chats)
