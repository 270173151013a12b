"""A quarter of the whole province: reported, asked for, answered, signed off at two levels; then one goes."""

import json
from collections.abc import AsyncIterator
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from bot.acts import digest_papers, digests, signing_files
from bot.acts.context import Context, Refusal
from bot.acts.digest_files import Format
from bot.acts.digest_papers import Opened
from bot.acts.digests import Summed
from bot.acts.handouts import Made
from bot.core.kernel.values import UnitPath
from bot.core.opinion.signing import Part
from bot.engine.retention import REPLIES_KEPT_MS, tidy
from bot.storage.tables import answer, metadata, submission
from tests.acceptance.quarter import FEW, MONTHS, REPORTERS, SILENT, Quarter, opened
from tests.handlers.reporting import CODE
from tests.handlers.sending import words
from tests.handlers.village import PROVINCE, ZONE, Village, village

SIGNED = {7: 6, 8: 6, 9: None}  # communes that sign: in the last month all of them
WEEK = {7: (6, 10), 8: (3, 7), 9: (7, 11)}  # the Monday of the reports, the Friday of the question
PLANTED = "Bà con thôn Hoa Ban kể riêng chuyện mất nước"
DRY = ("Kinh tế - xã hội", "Nông dân", "Băn khoăn", "Nhiều ý kiến")


@pytest.fixture
async def quarter(tmp_path: Path) -> AsyncIterator[Quarter]:
    async with village(tmp_path) as home:
        found = Quarter(home)
        found.turn_to(7, 1)
        await found.settle()
        yield found


async def report(home: Village, chat: str, text: str, urgency: str) -> str:
    """A report filled in in the chat; its code."""
    await home.say(chat, "/baocao")
    for label in DRY:
        await home.tap(chat, label)
    await home.say(chat, text)
    await home.tap(chat, "Bỏ qua")
    await home.tap(chat, urgency)
    found = CODE.search(words(await home.tap(chat, "✅ Gửi")))
    assert found is not None
    return found[0]


async def handled(home: Village, code: str, month: int) -> str:
    """An urgent report rings, is returned, mended, sent again and answered; its code."""
    text = PLANTED if month == MONTHS[-1] else f"Đường hỏng nặng tháng {month}"
    found = await report(home, f"r0-{code}", text, "Khẩn")
    assert "Có phản ánh khẩn" in home.screens[f"e-{code}"][-1].text
    await home.tap(f"e-{code}", "Mở phản ánh")
    await home.tap(f"e-{code}", "Trả lại để bổ sung")
    await home.say(f"e-{code}", "Ở thôn nào?")
    await home.tap(f"e-{code}", "✅ Gửi")
    assert "Ở thôn nào?" in home.screens[f"r0-{code}"][-1].text
    await home.tap(f"r0-{code}", "✏️ Sửa")
    await home.tap(f"r0-{code}", "✅ Gửi")
    await home.press(f"e-{code}", f"rep:answer:{found}")
    await home.say(f"e-{code}", "Xã sẽ sửa trong tuần.")
    await home.tap(f"e-{code}", "✅ Gửi")
    assert "Xã sẽ sửa trong tuần." in home.screens[f"r0-{code}"][-1].text
    return found


async def in_store(quarter: Quarter, *planted: str) -> list[str]:
    """The tables in which any of these words stand."""
    found = []
    async with quarter.home.database.read() as conn:
        for table in metadata.sorted_tables:
            rows = [str(tuple(row)) for row in await conn.execute(select(table))]
            found += [f"{table.name}: {one}" for one in planted if any(one in row for row in rows)]
    return found


async def test_a_quarter_of_the_whole_province(quarter: Quarter) -> None:
    home, urgent = quarter.home, ""
    sources: Opened | None = None
    for month in MONTHS:
        monday, friday = WEEK[month]
        quarter.turn_to(month, monday)
        await quarter.reports(month)
        told = quarter.told[month]
        assert len(told) == 102 - SILENT
        commune = max(told, key=lambda code: (told[code], code))
        urgent = await handled(home, commune, month)
        told[commune] += 1
        silent = next(code for code in quarter.communes if code not in told)
        zero = words(await home.say(f"r0-{silent}", "/khongphatsinh"))
        assert "không có vấn đề phát sinh" in zero
        quarter.turn_to(month, friday, 15)
        asked = await quarter.ask()
        assert asked == SILENT * REPORTERS - 1 + FEW * (
            REPORTERS - 2
        )  # all who said nothing, and nobody else
        assert await quarter.ask() == 0  # each once
        quarter.turn_to(month + 1, 3)
        await quarter.close()
        for code in quarter.communes[: SIGNED[month]]:
            await quarter.sign(month, code)
        sources = await above(quarter, month)
    assert sources is not None
    async with quarter.acting() as ctx:
        whole = await digests.read(
            ctx, UnitPath("/TW/66/"), date(2026, MONTHS[0], 1), date(2026, MONTHS[-1], 30)
        )
        assert isinstance(whole, Summed)
        assert whole.digest.total == sum(sum(told.values()) for told in quarter.told.values())
        assert len(whole.digest.coverage.reported) == 102  # silent ones differ from month to month
    await leaves(quarter, f"r0-{commune}", urgent, PLANTED, sources)
    await leaves(quarter, *await of_the_digest(quarter, sources), sources)


async def above(quarter: Quarter, month: int) -> Opened:
    """The province sees who is silent, words its digest, has it endorsed; its files are opened."""
    home, told = quarter.home, quarter.told[month]
    signed = SIGNED[month] or 102
    await home.press("editor", "dig:last_month")
    screen = words(await home.tap("editor", "✏️ Lập báo cáo kỳ này"))
    assert f"Cấp dưới có {signed}/102 đơn vị đã gửi báo cáo" in screen
    assert f"Chưa duyệt báo cáo ({102 - signed})" in screen or signed == 102
    silent = SILENT - 1  # one of them had nothing to report
    assert f"phải báo cáo: 102 · đã phản ánh: {len(told)} · không có vấn đề phát sinh: 1" in screen
    assert f"Chưa có báo cáo ({silent})" in screen
    await home.tap("editor", "✏️ Sửa lời báo cáo")
    await home.tap("editor", "✏️ Nhận định, đánh giá")
    await home.say("editor", f"Tình hình tháng {month} ổn định.")
    await home.tap("editor", "✅ Gửi")
    await home.tap("editor", "Xem báo cáo")
    await home.tap("editor", "🔔 Trình duyệt")
    await home.tap("head", "Xem báo cáo")
    await home.tap("head", "✅ Duyệt")
    assert "Trạng thái: đã duyệt" in words(await home.tap("head", "✅ Duyệt báo cáo"))
    async with quarter.acting() as ctx:
        listed = await digest_papers.listed(ctx, PROVINCE)
        assert not isinstance(listed, Refusal)
        found = opened(await digest_papers.look(ctx, listed.rows[0].id))
        assert found.summed.digest.total == sum(told.values())
        assert found.signing.sources.forwarded == signed
        withheld = [code for code, count in told.items() if count < home.house.threshold]
        assert len(withheld) == FEW
        by_unit = {path.rstrip("/").rpartition("/")[2]: n for path, n in found.summed.digest.by_unit.items()}
        assert all(by_unit[code] is None for code in withheld)
        await files(ctx, found, month)
    return found


async def files(ctx: Context, found: Opened, month: int) -> None:
    """Each file says what was written, its numbers, and that nobody has numbered and signed it; never who."""
    digest, said = found.summed.digest, f"Tình hình tháng {month} ổn định."
    assert digest.total is not None
    for layout in ("PARTY_2026", "STATE_ND30"):
        made = await _made(ctx, found, Format.DOCX, layout)
        text = "\n".join(one.text for one in Document(BytesIO(made.data)).paragraphs)
        assert said in text
        assert f"Trong kỳ có {digest.total} phản ánh" in text
        assert "DỰ THẢO (đơn vị đã duyệt ngày" in text
    book = CalamineWorkbook.from_filelike(BytesIO((await _made(ctx, found, Format.XLSX)).data))
    rows = book.get_sheet_by_index(0).to_python()
    assert said in [cell for row in rows for cell in row]
    cells = {row[0]: row[1] for row in rows}
    for path, count in digest.by_unit.items():
        assert cells[found.summed.names[path]] == ("không nêu số" if count is None else count)
    png = (await _made(ctx, found, Format.PNG)).data
    assert (png[:4], int.from_bytes(png[16:20], "big")) == (b"\x89PNG", 1080)
    assert said in (await _made(ctx, found, Format.CSV)).data.decode("utf-8-sig")
    value = json.loads((await _made(ctx, found, Format.JSON)).data)
    assert value["total"] == digest.total
    assert list(value["by_unit"].values()) == list(digest.by_unit.values())
    assert value["signing"]["words"]["parts"][str(Part.ASSESSMENT)] == said
    assert await telling(ctx, found, "DL-", "Người r", "r0-") == []


async def telling(ctx: Context, found: Opened, *traces: str) -> list[str]:
    """The formats of whose files one says one of these, anywhere in it."""
    told = []
    for form in Format:
        data = (await _made(ctx, found, form, "STATE_ND30")).data
        if data.startswith(b"PK"):
            with ZipFile(BytesIO(data)) as parts:
                data = b"".join(parts.read(name) for name in parts.namelist())
        told += [str(form) for one in traces if one.encode() in data]
    return told


async def _made(ctx: Context, found: Opened, form: Format, layout: str = "") -> Made:
    made = await signing_files.make(ctx, found.row.id, form, layout)
    assert isinstance(made, Made)
    return made


async def of_the_digest(quarter: Quarter, digest: Opened) -> tuple[str, str, str]:
    """Somebody whose words stand in the files of a digest: their chat, the report's code, the words."""
    texts = [text.words["content"] for group in digest.summed.digest.texts for text in group.texts]
    said = next(one for one in texts if one.startswith("Ý kiến 1 "))
    commune = said.split()[4]
    async with quarter.home.database.read() as conn:
        query = select(submission.c.code).join(answer, answer.c.submission_id == submission.c.id)
        code = (await conn.execute(query.where(answer.c.value == said))).scalar_one()
    async with quarter.acting() as ctx:
        assert set(await telling(ctx, digest, said)) >= {"xlsx", "csv", "json"}
    return f"r1-{commune}", code, said


async def leaves(quarter: Quarter, chat: str, code: str, said: str, digest: Opened) -> None:
    """A reporter takes a report back, then withdraws: nothing of it or of them is anywhere any more."""
    home = quarter.home
    assert len(await in_store(quarter, said, f"Người {chat}")) > 1
    await home.say(chat, code)
    await home.tap(chat, "Rút phản ánh này")
    await home.tap(chat, "Có, rút lại")
    await home.say(chat, "/xoa")
    await home.tap(chat, "Đồng ý xóa hết")
    home.now += REPLIES_KEPT_MS + 1
    await tidy(home.database, ZONE, home.now, 30, 30)  # the screens that it was shown on
    after = await quarter.looked_at(digest.row.id)
    before, now = (one.summed.digest.model_copy(update={"texts": ()}) for one in (digest, after))
    assert now == before  # what was told stays told
    async with quarter.acting() as ctx:
        assert await telling(ctx, after, said, f"Người {chat}") == []
    assert await in_store(quarter, said, f"Người {chat}") == []
