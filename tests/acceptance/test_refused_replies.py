"""The platform refuses an edit and a file: whoever pressed sees the screen anew, or a plain sentence."""

from pathlib import Path

from tests.acceptance.service import service
from tests.acceptance.test_whole_loop import Hand
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_parts import Fault

TOKEN = "4242:refused-token"
PEOPLE = """name,unit,roles,language,account,chat_id,consent
Hoa,24490,communicator,vi,tinh,1001,giấy 2026-01-01
"""


def refusal(method: str, description: str) -> Fault:
    """The Bot API refuses this method from now on."""
    body = {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"}
    return Fault(method, times=None, status=400, body=body)


async def test_nobody_who_pressed_is_left_without_a_word(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN) as api, service(tmp_path, api.base_url, TOKEN) as run:
        people = tmp_path / "people.csv"
        people.write_text(PEOPLE, encoding="utf-8")
        assert (await run.command("member", "import", str(people)))["added"] == 1
        hand = Hand(api, 1001, "Hoa")
        hand.user.say("/chude")
        first = await hand.sees("Chuyên đề của đồng chí")
        api.faults.append(refusal("editMessageText", "message can't be edited"))
        hand.user.tap(first, first["reply_markup"]["inline_keyboard"][0][0]["text"])
        anew = await api.wait_for(
            lambda: [m for m in hand.user.received if m["message_id"] > first["message_id"]]
        )
        assert len(anew) == 1
        assert anew[0]["text"].startswith("Chuyên đề của đồng chí")
        assert anew[0]["text"] != first["text"]  # the topic is switched, and the screen says so

        api.faults.append(refusal("sendDocument", "file is too big"))
        hand.user.say("/toi")
        await hand.presses("📎 Tải dữ liệu")
        told = await hand.sees("lớn hơn mức kênh này gửi được")
        assert "du-lieu" in told["text"]
        assert [row[0]["text"] for row in told["reply_markup"]["inline_keyboard"]] == ["Trợ giúp"]
        assert await run.stop() == 0
