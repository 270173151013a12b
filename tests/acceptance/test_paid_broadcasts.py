"""A paid account: the cost is told, a run's messages say that they are paid for, and replies never do."""

from pathlib import Path

from tests.acceptance.service import Service
from tests.fakes.botapi import BotApi

TOKEN = "4242:paid-token"
COMMUNE = "24169"
SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"


async def test_a_paid_run_tells_its_cost_and_says_that_it_is_paid(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN, any_chat=True) as api:
        run = Service(tmp_path, api.base_url, TOKEN)
        settings = run.config.read_text(encoding="utf-8")
        people = tmp_path / "people.csv"
        rows = [f"Bình {n},{COMMUNE},communicator,vi,tinh,{n},phiếu giấy" for n in range(2001, 2022)]
        people.write_text("\n".join(["name,unit,roles,language,account,chat_id,consent", *rows]))
        run.config.write_text(settings + "paid_rate = 500\n", encoding="utf-8")
        await run.start()
        try:
            await api.wait_for(lambda: api.state.counts["setmycommands"])
            code, _, err = await run.plain("member", "import", str(people))
            assert (code, err) == (0, "")
            sent = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now")
            assert (sent["audience"], sent["cost_stars"]) == (21, 3)
            await api.wait_for(lambda: api.state.counts["paid"] == 21)
            api.user(2001).say("/trogiup")
            await api.wait_for(lambda: api.state.counts["accepted"] == 22)
            assert api.state.counts["paid"] == 21
            assert await run.stop() == 0
            run.config.write_text(settings, encoding="utf-8")
            free = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now")
            assert free["cost_stars"] == 0
        finally:
            await run.kill()
