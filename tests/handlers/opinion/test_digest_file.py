"""A digest as a file: to who asked, of their own unit, for an hour."""

from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import select

from bot.core.people.members import Role
from bot.storage.accounts import files
from bot.storage.tables import audit, file
from tests.handlers.opinion.test_digest import OVER, heard
from tests.handlers.sending import people, words
from tests.handlers.village import EA_KAO, Village


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    await heard(home, EA_KAO, 6, "Giá cà phê tăng", day=OVER)
    return home


async def kept(town: Village) -> list[tuple[str, int | None, bytes]]:
    async with town.database.read() as conn:
        return [tuple(row) for row in await conn.execute(select(file.c.name, file.c.owner, file.c.data))]


async def test_the_format_is_asked_then_the_file_is_handed_out(town: Village) -> None:
    await town.press("editor-a", "dig:last_month")
    (asked, _) = await town.tap("editor-a", "📎 Lấy tệp")
    papers = ["Word · Thể thức của Đảng", "Word · Thể thức của Nhà nước"]
    assert asked.labels == [*papers, "Excel", "Biểu đồ", "CSV", "JSON", "↩️ Quay lại"]
    (sent, _) = await town.tap("editor-a", "Word · Thể thức của Đảng")
    assert sent.message.attachment is not None
    ((name, owner, data),) = await kept(town)
    assert name == "tong-hop-24169-20261001-20261031.docx"
    words = "\n".join(cell.text for row in Document(BytesIO(data)).tables[0].rows for cell in row.cells)
    assert "TỈNH ĐẮK LẮK\nPHƯỜNG EA KAO" in words
    assert town.house.owner.upper() not in words, "a commune's paper is its own"
    async with town.database.read() as conn:
        row = await files.get(conn, sent.message.attachment.file_id)
        assert row is not None
        assert row.owner == owner
        assert await files.is_for(conn, row, "test", "editor-a")
        assert not await files.is_for(conn, row, "test", "admin")
        noted = (await conn.execute(select(audit.c.act, audit.c.subject).order_by(audit.c.id))).all()
    assert ("digest_files.export", "unit:24169") in [tuple(one) for one in noted]


@pytest.mark.parametrize("form", ["docx.STATE_ND30", "xlsx", "png", "csv", "json"])
async def test_every_format_comes(town: Village, form: str) -> None:
    await town.press("admin", f"digf:{form}:2026-10-01_2026-10-31")
    assert [name.rpartition(".")[2] for name, _, _ in await kept(town)] == [form.partition(".")[0]]


@pytest.mark.parametrize(
    "data",
    [
        "digf:docx.NONE:last_month",
        "digf:exe:last_month",
        "digf:xlsx:day",
        "digf:xlsx:2026-10-01",
        "digf:xlsx:2026-12-01_2026-12-31",
        "digf:xlsx:month",
    ],
)
async def test_forged_or_empty_ones_are_refused_in_words(town: Village, data: str) -> None:
    (reply,) = await town.press("editor-a", data)
    assert reply.kind == "answer"
    assert reply.toast
    assert await kept(town) == []


async def test_who_may_not_sum_up_gets_no_file(town: Village) -> None:
    await town.member("plain", "Cộng tác viên", EA_KAO, Role.REPORTER)
    for chat in ("plain", "an", "người-lạ"):
        (reply,) = await town.press(chat, "digf:xlsx:last_month")
        assert reply.kind == "answer"
    assert await kept(town) == []


async def test_days_that_were_written_have_a_file_too(town: Village) -> None:
    await town.say("admin", "/tonghop 01/10/2026 31/10/2026")
    await town.tap("admin", "📎 Lấy tệp")
    assert "Bản dự thảo" in words(await town.tap("admin", "Excel"))
