"""A member is suspended from the shell while a broadcast is under way: nothing of it reaches them."""

from pathlib import Path

from tests.acceptance.service import service
from tests.acceptance.test_whole_loop import Hand
from tests.fakes.botapi import BotApi

TOKEN = "4242:suspended-token"
SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"
COMMUNE = "24169"
PEOPLE, FIRST = 240, 2001
LAST = FIRST + PEOPLE - 1
SENTENCE = "Quyền sử dụng của đồng chí đang tạm dừng"


async def test_a_suspended_member_gets_nothing_more_and_is_answered_by_one_sentence(tmp_path: Path) -> None:
    async with (
        BotApi(token=TOKEN, any_chat=True, latency=0.02, rate=30) as api,
        service(tmp_path, api.base_url, TOKEN, account="rate = 12") as run,
    ):
        await api.wait_for(lambda: api.state.counts["setmycommands"])
        people = tmp_path / "people.csv"
        rows = [f"Bình,{COMMUNE},communicator,vi,tinh,{n},phiếu giấy" for n in range(FIRST, LAST + 1)]
        people.write_text("\n".join(["name,unit,roles,language,account,chat_id,consent", *rows]))
        assert (await run.command("member", "import", str(people)))["added"] == PEOPLE
        listed = await run.command("member", "list")
        (number,) = [one["id"] for one in listed if one["endpoints"][0]["chat_id"] == str(LAST)]
        plan = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--yes")
        await api.wait_for(lambda: api.user(FIRST).received)

        suspended = await run.command("member", "suspend", str(number), "--yes")
        assert (suspended["state"], suspended["told"]) == ("suspended", True)
        hand = Hand(api, LAST, "Bình")
        await hand.sees(SENTENCE)
        assert len(hand.user.received) == 1  # the broadcast had not come to them yet
        hand.user.say("/moinhat")
        await api.wait_for(lambda: len(hand.user.received) == 2)
        assert hand.user.received[-1]["text"].startswith(SENTENCE)

        await api.wait_for(lambda: all(api.user(n).received for n in range(FIRST, LAST)))
        status = await run.until("broadcast", "status", str(plan["id"]), state="finished")
        assert {name: status[name] for name in ("state", "audience", "sent", "skipped", "uncertain")} == {
            "state": "finished",
            "audience": PEOPLE,
            "sent": PEOPLE - 1,
            "skipped": 1,
            "uncertain": 0,
        }
        assert len(hand.user.received) == 2

        assert (await run.command("member", "reinstate", str(number)))["state"] == "active"
        await hand.sees("như trước")
        hand.user.say("/moinhat")
        await hand.sees("Kỳ họp thứ 6")
        assert await run.stop() == 0
