"""The whole loop on a real platform's terms: join, briefing, tap, report, digest, through a kill."""

import re
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests import contents
from tests.acceptance.service import Service, service
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_parts import Fault
from tests.patience import PATIENCE_S

TOKEN = "4242:whole-loop-token"
SLUG = "ky-hop-thu-6-quoc-hoi-khoa-xv"
COMMUNE = "24490"


def _labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


class Hand:
    """A person at the phone: waits for what they expect to see, then presses or writes."""

    def __init__(self, api: BotApi, chat_id: int, name: str) -> None:
        self.api = api
        self.name = name
        self.user = api.user(chat_id, name=name, language="vi")

    async def sees(self, words: str) -> dict[str, Any]:
        """The newest message that holds these words, once it is there."""

        def found() -> dict[str, Any] | None:
            hits = [m for m in self.user.received if words in (m.get("text") or m.get("caption") or "")]
            return hits[-1] if hits else None

        return await self.api.wait_for(found)

    async def presses(self, label: str) -> None:
        """Press the newest button that begins so, once there is one."""

        def found() -> tuple[dict[str, Any], str] | None:
            for message in reversed(self.user.received):
                for one in _labels(message):
                    if one.startswith(label):
                        return message, one
            return None

        message, whole = await self.api.wait_for(found)
        self.user.tap(message, whole)

    async def joins(self, code: str) -> None:
        """Come in with an invitation."""
        self.user.say(f"/start {code}")
        await self.presses("Tôi đồng ý")
        await self.sees("hiển thị tên")
        await self.presses(self.name)
        await self.presses("✅ Gửi")
        await self.sees("đã tham gia.")


async def _status(run: Service, broadcast: int, **wanted: int) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found: dict[str, Any] = await run.command("broadcast", "status", str(broadcast))
        states = ("pending", "inflight", "retry", "sent", "failed", "skipped", "uncertain", "cancelled")
        assert sum(found[state] for state in states) == found["audience"]
        if all(found[name] == value for name, value in wanted.items()):
            return found
    raise AssertionError(f"status never became {wanted}: {found}")


async def test_from_invitation_to_digest_through_a_kill_in_mid_form(tmp_path: Path) -> None:
    content = contents.folder(tmp_path / "content")
    async with BotApi(token=TOKEN) as api, service(tmp_path, api.base_url, TOKEN, content=content) as run:
        hand = Hand(api, 1001, "Hoa")
        await api.wait_for(lambda: api.state.counts["setmycommands"])
        invite = await run.command("invite", "create", "--unit", COMMUNE, "--roles", "communicator;reporter")
        assert invite["code"] in invite["link"]
        await hand.joins(invite["code"])
        assert [m["unit"] for m in await run.command("member", "list")] == [COMMUNE]

        sent = await run.command("broadcast", "create", SLUG, "--unit", "66", "--now")
        await hand.sees("Kỳ họp thứ 6")
        await hand.presses("✅ Đã đọc")
        await hand.presses("✅ Đồng chí đã xác nhận")
        found = await _status(run, sent["id"], sent=1, acknowledged=1)
        assert found["audience"] == 1

        hand.user.say("/baocao")
        await hand.presses("Quốc hội")
        await hand.presses("Nông dân")
        await hand.sees("nghiêng về hướng nào")
        await run.kill()
        await hand.presses("Băn khoăn")  # pressed while nobody is there to answer
        await run.start()
        await hand.presses("Nhiều ý kiến")
        await hand.sees("Người dân nói gì")
        hand.user.say("Bà con hỏi bao giờ luật có hiệu lực. Gọi 0912345678 để biết.")
        await hand.presses("Bỏ qua")
        await hand.presses("Bình thường")
        summary = await hand.sees("[số điện thoại]")
        assert "0912345678" not in summary["text"]
        await hand.presses("✅ Gửi")
        receipt = await hand.sees("Đã ghi nhận")
        code = re.search(r"DL-[A-Z0-9]{6,}", receipt["text"])
        assert code is not None
        reports = await run.command("opinion", "list")
        assert [report["code"] for report in reports] == [code[0]]
        assert "0912345678" not in str(reports)

        today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()  # midnight may have been meanwhile
        since = (today - timedelta(days=1)).isoformat()
        words = ("digest", "--unit", "66", "--from", since, "--to", today.isoformat())
        _, digest, _ = await run.plain(*words, "--format", "json")
        assert '"total": null' in digest  # of so few reports nothing more is told
        _, text, _ = await run.plain(*words, "--format", "text")
        assert "dưới 5 phản ánh" in text
        assert "luật" not in text
        assert await run.stop() == 0
        assert TOKEN not in run.log.read_text()


async def test_a_member_is_told_nothing_twice_when_the_answer_is_lost(tmp_path: Path) -> None:
    async with BotApi(token=TOKEN) as api, service(tmp_path, api.base_url, TOKEN) as run:
        hand = Hand(api, 1002, "Bình")
        await api.wait_for(lambda: api.state.counts["setmycommands"])
        people = tmp_path / "people.csv"
        people.write_text(
            "name,unit,roles,language,account,chat_id,consent\n"
            f"Bình,{COMMUNE},communicator,vi,tinh,1002,phiếu giấy 2026-11-01\n"
        )
        code, out, err = await run.plain("member", "import", str(people))
        assert (code, err) == (0, "")
        assert "1 added" in out
        api.faults.append(Fault("sendMessage", accept=True, drop=True))
        sent = await run.command("broadcast", "create", SLUG, "--unit", COMMUNE, "--now")
        await hand.sees("Kỳ họp thứ 6")
        await _status(run, sent["id"], uncertain=1)
        await hand.presses("✅ Đã đọc")
        await _status(run, sent["id"], uncertain=0, sent=1, acknowledged=1)
        assert sum("Kỳ họp thứ 6" in m.get("text", "") for m in hand.user.received) == 1
