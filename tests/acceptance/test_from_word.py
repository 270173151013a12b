"""Written in Word, delivered in the chat: sent by an editor over a real wire, read aside, got by a member."""

import io
from pathlib import Path

import docx

from bot.core.kernel.filetypes import MEDIA_TYPES
from tests import contents
from tests.acceptance.service import service
from tests.acceptance.test_whole_loop import COMMUNE, Hand
from tests.fakes.botapi import BotApi

TOKEN = "4243:from-word-token"
TITLE = "Phòng chống cháy rừng mùa khô"


def _document() -> bytes:
    made, data = docx.Document(), io.BytesIO()
    made.add_heading(TITLE, 0)
    made.add_paragraph("Bà con không đốt nương khi có gió.")
    made.save(data)
    return data.getvalue()


async def test_a_word_document_sent_by_an_editor_reaches_a_member(tmp_path: Path) -> None:
    content = contents.folder(tmp_path / "content")
    async with BotApi(token=TOKEN) as api, service(tmp_path, api.base_url, TOKEN, content=content) as run:
        editor, hoa = Hand(api, 1001, "Minh"), Hand(api, 1002, "Hoa")
        await api.wait_for(lambda: api.state.counts["setmycommands"])
        for one, role in ((editor, "editor"), (hoa, "communicator")):
            invite = await run.command("invite", "create", "--unit", COMMUNE, "--roles", role)
            await one.joins(invite["code"])
        editor.user.say("/phat")
        await editor.sees("Đồng chí phát nội dung nào?")
        editor.user.share_document("Tin.docx", _document(), media_type=MEDIA_TYPES[".docx"])
        await editor.sees("✅ Đã đọc văn bản “Tin.docx”.")
        for label in ("Quốc hội", "Cả xã Krông Pắc", "Bình thường", "Gửi ngay"):
            await editor.presses(label)
        await editor.sees("Lịch gửi: Gửi ngay")
        await editor.presses("✅ Gửi")
        got = await hoa.sees(TITLE)
        assert "không đốt nương" in got["text"]
        await hoa.presses("📎 Tài liệu (1)")
        await hoa.sees("📎 Tin.docx")
