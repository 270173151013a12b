"""/buoi: an oral briefing is noted down in taps or numbers, mended, withdrawn, and counted."""

import pytest
from sqlalchemy import func, select

from bot.core.kernel.values import Ms
from bot.core.people.members import Role
from bot.storage.database import Database
from bot.storage.opinion import owing
from bot.storage.tables import answer, submission, submission_author
from tests.handlers.reporting import PRIVATE
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Reply, Village, settled
from tests.storage.conftest import database

__all__ = ["database"]


@pytest.fixture
async def town(database: Database) -> Village:
    """A communicator and an administrator in one commune, a reporter-communicator in another."""
    home = await settled(database)
    await home.member("ttv", "Hoa", EA_KAO, Role.COMMUNICATOR)
    await home.member("xa", "Quản trị xã", EA_KAO, Role.ADMINISTRATOR)
    await home.member("bmt", "Lan", BUON_MA_THUOT, Role.COMMUNICATOR, Role.REPORTER)
    await home.member("tinh", "Quản trị tỉnh", PROVINCE, Role.ADMINISTRATOR)
    return home


async def to_summary(town: Village, chat: str, heads: str = "50–99") -> Reply:
    """Every question answered by buttons."""
    await town.say(chat, "/buoi")
    await town.tap(chat, "✏️ Ghi buổi mới")
    for label in ("Hôm nay", "Phường", "Tết Nguyên đán", "✅ Xong", "Loa truyền thanh", heads):
        replies = await town.tap(chat, label)
    return replies[0]


async def kept(town: Village) -> list[tuple[str, str, str, str, str]]:
    async with town.database.read() as conn:
        rows = await conn.execute(select(submission).order_by(submission.c.id))
        return [(row.form, row.unit, row.day, row.state, row.topic) for row in rows]


async def test_one_is_noted_down_in_taps_and_read_back(town: Village) -> None:
    summary = await to_summary(town, "ttv")
    assert "Ngày: 02/11/2026" in summary.text
    assert "Số người nghe: 50–99 người" in summary.text
    (done, _) = await town.tap("ttv", "✅ Gửi")
    assert "thứ Hai 02/11 · Tết Nguyên đán · Loa truyền thanh · 50–99 người" in done.text
    assert await kept(town) == [("buoi", EA_KAO, "2026-11-02", "closed", "")]
    listed = (await town.say("ttv", "/buoi"))[0]
    assert "Buổi tuyên truyền miệng của đồng chí: 1" in listed.text
    assert "📊 Số liệu của đơn vị" not in listed.labels  # a communicator's own alone
    assert (await town.press("ttv", "heldin:month"))[-1].toast


async def test_numbers_and_typed_days_do_the_same(town: Village) -> None:
    await town.say("ttv", "tuyên truyền miệng")
    for words in ("1", "1", "28/10", "2"):  # the command, a new one, the day, elsewhere
        await town.say("ttv", words)
    masked = (await town.say("ttv", f"Nhà bà Hoa, {PRIVATE}"[:79]))[0].text
    assert "0912" not in masked
    for words in ("1, 2", "1", "6"):
        replies = await town.say("ttv", words)
    assert "Nơi tổ chức: Nhà bà Hoa, Gọi anh ấy số [số điện thoại]" in replies[0].text
    assert "Bỏ tên: bà Hoa" in replies[0].labels
    await town.tap("ttv", "Bỏ tên: bà Hoa")
    await town.say("ttv", "Gửi")
    assert [row[2] for row in await kept(town)] == ["2026-10-28"]
    figures = (await town.press("xa", "heldin:last_month"))[0].text
    assert figures.count(": 1\n") >= 2  # both topics


@pytest.mark.parametrize(
    ("words", "band"),
    [("30", "20–49 người"), ("khoảng 1000 người", "500 người trở lên"), ("độ 15 bà con", "Dưới 20 người")],
)
async def test_a_number_of_listeners_is_the_band_it_falls_into(town: Village, words: str, band: str) -> None:
    await town.say("ttv", "/buoi")
    await town.tap("ttv", "✏️ Ghi buổi mới")
    for label in ("Hôm nay", "Phường", "Tết Nguyên đán", "✅ Xong", "Loa truyền thanh"):
        await town.tap("ttv", label)
    (summary, *_) = await town.say("ttv", words)
    assert f"Số người nghe: {band}" in summary.text


async def test_it_is_mended_withdrawn_and_nobody_elses(town: Village) -> None:
    await to_summary(town, "ttv")
    await town.tap("ttv", "✅ Gửi")
    await town.say("ttv", "/buoi")
    opened = (await town.tap("ttv", "BM-"))[0]
    code = opened.text.split()[2].rstrip(",")
    assert "Địa bàn: Phường Ea Kao" in opened.text
    await town.tap("ttv", "✏️ Sửa buổi này")
    for label in ("✏️ Sửa", "Số người nghe", "100–199", "✅ Gửi"):
        replies = await town.tap("ttv", label)
    assert f"Đã sửa buổi {code}" in replies[0].text
    assert "100–199 người" in replies[0].text
    for step in ("open", "mend", "drop", "drop!"):
        assert "không còn hiệu lực" in (await town.press("bmt", f"held:{step}:{code}:0"))[-1].toast
    await town.say("ttv", "/buoi")
    for label in ("BM-", "❌ Rút lại buổi này", "Rút lại"):
        replies = await town.tap("ttv", label)
    assert f"Đã rút lại buổi {code}" in replies[0].text
    async with town.database.read() as conn:
        left = [
            (await conn.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (submission, answer, submission_author)
        ]
    assert left == [0, 0, 0]


async def test_totals_add_up_by_unit_for_those_over_it_alone(town: Village) -> None:
    for chat, heads in (("ttv", "50–99"), ("ttv", "500 người"), ("bmt", "Dưới 20")):
        await to_summary(town, chat, heads)
        await town.tap(chat, "✅ Gửi")
    await town.say("tinh", "/buoi")
    province = (await town.tap("tinh", "📊 Số liệu của đơn vị"))[0].text
    assert "Tỉnh Đắk Lắk\nTừ 01/11/2026 đến 02/11/2026: 3 buổi, từ 551 lượt người nghe." in province
    assert "• Phường Ea Kao: 2 buổi, từ 550 lượt người" in province
    assert "• Phường Buôn Ma Thuột: 1 buổi, 1–19 lượt người" in province
    assert "• Loa truyền thanh: 3" in province
    commune = (await town.press("xa", "heldin:year"))[0].text
    assert "Phường Ea Kao\nTừ 01/01/2026 đến 02/11/2026: 2 buổi" in commune
    assert "Buôn Ma Thuột" not in commune
    assert "Chưa có buổi nào" in (await town.press("xa", "heldin:last_month"))[0].text
    assert not (await town.press("stranger", "heldin:year"))[0].text


async def test_each_is_shown_to_those_over_its_unit_and_never_by_whom(town: Village) -> None:
    for chat in ("ttv",) * 8 + ("bmt",):
        await to_summary(town, chat)
        await town.tap(chat, "✅ Gửi")
    await town.press("tinh", "heldin:month")
    first = (await town.tap("tinh", "🗓 Xem từng buổi"))[0]
    assert first.text.count("• Phường Ea Kao: thứ Hai 02/11 · Tết Nguyên đán") == 7
    assert "Hoa" not in first.text
    more = (await town.tap("tinh", "Xem tiếp (2)"))[0]
    assert "• Phường Buôn Ma Thuột: thứ Hai 02/11" in more.text
    assert "Về đầu danh sách" in more.labels
    assert "Buôn Ma Thuột" not in (await town.press("xa", "heldall:month:7"))[0].text
    assert "Chưa có buổi nào" in (await town.press("xa", "heldall:last_month:0"))[0].text
    for nobody in ("ttv", "stranger"):
        assert "• " not in (await town.press(nobody, "heldall:month:0"))[0].text


async def test_it_is_no_report_and_shows_among_ones_own_data(town: Village) -> None:
    await to_summary(town, "bmt")
    await town.tap("bmt", "✅ Gửi")
    async with town.database.read() as conn:
        assert await owing.owing(conn, "2026-11-02", "2026-11-08", 0, 9, Ms(0)) == [3]
    shown = (await town.say("bmt", "/dulieucuatoi"))[0].text
    assert "Buổi tuyên truyền miệng còn gắn với đồng chí: BM-" in shown
    assert "BM-" not in (await town.say("tinh", "/banxuly"))[0].text


async def test_a_form_that_is_half_filled_goes_on_and_an_old_day_is_refused(town: Village) -> None:
    await town.say("ttv", "/buoi")
    await town.tap("ttv", "✏️ Ghi buổi mới")
    await town.tap("ttv", "Hôm qua")
    town.now += 500 * 86_400_000
    await town.say("ttv", "/buoi")
    assert "dở" in (await town.tap("ttv", "✏️ Ghi buổi mới"))[0].text
    await town.tap("ttv", "Điền tiếp")
    for label in ("Phường", "Tết Nguyên đán", "✅ Xong", "Trực tuyến", "20–49"):
        await town.tap("ttv", label)
    refused = (await town.tap("ttv", "✅ Gửi"))[0].text
    assert "Ngày này nằm ngoài khoảng cho phép." in refused
    assert "Hình thức: Trực tuyến" in refused  # what was answered is kept
    assert await kept(town) == []
