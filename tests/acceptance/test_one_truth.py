"""Content that changes while the service runs: what a command promises is what the service does."""

import asyncio
import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.acceptance.service import ROOT, Service, service
from tests.acceptance.test_whole_loop import Hand
from tests.fakes.botapi import BotApi

TOKEN = "4242:truth"
COMMUNE = "24490"
PEOPLE = f"""name,unit,roles,language,account,chat_id,consent
Minh,66,administrator,vi,tinh,2001,1/11/2026
Hoa,{COMMUNE},communicator,vi,tinh,1001,1/11/2026
Lan,{COMMUNE},communicator,vi,tinh,1002,1/11/2026
"""
PAUSE = "Tạm dừng"
SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"


async def test_a_topic_made_while_it_runs_is_delivered_and_a_mistake_changes_nothing(tmp_path: Path) -> None:
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    async with BotApi(token=TOKEN) as api, service(tmp_path, api.base_url, TOKEN) as run:
        settings = run.config.read_text(encoding="utf-8")
        await run.kill()
        run.config.write_text(settings.replace(str(ROOT / "content"), str(content)), encoding="utf-8")
        await run.start()
        people = [api.user(number, name=str(number), language="vi") for number in (2001, 1001, 1002)]
        for person in people:
            person.say("/start")
        (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
        assert (await run.command("member", "import", "people.csv"))["added"] == 3
        topics = (content / "topics.toml").read_text(encoding="utf-8")
        new = '\n[moi]\nname = { vi = "Mới", en = "New" }\n'
        (content / "topics.toml").write_text(topics + new, encoding="utf-8")
        shutil.copytree(content / "briefings" / SLUG, content / "briefings" / "ban-moi")
        about = content / "briefings" / "ban-moi" / "briefing.toml"
        words = about.read_text(encoding="utf-8")
        about.write_text(words.replace('topic = "quoc-hoi"', 'topic = "moi"'), encoding="utf-8")
        made = await run.command("broadcast", "create", "ban-moi", "--unit", COMMUNE, "--now", "--urgent")
        assert made["audience"] == 2
        for person in people[1:]:
            await api.wait_for(
                lambda person=person: [m for m in person.received if "Kỳ họp thứ 6" in m.get("text", "")],
            )
        (content / "topics.toml").write_text("[[topics", encoding="utf-8")
        await api.wait_for(lambda: [m for m in people[0].received if "topics.toml" in m.get("text", "")])
        code, out, _ = await run.plain("broadcast", "status", str(made["id"]), "--json")
        assert (code, json.loads(out)["sent"]) == (0, 2)
        assert await run.stop() == 0


async def test_a_plan_that_differs_from_its_promise_waits_for_a_word_through_a_restart(
    tmp_path: Path,
) -> None:
    async with BotApi(token=TOKEN) as api, service(tmp_path, api.base_url, TOKEN) as run:
        admin = api.user(2001, name="2001", language="vi")
        others = [api.user(1001 + number, name=str(number), language="vi") for number in range(12)]
        for person in (admin, *others):
            person.say("/start")
        lines = [f"M {one},{COMMUNE},communicator,vi,tinh,{1001 + one},1/11/2026" for one in range(12)]
        (tmp_path / "people.csv").write_text(
            "\n".join([*PEOPLE.splitlines()[:2], *lines[:8]]) + "\n", encoding="utf-8"
        )
        assert (await run.command("member", "import", "people.csv"))["added"] == 9
        await run.stop()
        made = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--yes")
        number = str(made["id"])
        assert made["audience"] == 8
        found = await run.command("broadcast", "status", number)
        assert (found["state"], found["promised"], found["audience"]) == ("scheduled", 8, 0)
        (tmp_path / "more.csv").write_text(
            "\n".join([PEOPLE.splitlines()[0], *lines[8:]]) + "\n", encoding="utf-8"
        )
        assert (await run.command("member", "import", "more.csv"))["added"] == 4
        await run.start()
        asked = await api.wait_for(
            lambda: [m for m in admin.received if "Bây giờ: 12 người nhận" in m.get("text", "")]
        )
        await run.kill()
        await run.start()
        found = await run.command("broadcast", "status", number)
        assert (found["state"], found["promised"], found["audience"]) == ("differs", 8, 12)
        assert (found["sent"], found["pending"]) == (0, 12)
        assert (await run.command("broadcast", "list"))[0]["state"] == "differs"
        assert "a run differs from what was promised" in run.log.read_text(encoding="utf-8")
        admin.tap(asked[0], "✅ Gửi")
        for person in others:
            await api.wait_for(
                lambda person=person: [m for m in person.received if "Kỳ họp thứ 6" in m.get("text", "")],
            )
        found = await run.command("broadcast", "status", number)
        assert (found["promised"], found["audience"], found["sent"]) == (8, 12, 12)
        assert await run.stop() == 0


async def test_a_unit_with_members_is_not_taken_out_and_check_names_it(tmp_path: Path) -> None:
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    async with BotApi(token=TOKEN) as api, service(tmp_path, api.base_url, TOKEN) as run:
        settings = run.config.read_text(encoding="utf-8")
        await run.kill()
        run.config.write_text(settings.replace(str(ROOT / "content"), str(content)), encoding="utf-8")
        await run.start()
        admin = api.user(2001, name="2001", language="vi")
        admin.say("/start")
        await api.wait_for(lambda: admin.received)  # it has read its content by then
        (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
        assert (await run.command("member", "import", "people.csv"))["added"] == 3
        for file in (content / "units").rglob("*.csv"):  # with the old names that lead to it
            lines = file.read_text("utf-8").splitlines(keepends=True)
            file.write_text("".join(line for line in lines if COMMUNE not in line), encoding="utf-8")
        await api.wait_for(lambda: [m for m in admin.received if COMMUNE in m.get("text", "")])
        code, out, _ = await run.plain("check", "--json")
        (problem,) = json.loads(out)["problems"]
        assert code == 1
        assert f"units: {COMMUNE} (" in problem
        assert "members: 2, broadcasts: 0" in problem
        assert "changed content refused" in run.log.read_text(encoding="utf-8")
        assert await run.stop() == 0


async def test_a_second_run_and_a_command_with_other_content_change_nothing_unseen(tmp_path: Path) -> None:
    other = Path(shutil.copytree(ROOT / "content", tmp_path / "other"))
    (units,) = [one for one in (other / "units").glob("*.csv") if f"\n{COMMUNE}," in one.read_text("utf-8")]
    text = units.read_text("utf-8")
    (name,) = [line.split(",")[2] for line in text.splitlines() if line.startswith(f"{COMMUNE},")]
    async with BotApi(token=TOKEN) as api, service(tmp_path, api.base_url, TOKEN) as run:
        await api.wait_for(lambda: api.state.counts["setmycommands"])
        plain = run.config.read_text(encoding="utf-8")
        units.write_text(text.replace(f",{name},", ",Xã Tên Khác,"), encoding="utf-8")
        run.config.write_text(plain.replace(str(ROOT / "content"), str(other)), encoding="utf-8")
        code, _, err = await run.plain("run")
        assert (code, "another process already runs" in err) == (1, True)
        with closing(sqlite3.connect(tmp_path / "nhipcau.db")) as db:
            assert db.execute("SELECT name FROM unit WHERE code = ?", (COMMUNE,)).fetchall() == [(name,)]
        code, out, err = await run.plain("opinion", "list", "--json")
        assert (code, "`run` goes by other content" in err) == (0, True)
        json.loads(out)
        run.config.write_text(plain, encoding="utf-8")
        assert "other content" not in (await run.plain("opinion", "list"))[2]
        with closing(sqlite3.connect(tmp_path / "nhipcau.db")) as db:
            db.execute("UPDATE alembic_version SET version_num = '0001'")  # as a store of an older program
            db.commit()
        code, _, err = await run.plain("opinion", "list")
        assert (code, "another process already runs" in err) == (1, True)


async def test_a_run_is_paused_from_the_chat_with_broken_content_a_full_log_and_an_import_under_way(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    content = Path(shutil.copytree(ROOT / "content", tmp_path / "content"))
    async with BotApi(token=TOKEN, any_chat=True, rate=30) as api:
        run = Service(tmp_path, api.base_url, TOKEN, content=content, account="rate = 10")
        run.log = Path("/dev/full")
        await run.start()
        try:
            await api.wait_for(lambda: api.state.counts["setmycommands"])
            lines = [f"M,{COMMUNE},communicator,vi,tinh,{number},1/11/2026" for number in range(3000, 3300)]
            (tmp_path / "people.csv").write_text("\n".join([*PEOPLE.splitlines()[:2], *lines]), "utf-8")
            assert (await run.command("member", "import", "people.csv"))["added"] == 301
            await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--yes")
            admin = Hand(api, 2001, "Minh")
            admin.user.say("/tiendo")
            await admin.presses("📊")
            screen = await api.wait_for(lambda: [m for m in admin.user.received if PAUSE in str(m)])
            (content / "topics.toml").write_text("[[topics", encoding="utf-8")
            more = [
                f"N,{COMMUNE},communicator,vi,tinh,{number},1/11/2026" for number in range(10_000, 40_000)
            ]
            (tmp_path / "more.csv").write_text("\n".join([PEOPLE.splitlines()[0], *more]), "utf-8")
            (tmp_path / "sound").mkdir()
            store = f"sqlite:///{tmp_path}/nhipcau.db"
            sound = Service(tmp_path / "sound", api.base_url, TOKEN, database=store)
            importing = asyncio.create_task(sound.plain("member", "import", "../more.csv"))
            await admin.sees("topics.toml")
            began = time.monotonic()
            press = admin.user.tap(screen[-1], PAUSE)
            told = await api.wait_for(lambda: admin.user.answer_to(press))
            took = time.monotonic() - began
            assert told["text"] == "Đã tạm dừng."
            sent = api.state.counts["sendmessage"]
            assert (await importing)[0] == 0
            assert api.state.counts["sendmessage"] <= sent + 10  # what was with the platform
            assert (await run.command("broadcast", "list"))[0]["state"] == "paused"
            record_property("figures", f"paused from the chat after {took:.2f} s")
            assert await run.stop() == 0
        finally:
            await run.kill()
