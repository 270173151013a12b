"""A member on an Official Account: signed deliveries, tokens that end, `run` killed, nothing sent twice."""

import asyncio
from pathlib import Path
from typing import Any

from tests.acceptance.keypad import Phone, free_port, until
from tests.acceptance.service import Service, service
from tests.acceptance.test_zalo_bot import COMMUNE, SLUG, TELEGRAM
from tests.fakes.botapi import BotApi
from tests.fakes.zalooa import Shown, Signs, ZaloOa
from tests.patience import PATIENCE_S

PERSON = "1867296517606832259"


def phone_of(zalo: ZaloOa, url: str) -> Phone[Shown]:
    """What she writes is delivered, signed."""

    async def send(text: str) -> None:
        assert await zalo.deliver(url, zalo.says(PERSON, text)) == 200

    return Phone(zalo.sent, send)


def _settings(zalo: ZaloOa, port: int) -> str:
    return f"""[web]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"

[[accounts]]
name = "oa"
kind = "zalo_oa"
token = "access-token-0"
refresh_token = "refresh-token-0"
app_id = "{zalo.app_id}"
secret = "{zalo.secret}"
oa_secret = "{zalo.oa_secret}"
base_url = "{zalo.base_url}"
"""


async def _delivered(zalo: ZaloOa, url: str) -> None:
    """Once the site answers, the console's probe is answered as well."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                assert await zalo.deliver(url, {}) == 200
            except OSError:
                await asyncio.sleep(0.05)
            else:
                return


async def _joins(run: Service, phone: Phone[Shown]) -> None:
    asked = ("--unit", COMMUNE, "--roles", "communicator", "--account", "oa")
    made: dict[str, Any] = await run.command("invite", "create", *asked)
    await phone.writes(f"Mã mời: {made['code']}")
    await phone.chooses("Tôi đồng ý")
    await phone.sees("hiển thị tên")
    await phone.writes("H'Mai Êban")
    await phone.chooses("Gửi")
    await phone.sees("Xã Krông Pắc")


async def test_a_member_of_an_official_account_joins_receives_and_confirms(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/hook/oa"
    async with (
        BotApi(token=TELEGRAM) as api,
        ZaloOa() as zalo,
        service(tmp_path, api.base_url, TELEGRAM, _settings(zalo, port)) as run,
    ):
        await _delivered(zalo, url)
        phone = phone_of(zalo, url)
        assert await zalo.deliver(url, zalo.says(PERSON, "x"), Signs(by_app=True)) == 403
        code, told, _ = await run.plain("account", "doctor", "oa")
        assert code == 1
        assert 'signature = "app_secret"' in told

        await _joins(run, phone)
        assert (await run.command("account", "doctor", "oa"))["problems"] == []

        plan = await run.command("quota", "plan", SLUG, "--unit", COMMUNE)
        assert (plan["push"], plan["paid_messages"]) == (1, 0), "she wrote just now: it costs nothing"

        zalo.access = "over"  # the token ends, and `run` is killed once it has the next
        phone.read = len(zalo.sent)
        made = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--yes")
        await phone.sees("Đã đọc")
        await run.until("broadcast", "status", str(made["id"]), sent=1)
        assert zalo.exchanges == 1
        sent = len(zalo.sent)
        await run.kill()
        await run.start()
        await _delivered(zalo, url)
        phone.read = 0
        await phone.chooses("Đã đọc")
        status = await run.until("broadcast", "status", str(made["id"]), acknowledged=1)
        assert (status["audience"], status["uncertain"] + status["sent"]) == (1, 1)
        assert sum("Đã đọc" in one.text and "Ý chính" in one.text for one in zalo.sent) <= 1
        await until(lambda: len(zalo.sent) > sent)  # that it was heard is told after it is kept
        assert zalo.exchanges == 1, "the pair was kept: no other was asked for"
        assert "token-" not in run.log.read_text()
