"""The drill with departures: backup in mid-run, on it goes, people leave, the backup is put back."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.service import Service
from tests.fakes.botapi import BotApi
from tests.stores import url_of

TOKEN = "4242:drill"
SLUG, COMMUNE = "ky-hop-thu-6-quoc-hoi-khoa-xv", "24490"
PEOPLE = 24
ERASED, RETURNED = (1003, 1004), 1005  # the backup is made when they have the briefing, or wait for it
COPY = "copy"


def name(chat: int) -> str:
    """As no other words of the deployment contain it."""
    return f"Hoàng Thị Vắng{chat}Mặt"


def copies(api: BotApi, chat: int) -> int:
    """How many copies of the briefing somebody has."""
    return sum("Kỳ họp thứ 6" in one.get("text", "") for one in api.user(chat).received)


def people(api: BotApi) -> dict[int, int]:
    return {chat: copies(api, chat) for chat in range(1000, 1000 + PEOPLE)}


async def shows(api: BotApi, chat: int, label: str) -> None:
    """Wait until the last screen has a button."""
    who = api.user(chat)

    def shown() -> bool:
        rows = who.received[-1].get("reply_markup", {}).get("inline_keyboard", []) if who.received else []
        return any(label in (button["text"], button["callback_data"]) for row in rows for button in row)

    await api.wait_for(shown)


async def taps(api: BotApi, chat: int, label: str) -> None:
    """Press a button as soon as the last screen has it."""
    await shows(api, chat, label)
    who = api.user(chat)
    who.tap(who.received[-1], label)


async def erase(api: BotApi, chat: int) -> None:
    """By the screens, as people do."""
    api.user(chat).say("/toi")
    await taps(api, chat, "me:erase")
    await taps(api, chat, "me:erase!")
    await shows(api, chat, "Tham gia")  # under the farewell


async def come_back(run: Service, api: BotApi, chat: int) -> None:
    """By an invitation, later than they left."""
    made = await run.command("invite", "create", "--unit", COMMUNE, "--roles", "communicator")
    who = api.user(chat)
    who.say(f"/start {made['code']}")
    await taps(api, chat, "Tôi đồng ý tham gia")
    await api.wait_for(lambda: "Bước 2/2" in who.received[-1].get("text", ""))
    who.say(name(chat))
    await taps(api, chat, "✅ Gửi")
    await api.wait_for(lambda: "Trợ giúp" in str(who.received[-1]))


def holding(folder: Path, words: list[bytes]) -> list[str]:
    """The files of a deployment that hold any of these; the operator's own list and the backup left out."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in (COPY, "people.csv")]
    return [path.name for path in files if any(word in path.read_bytes() for word in words)]


async def list_people(run: Service) -> None:
    file = run.folder / "people.csv"
    lines = [f"{name(c)},{COMMUNE},communicator,vi,tinh,{c},1/11/2026" for c in range(1000, 1000 + PEOPLE)]
    content = "\n".join(["name,unit,roles,language,account,chat_id,consent", *lines])
    await asyncio.to_thread(file.write_text, content)
    assert (await run.command("member", "import", str(file)))["added"] == PEOPLE


def dumped(url: str, folder: Path) -> None:
    """What a server's tables hold, as one more file to search."""
    if url.startswith("postgresql"):
        subprocess.run(["pg_dump", f"--file={folder / 'dump.sql'}", url], check=True)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_drill_with_departures(kind: str, tmp_path: Path) -> None:
    async with url_of(kind, tmp_path) as url, BotApi(token=TOKEN, any_chat=True) as api:
        run = Service(tmp_path, api.base_url, TOKEN, database=url, account="rate = 4")
        await run.start()
        try:
            await api.wait_for(lambda: api.state.counts["getme"] >= 1)
            await list_people(run)
            sent = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now")
            await api.wait_for(lambda: sum(people(api).values()) >= 6)
            api.answers.clear()  # so that some are on the wire, however long the backup takes
            await run.command("store", "backup", COPY)
            api.answers.set()
            await api.wait_for(lambda: sum(people(api).values()) == PEOPLE)
            for chat in (*ERASED, RETURNED):
                await erase(api, chat)
            await come_back(run, api, RETURNED)
            assert await run.stop() == 0
            done = await run.command("store", "restore", COPY)
            assert done["erased"] == len(ERASED)
            assert done["uncertain"] > 0
            await run.start()
            await api.wait_for(lambda: api.state.counts["getme"] >= 2)
            found = await run.command("store", "status")
            assert found["held"]["why"] == "restored"
            assert [(one["waiting"], one["broadcast"]) for one in found["runs"]] == [(0, sent["id"])]
            assert found["runs"][0]["late_ms"] > 0
            await run.command("store", "release", "--yes")
            later = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now")
            await api.wait_for(lambda: sum(people(api).values()) == 2 * PEOPLE - len(ERASED))
            state = await run.command("broadcast", "status", str(later["id"]))
            assert await run.stop() == 0
        finally:
            await run.kill()
        assert people(api) == {chat: 1 if chat in ERASED else 2 for chat in people(api)}
        assert state["sent"] == PEOPLE - len(ERASED)
        await asyncio.to_thread(dumped, url, tmp_path)
        words = [word.encode() for chat in ERASED for word in (name(chat), f'"{chat}"', f"\t{chat}\t")]
        assert await asyncio.to_thread(holding, tmp_path, words) == []
