"""A token is revoked while the service runs: administrators hear of it over the account that is left."""

from pathlib import Path

from tests.acceptance.service import service
from tests.fakes.botapi import BotApi

TOKEN, OTHER = "4242:first-token", "4343:second-token"
PEOPLE = """name,unit,roles,language,account,chat_id,consent
Minh,66,administrator,vi,du-phong,2001,giấy 2026-01-01
Hoa,24490,communicator,vi,tinh,1001,giấy 2026-01-01
"""


async def test_administrators_are_told_over_another_account(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN) as first, BotApi(token=OTHER) as second:
        more = f"""
[[accounts]]
name = "du-phong"
kind = "telegram"
token = "{OTHER}"
base_url = "{second.base_url}"
"""
        minh = second.user(2001, name="Minh", language="vi")
        minh.say("/start")
        async with service(tmp_path, first.base_url, TOKEN, more) as run:
            people = tmp_path / "people.csv"
            people.write_text(PEOPLE, encoding="utf-8")
            assert (await run.command("member", "import", str(people)))["added"] == 2
            await first.wait_for(lambda: first.state.counts["getupdates"])
            assert not [m for m in minh.received if "tinh" in m["text"]]
            first.token = "revoked"
            # The poll under way ends; it is nothing to be answered.
            first.user(1001, name="Hoa", language="vi").block()
            told = await second.wait_for(
                lambda: [m["text"] for m in minh.received if "tinh" in m.get("text", "")]
            )
            assert await run.stop() == 0
    assert len(told) == 1
    assert "du-phong" in told[0]


async def test_another_bot_under_the_name_of_an_account_is_heard_from_its_first_update(
    tmp_path: Path,
) -> None:
    async with BotApi(token=TOKEN) as first, BotApi(token=OTHER) as second:
        before = first.user(1001, name="Hoa", language="vi")
        after = second.user(1002, name="Lan", language="vi")
        async with service(tmp_path, first.base_url, TOKEN) as run:
            for _ in range(3):
                seen = len(before.received)
                before.say("/start")
                await first.wait_for(lambda seen=seen: len(before.received) > seen)  # type: ignore[misc]
            assert await run.stop() == 0
        after.say("/start")  # the new bot counts from the beginning
        async with service(tmp_path, second.base_url, OTHER) as run:
            await second.wait_for(lambda: after.received)
            assert await run.stop() == 0
