"""Content that changes while the service runs: what a command promises is what the service does."""

import json
import shutil
from pathlib import Path

import pytest

from tests.acceptance.service import ROOT, service
from tests.fakes.botapi import BotApi

TOKEN = "4242:truth"
COMMUNE = "24490"
PEOPLE = f"""name,unit,roles,language,account,chat_id,consent
Minh,66,administrator,vi,tinh,2001,1/11/2026
Hoa,{COMMUNE},communicator,vi,tinh,1001,1/11/2026
Lan,{COMMUNE},communicator,vi,tinh,1002,1/11/2026
"""
SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"

pytestmark = pytest.mark.timeout(120)


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
                timeout=20,
            )
        (content / "topics.toml").write_text("[[topics", encoding="utf-8")
        await api.wait_for(
            lambda: [m for m in people[0].received if "topics.toml" in m.get("text", "")], timeout=20
        )
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
            lambda: [m for m in admin.received if "Bây giờ: 12 người nhận" in m.get("text", "")], timeout=20
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
                timeout=20,
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
        (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
        assert (await run.command("member", "import", "people.csv"))["added"] == 3
        (units,) = [
            one for one in (content / "units").glob("*.csv") if f"\n{COMMUNE}," in one.read_text("utf-8")
        ]
        lines = units.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{COMMUNE},")]
        units.write_text("".join(kept), encoding="utf-8")
        await api.wait_for(lambda: [m for m in admin.received if COMMUNE in m.get("text", "")], timeout=20)
        code, out, _ = await run.plain("check", "--json")
        (problem,) = json.loads(out)["problems"]
        assert code == 1
        assert f"units: {COMMUNE} (" in problem
        assert "members: 2, broadcasts: 0" in problem
        assert "changed content refused" in run.log.read_text(encoding="utf-8")
        assert await run.stop() == 0
