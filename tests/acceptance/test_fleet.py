"""Accounts that come, rest and go while `run` goes on; one that fails harms no other."""

import json
from pathlib import Path
from typing import Any

from tests.acceptance.keypad import Phone, free_port, until
from tests.acceptance.service import Service, service
from tests.acceptance.test_zalo_bot import COMMUNE, SLUG, TELEGRAM
from tests.fakes.botapi import BotApi
from tests.fakes.zalobot import Shown, ZaloBot

TOKEN, OTHER = "1459232241454765289:zalo-token", "1459232241454765290:other-token"
HOA = "2f7a4c00aa11bb22cc33"


def _phone(zalo: ZaloBot) -> Phone[Shown]:
    async def send(text: str) -> None:
        assert await zalo.deliver(zalo.says(HOA, text)) == 200

    return Phone(zalo.sent, send)


async def _add(run: Service, name: str, zalo: ZaloBot, token: str, *more: str) -> Any:
    secrets = run.folder / "secrets.toml"
    secrets.write_text(f'token = "{token}"\n', encoding="utf-8")
    words = ("--kind", "zalo_bot", "--secrets", str(secrets), "--set", f"base_url={zalo.base_url}", *more)
    return await run.command("account", "add", name, *words)


async def _standing(run: Service) -> dict[str, str]:
    return {one["account"]: one["state"] for one in await run.command("account", "list")}


async def _joins(run: Service, phone: Phone[Shown]) -> None:
    made = await run.command("invite", "create", "--unit", COMMUNE, "--roles", "communicator")
    assert made["link"] == "https://zalo.me/nhip-cau"  # of the account that serves the commune's province
    await phone.writes(f"Mã mời: {made['code']}")
    await phone.chooses("Tôi đồng ý")
    await phone.chooses("H'Mai Êban")
    await phone.chooses("Gửi")
    await phone.sees("Xã Krông Pắc")


async def test_an_account_comes_rests_and_goes_without_a_restart(tmp_path: Path) -> None:
    port = free_port()
    web = f'[web]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n'
    async with (
        BotApi(token=TELEGRAM) as api,
        ZaloBot(TOKEN) as zalo,
        ZaloBot(OTHER) as broken,
        service(tmp_path, api.base_url, TELEGRAM, web) as run,
    ):
        await until(lambda: "account connected" in run.log.read_text())
        await _add(run, "xa", zalo, TOKEN, "--serves", "66", "--link", "https://zalo.me/nhip-cau")
        await until(lambda: zalo.webhook is not None)
        await run.until("account", "doctor", "xa", problems=[])

        code, told, _ = await run.plain(
            "account", "add", "xb", "--kind", "zalo_bot", "--secrets", "secrets.toml", "--json"
        )
        assert code != 0
        assert "the bot of account xa too" in json.loads(told)["error"]["message"]
        (run.folder / "accounts.d" / "hong.toml").write_text(
            "kind = ", encoding="utf-8"
        )  # nobody else's harm
        await _add(run, "loi", broken, "1459232241454765291:wrong-token")
        await until(lambda: "account refused by its platform" in run.log.read_text())

        phone = _phone(zalo)
        await _joins(run, phone)
        phone.read = len(zalo.sent)
        await run.command("account", "pause", "xa")
        await until(lambda: "an account rests" in run.log.read_text())
        made = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--yes")
        await run.until("broadcast", "status", str(made["id"]), state="running", pending=1)
        assert await _standing(run) == {"tinh": "open", "xa": "paused", "loi": "stopped"}
        assert (await zalo.deliver(zalo.says(HOA, "/trogiup")), len(zalo.sent)) == (200, phone.read)

        await run.kill()  # it rests through a restart as well
        await run.start()
        await until(lambda: run.log.read_text().count("running") > 1)
        await run.until("broadcast", "status", str(made["id"]), pending=1)
        assert len(zalo.sent) == phone.read
        await run.command("account", "resume", "xa")
        await phone.sees("Trả lời bằng số")  # what she wrote meanwhile was kept, and is answered
        await phone.sees("Ý chính")
        await run.until("broadcast", "status", str(made["id"]), state="finished", sent=1)

        await run.command("account", "remove", "xa", "--yes")
        await until(lambda: "removed" in run.log.read_text())
        assert not (run.folder / "accounts.d" / "xa.toml").exists()
        log = run.log.read_text()
        assert not [one for one in ("zalo-token", "wrong-token") if one in log]
