"""The drill: a backup in mid-run, the service goes on, the backup is put back. Nobody gets anything twice."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.acceptance.service import Service
from tests.fakes.botapi import BotApi

TOKEN = "4242:drill"
SLUG, COMMUNE = "ky-hop-thu-6-quoc-hoi-khoa-xv", "24490"
PEOPLE = 45


def received(api: BotApi) -> list[int]:
    """How many copies of the briefing each person has."""
    everybody = (api.user(1000 + n, name=f"Người {n}", language="vi") for n in range(PEOPLE))
    return [sum("Kỳ họp thứ 6" in m.get("text", "") for m in one.received) for one in everybody]


async def status(run: Service) -> Any:
    return await run.command("store", "status")


async def test_a_backup_put_back_sends_nobody_anything_twice(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN, any_chat=True) as api:
        run = Service(tmp_path, api.base_url, TOKEN)
        run.config.write_text(run.config.read_text(encoding="utf-8") + "rate = 8\n", encoding="utf-8")
        people = tmp_path / "people.csv"
        lines = [f"Người {n},{COMMUNE},communicator,vi,tinh,{1000 + n},1/11/2026" for n in range(PEOPLE)]
        people.write_text("\n".join(["name,unit,roles,language,account,chat_id,consent", *lines]))
        await run.start()
        try:
            assert (await run.command("member", "import", str(people)))["added"] == PEOPLE
            sent = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now")
            await api.wait_for(lambda: sum(received(api)) >= 5)
            api.answers.clear()  # so that some are on the wire, however long the backup takes
            assert (await run.command("store", "backup", "copy"))["bytes"] > 0
            api.answers.set()
            await api.wait_for(lambda: sum(received(api)) == PEOPLE)
            code, _, err = await run.plain("store", "restore", "copy")
            assert code == 1
            assert "already runs" in err
            assert await run.stop() == 0
            put_back = await run.command("store", "restore", "copy")
            assert put_back["uncertain"] > 0
            await run.start()
            await api.wait_for(lambda: api.state.counts["getme"] >= 2)
            found = await status(run)
            assert found["held"]["why"] == "restored"
            assert [one["waiting"] for one in found["runs"]] == [0]
            await run.command("store", "release", "--yes")
            later = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now")
            await api.wait_for(lambda: sum(received(api)) == 2 * PEOPLE)
            assert received(api) == [2] * PEOPLE  # once each by their own broadcast
            assert (await run.command("broadcast", "status", str(sent["id"])))["uncertain"] > 0
            assert later["id"] > sent["id"] + 1000  # numbers given after the backup are not given again
            assert await run.stop() == 0
        finally:
            await run.kill()
        with closing(sqlite3.connect(tmp_path / "nhipcau.db")) as store:
            acts = [row[0] for row in store.execute("SELECT act FROM audit ORDER BY id")]
        assert {"store.restore", "store.release"} <= set(acts)
