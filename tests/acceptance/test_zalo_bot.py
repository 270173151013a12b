"""A commune on the Zalo Bot Platform: without buttons or edits, by typed codes and numbers."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import CONTENT
from tests.acceptance.keypad import Phone, free_port, until
from tests.acceptance.service import Service, service
from tests.fakes.botapi import BotApi
from tests.fakes.zalobot import Shown, ZaloBot
from tests.patience import PATIENCE_S

TELEGRAM, ZALO = "4242:telegram-token", "1459232241454765289:zalo-token"
HOA = "2f7a4c00aa11bb22cc33"
SLUG, COMMUNE = "ky-hop-thu-6-quoc-hoi-khoa-xv", "24490"


def phone_of(zalo: ZaloBot, hook: bool) -> Phone[Shown]:
    """Hoa's: what she writes is polled, or delivered to the webhook that the bot has set."""

    async def send(text: str) -> None:
        event = zalo.says(HOA, text)
        if hook:
            assert await zalo.deliver(event) == 200

    return Phone(zalo.sent, send)


def _settings(zalo: ZaloBot, port: int | None) -> str:
    web = f'[web]\nlisten = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}"\n' if port else ""
    return f"""{web}
[[accounts]]
name = "xa"
kind = "zalo_bot"
token = "{ZALO}"
base_url = "{zalo.base_url}"
"""


async def _joins(run: Service, phone: Phone[Shown]) -> None:
    asked = ("--unit", COMMUNE, "--roles", "communicator", "--account", "xa")
    made: dict[str, Any] = await run.command("invite", "create", *asked)
    await phone.writes(f"Mã mời: {made['code']}")
    await phone.chooses("Tôi đồng ý")
    await phone.chooses("H'Mai Êban")
    await phone.chooses("Gửi")
    await phone.sees("Xã Krông Pắc")


async def _everything_is_at_an_address(phone: Phone[Shown]) -> None:
    """Where no file can be sent: the whole text on a page, the files below it and in the chat."""
    page = (await phone.sees("Đọc đủ: ")).text.partition("Đọc đủ: ")[2].split()[0]
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        read = await http.get(page)
        assert (read.status_code, 'lang="vi"' in read.text, "Toàn văn" in read.text) == (200, True, True)
        assert '<p class="about">Chuyên đề: Quốc hội' in read.text
        picture = read.text.partition('class="files"><li><a href="')[2].partition('"')[0]
        whole = await http.get(f"{page.partition('/f/')[0]}{picture}")
        assert whole.content == (CONTENT / "briefings" / SLUG / "sau-luat.png").read_bytes()


async def _a_picture_is_shown_from_its_address(phone: Phone[Shown]) -> None:
    """Zalo fetches it more than once; its address stands below it too."""
    await phone.chooses("Tài liệu")
    shown = await phone.sees("Sáu luật được thông qua")
    assert shown.picture
    assert shown.picture in shown.text


async def _what_is_made_for_her_is_at_an_address(phone: Phone[Shown]) -> None:
    await phone.writes("/toi")
    await phone.chooses("Tải dữ liệu của tôi")
    told = (await phone.sees("Tải tệp: ")).text
    async with httpx.AsyncClient(trust_env=False) as http:
        found = await http.get(told.partition("Tải tệp: ")[2].split()[0])
    assert found.json()["Tên hiển thị"] == "H'Mai Êban"


@pytest.mark.parametrize("hook", [False, True], ids=["polled", "hooked"])
async def test_a_member_on_zalo_joins_receives_and_confirms(tmp_path: Path, hook: bool) -> None:
    port = free_port() if hook else None
    async with (
        BotApi(token=TELEGRAM) as api,
        ZaloBot(ZALO) as zalo,
        service(tmp_path, api.base_url, TELEGRAM, _settings(zalo, port)) as run,
    ):
        await until(lambda: zalo.webhook is not None if hook else bool(zalo.polls))
        phone = phone_of(zalo, hook)
        if hook:
            assert await zalo.deliver(None) == 200  # Zalo's probe
            assert (
                await zalo.deliver(zalo.happens("message.text.received", HOA, text="x"), "sai-mat-ma") == 403
            )
        await _joins(run, phone)

        phone.read = len(zalo.sent)
        made = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now", "--yes")
        shown = await phone.sees("Đã đọc")
        assert all(len(m.text.encode("utf-16-le")) // 2 <= 2000 for m in zalo.sent)
        assert any(style["st"] == ["b"] for m in zalo.sent for style in m.styles)
        assert "<b>" not in shown.text

        if hook:
            await _everything_is_at_an_address(phone)
            await _a_picture_is_shown_from_its_address(phone)
            await phone.writes("đã đọc")
            await _what_is_made_for_her_is_at_an_address(phone)
        else:
            await phone.chooses("Đã đọc")
        status = await run.until("broadcast", "status", str(made["id"]), acknowledged=1)
        assert (status["sent"], status["uncertain"], status["audience"]) == (1, 0, 1)
        assert zalo.refused == []
