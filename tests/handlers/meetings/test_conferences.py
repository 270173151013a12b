"""/hoinghi: a conference is announced, its points fill up, the silent are reminded, units send proposals."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from bot.acts import conference_notices, conferences, succession, training
from bot.acts.context import Context, Operator, Refusal
from bot.core.people.members import Role
from bot.core.people.unit_changes import Change, Kind
from bot.core.people.units import Level
from bot.storage.accounts import endpoints
from bot.storage.database import Database
from bot.storage.people import units
from bot.storage.tables import broadcast, conference, conference_point, file, submission, submission_author
from tests.contents import known
from tests.handlers.sending import create
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Reply, Village, settled
from tests.storage.conftest import database

__all__ = ["database"]
HOUR, DAY = 3_600_000, 86_400_000
TITLE = "Hội nghị báo cáo viên tháng 11"


@pytest.fixture
async def town(database: Database) -> Village:
    """A province's editor; two communes with an administrator each, one of them with a communicator too."""
    home = await settled(database)
    await home.member("tinh", "Biên tập", PROVINCE, Role.EDITOR)
    await home.member("eakao", "Quản trị", EA_KAO, Role.ADMINISTRATOR)
    await home.member("bmt", "Quản trị", BUON_MA_THUOT, Role.ADMINISTRATOR)
    await home.member("ttv", "Hoa", EA_KAO, Role.COMMUNICATOR)
    return home


async def announced(town: Village) -> Reply:
    """The province's editor announces one for Friday at two, with numbers where there are choices."""
    await town.say("tinh", "/hoinghi")
    await town.tap("tinh", "✏️ Mời hội nghị mới")
    for words in (TITLE, "14h ngày 6/11", "2", "https://hop.example/abc", "1. Giá cả\n2. Tết", "1"):
        await town.say("tinh", words)
    summary = (await town.say("tinh", "2"))[0]
    assert "Thời gian: 14:00 thứ Sáu 06/11/2026" in summary.text
    assert "Khi gửi, 102 đơn vị được mời xác nhận điểm cầu." in summary.text
    assert "❗ 100 đơn vị chưa có ai nhận được tin." in summary.text
    return (await town.tap("tinh", "✅ Gửi"))[0]


def heard(town: Village, chat: str, words: str) -> list[Reply]:
    return [reply for reply in town.screens.get(chat, []) if words in reply.text]


async def passes(town: Village, to: int) -> None:
    """The clock goes on, and the loop says what is due."""
    town.now = max(town.now, to)
    for _ in range(20):
        async with town.database.write() as conn:
            if not await conference_notices.tell_some(town.house, conn, town.now):
                break
    await town.read("nobody")


async def begins(town: Village) -> int:
    async with town.database.read() as conn:
        return int((await conn.execute(select(conference.c.at))).scalar_one())


async def test_points_are_confirmed_in_taps_and_the_host_sees_them_fill_up(town: Village) -> None:
    receipt = (await announced(town)).text
    assert "✅ Đã mời 102 đơn vị" in receipt
    assert "❗ 100 đơn vị chưa có ai nhận được tin." in receipt
    await passes(town, town.now)
    (asked,) = heard(town, "eakao", "mời dự hội nghị")
    assert "14:00 thứ Sáu 06/11/2026. Nơi họp, đường dẫn: https://hop.example/abc" in asked.text
    assert heard(town, "ttv", "mời dự") == []
    await town.tap("eakao", "✅ Xác nhận điểm cầu")
    await town.tap("eakao", "Hội trường UBND")
    await town.say("eakao", "3")
    await town.tap("eakao", "Ban Xây dựng Đảng")
    assert "Đã xác nhận điểm cầu" in (await town.tap("eakao", "✅ Gửi"))[0].text
    await town.tap("bmt", "❌ Không tổ chức được")
    await town.say("bmt", "Hội trường đang sửa, gọi 0912 345 678")
    await town.say("bmt", "Gửi")
    screen = (await town.press("tinh", "conf:open:1:0"))[0]
    assert "📊 ▓" not in screen.text  # two of 102 fill no block
    assert "1 % đã trả lời (2/102) · 1 không tổ chức" in screen.text
    assert (
        "chưa có ai ở đơn vị nhận được lời mời" in screen.text
    )  # the behind first: nobody there could be told
    table = screen.message.text[-1].plain().splitlines()
    assert len(table) == 10, "one paragraph, a point a line"
    listed = "\n".join(
        [(await town.press("tinh", f"conf:open:1:{skip}"))[0].text for skip in range(0, 102, 10)]
    )
    assert "✅ Phường Ea Kao: Hội trường UBND · 50–99 người · Ban Xây dựng Đảng" in listed
    assert "❌ Phường Buôn Ma Thuột: không tổ chức. Hội trường đang sửa, gọi [số điện thoại]" in listed
    own = (await town.press("eakao", "conf:open:1:0"))[0]
    assert "Điểm cầu của đơn vị mình: Hội trường UBND · 50–99 người" in own.text
    assert "Buôn Ma Thuột" not in own.text
    assert "📎 Bảng Excel" not in own.labels
    assert "đã xác nhận điểm cầu" in (await town.say("eakao", "/hoinghi"))[0].text
    for step in ("cancel!", "remind", "close!", "hang"):
        assert (await town.press("eakao", f"conf:{step}:1:0"))[-1].toast
    assert (await town.press("ttv", "conf:open:1:0"))[-1].toast


async def test_the_silent_alone_are_reminded_so_often_and_no_more(town: Village) -> None:
    await announced(town)
    await passes(town, town.now)
    for label in ("✅ Xác nhận điểm cầu", "Nhà văn hóa", "Dưới 20", "Văn phòng Đảng ủy", "✅ Gửi"):
        await town.tap("eakao", label)
    await town.press("tinh", "conf:open:1:0")
    await town.tap("tinh", "🔔 Nhắc 1 đơn vị")  # a hundred more are silent: nobody hears there
    await passes(town, town.now)
    assert [len(heard(town, one, "chưa trả lời về điểm cầu hội nghị")) for one in ("eakao", "bmt")] == [0, 1]
    assert "nhắc" in (await town.press("tinh", "conf:remind:1:0"))[-1].toast
    await passes(town, town.now)
    assert len(heard(town, "bmt", "chưa trả lời về điểm cầu hội nghị")) == 1
    await passes(town, await begins(town) - 2 * DAY + HOUR)  # a day before they have to have answered
    assert len(heard(town, "bmt", "chưa trả lời về điểm cầu hội nghị")) == 2


async def test_where_nobody_hears_nobody_is_reminded(town: Village) -> None:
    await announced(town)
    async with town.database.write() as conn:
        for chat in ("eakao", "bmt"):
            await endpoints.close(conn, ACCOUNT, chat, "blocked", town.now)
    shown = await town.press("tinh", "conf:open:1:0")
    assert not [label for one in shown for label in one.labels if label.startswith("🔔")]
    assert "chưa có ai nhận được tin" in (await town.press("tinh", "conf:remind:1:0"))[-1].toast
    async with town.database.write() as conn:
        await endpoints.reopen(conn, ACCOUNT, "bmt", town.now)
    shown = await town.press("tinh", "conf:open:1:0")
    assert "🔔 Nhắc 1 đơn vị chưa trả lời" in [label for one in shown for label in one.labels]


async def test_the_day_is_told_and_proposals_are_sent_afterwards_and_summed_up(town: Village) -> None:
    await announced(town)
    await passes(town, town.now)
    at = await begins(town)
    await passes(town, at - 7 * HOUR)
    assert len(heard(town, "bmt", "🗓 Hôm nay có hội nghị")) == 1
    await passes(town, at + 60_000)
    async with town.database.read() as conn:
        assert (await conn.execute(select(conference.c.state))).scalar_one() == "held"
    assert "không còn nhận trả lời" in (await town.press("bmt", "conf:confirm:1:0"))[-1].toast
    await passes(town, at + DAY)
    assert len(heard(town, "bmt", "đã diễn ra. Đơn vị mình có khó khăn")) == 1
    await town.tap("bmt", "Gửi khó khăn, đề xuất")
    await town.say("bmt", "2")
    await town.say("bmt", "Cấp thêm tài liệu bằng tiếng Ê Đê, gọi 0912 345 678")
    await town.tap("bmt", "Đơn vị chủ trì")
    assert "Đã gửi ý kiến của đơn vị" in (await town.tap("bmt", "✅ Gửi"))[0].text
    summed = (await town.press("tinh", "conf:proposals:1:0"))[0]
    assert "Đề xuất, kiến nghị: 1" in summed.text
    assert "• Phường Buôn Ma Thuột: Cấp thêm tài liệu bằng tiếng Ê Đê, gọi [số điện thoại]" in summed.text
    assert "Ê Đê" not in (await town.press("eakao", "conf:proposals:1:0"))[0].text
    async with town.database.read() as conn:
        assert (await conn.execute(select(submission.c.form))).scalars().all() == ["kiennghi"]
        assert (await conn.execute(select(submission_author))).all() == []
    await town.press("bmt", "conf:proposals:1:0")
    await town.tap("bmt", "❌ Rút:")
    assert "Chưa có ý kiến nào" in (await town.press("tinh", "conf:proposals:1:0"))[0].text
    await town.press("tinh", "conf:open:1:0")
    await town.tap("tinh", "Thôi nhận đề xuất")
    await town.tap("tinh", "Thôi nhận")
    assert "đã kết thúc" in heard(town, "tinh", "đã kết thúc")[-1].text
    assert "🗓 Xem hội nghị" in heard(town, "bmt", "đã diễn ra. Đơn vị")[0].labels


async def test_a_conference_that_is_called_off_is_told_to_every_point(town: Village) -> None:
    await announced(town)
    await passes(town, town.now)
    await town.press("tinh", "conf:open:1:0")
    assert "Mọi đơn vị được mời sẽ nhận được tin" in (await town.tap("tinh", "❌ Hủy hội nghị"))[0].text
    await town.tap("tinh", "❌ Hủy hội nghị này")
    await passes(town, await begins(town) + 2 * DAY)
    for chat in ("eakao", "bmt"):
        assert len(heard(town, chat, "không diễn ra nữa")) == 1
        assert heard(town, chat, "đã diễn ra. Đơn vị mình") == []
    async with town.database.read() as conn:
        states = (await conn.execute(select(conference.c.state))).scalars().all()
        assert (states, len((await conn.execute(select(conference_point))).all())) == (["cancelled"], 102)


async def test_what_is_late_is_not_told_and_nobody_hears_twice(town: Village) -> None:
    await announced(town)
    await passes(town, await begins(town) + 3 * DAY)  # nobody ran meanwhile
    assert heard(town, "bmt", "Hôm nay có hội nghị") == heard(town, "bmt", "chưa trả lời về") == []
    await passes(town, town.now)
    assert len(heard(town, "bmt", "đã diễn ra. Đơn vị mình")) == 1


async def test_a_briefing_given_there_hangs_on_it_and_the_table_is_a_sheet(town: Village) -> None:
    await announced(town)
    assert "chưa có bản tin nào" in (await town.press("tinh", "conf:hang:1:0"))[0].text
    number = await create(town, PROVINCE, at=town.now + DAY)
    for state in ("returned", "scheduled"):
        async with town.database.write() as conn:
            await conn.execute(update(broadcast).values(state=state))
        offered = await town.press("tinh", "conf:hang:1:0")
        assert any(label.startswith("Gắn: ") for label in offered[0].labels) == (state == "scheduled")
    await town.tap("tinh", "Gắn: ")
    assert "📌 Bản tin tại hội nghị: Những kết quả" in (await town.press("tinh", "conf:open:1:0"))[0].text
    assert (await town.press("bmt", f"conf:hang_off:1:{number}"))[-1].toast
    assert "Những kết quả" not in (await town.press("bmt", "conf:open:1:0"))[0].text, "it has yet to go out"
    await town.press("tinh", "conf:hang:1:0")
    await town.tap("tinh", "Thôi gắn: ")
    assert "📌" not in (await town.press("tinh", "conf:open:1:0"))[0].text
    replies = await town.press("tinh", "conf:sheet:1:0")
    (found,) = (reply.message.attachment for reply in replies if reply.message.attachment)
    async with town.database.read() as conn:
        kept = (await conn.execute(select(file).where(file.c.id == found.file_id))).one()
    assert kept.name == "diem-cau-1.xlsx"
    with ZipFile(BytesIO(kept.data)) as book:
        words = book.read("xl/sharedStrings.xml").decode()
    assert all(one in words for one in (TITLE, "Phường Ea Kao", "Chưa trả lời", "Nơi đặt điểm cầu"))


async def test_the_top_sees_a_bar_a_province_and_a_province_sees_its_own_below_it(town: Village) -> None:
    await town.member("tw", "Biên tập", "TW", Role.EDITOR)
    await town.say("tw", "/hoinghi")
    await town.tap("tw", "✏️ Mời hội nghị mới")
    for words in (TITLE, "14h ngày 6/11", "2", "https://hop.example/abc", "Tết", "2", "2"):
        await town.say("tw", words)
    await town.tap("tw", "✅ Gửi")
    await passes(town, town.now)
    for label in ("✅ Xác nhận điểm cầu", "Nhà văn hóa", "Dưới 20", "Văn phòng Đảng ủy", "✅ Gửi"):
        await town.tap("eakao", label)
    screen = (await town.press("tw", "conf:open:1:0"))[0].text
    assert "• Tỉnh Đắk Lắk: ░░░░░░░░░░ 0 % đã trả lời (1/103)" in screen
    assert "Ea Kao" not in screen
    own = (await town.press("tinh", "conf:open:1:0"))[0]
    assert "Đơn vị mình chưa trả lời về điểm cầu" in own.text
    assert "(1/103)" in own.text
    assert not any(label.startswith(("🔔", "❌ Hủy")) for label in own.labels)  # the host's alone
    await town.tap("tinh", "✅ Xác nhận điểm cầu")
    for label in ("Hội trường UBND", "200 người", "Ban Xây dựng Đảng", "✅ Gửi"):
        await town.tap("tinh", label)
    assert "(2/103)" in (await town.press("tw", "conf:open:1:0"))[0].text


async def test_oral_briefings_that_pass_it_on_hang_on_it(town: Village) -> None:
    await announced(town)
    await passes(town, await begins(town) + HOUR)
    await town.say("ttv", "/buoi")
    await town.tap("ttv", "✏️ Ghi buổi mới")
    for label in ("Hôm nay", "Phường", "Tết Nguyên đán", "✅ Xong", "Loa truyền thanh", "50–99", TITLE):
        summary = await town.tap("ttv", label)
    assert f"Truyền đạt hội nghị: {TITLE}" in summary[0].text
    await town.tap("ttv", "✅ Gửi")
    passed_on = "Đã truyền đạt lại: 1 buổi, 50–99 lượt người nghe"
    assert passed_on in (await town.press("tinh", "conf:open:1:0"))[0].text
    assert passed_on in (await town.press("eakao", "conf:open:1:0"))[0].text
    assert passed_on not in (await town.press("bmt", "conf:open:1:0"))[0].text
    await town.say("ttv", "/buoi")
    for label in ("BM-", "✏️ Sửa buổi này", "✏️ Sửa", "Truyền đạt hội nghị", "Bỏ qua", "✅ Gửi"):
        await town.tap("ttv", label)
    assert passed_on not in (await town.press("tinh", "conf:open:1:0"))[0].text


async def test_a_unit_in_training_asks_nobody(town: Village) -> None:
    async with town.database.write() as conn:
        operator = Context(conn, town.house, Operator(), town.now)
        assert not isinstance(await training.rule(operator, PROVINCE, True), Refusal)
    await town.read("nobody")
    await town.say("tinh", "/hoinghi")
    await town.tap("tinh", "✏️ Mời hội nghị mới")
    for words in (TITLE, "14h ngày 6/11", "2", "https://hop.example/abc", "Tết", "1", "2"):
        await town.say("tinh", words)
    refused = (await town.tap("tinh", "✅ Gửi"))[0].text
    assert "Tỉnh Đắk Lắk đang tập huấn" in refused
    assert TITLE in refused  # what was filled in is kept
    await passes(town, town.now)
    assert heard(town, "eakao", "mời dự hội nghị") == []


async def test_an_answer_that_comes_too_late_ends_with_a_way_on(town: Village) -> None:
    await announced(town)
    await passes(town, town.now)
    for label in ("✅ Xác nhận điểm cầu", "Nhà văn hóa", "Dưới 20", "Văn phòng Đảng ủy"):
        await town.tap("eakao", label)
    await town.press("tinh", "conf:cancel!:1:0")
    (late,) = [one for one in await town.tap("eakao", "✅ Gửi") if one.text]
    assert "không còn nhận trả lời" in late.text
    assert late.labels == ["🗓 Xem hội nghị"]
    assert "không còn nhận khó khăn" in (await town.press("eakao", "conf:propose:1:0"))[-1].toast
    assert "không làm dở việc nào" in (await town.say("eakao", "Gửi"))[0].text, "no form is left open"


async def becomes(town: Village, *changes: Change) -> None:
    """The tree changes today, as a decree says."""
    day = town.house.today(town.now)
    tree = known().tree.model_copy(update={"changes": changes})
    async with town.database.write() as conn:
        await units.synchronise(conn, tree.on(day), day.isoformat())
        await succession.follow(conn, town.house.texts, day, town.now)


async def test_whoever_a_unit_became_answers_for_its_point_and_is_told_so(town: Village) -> None:
    await announced(town)
    day = town.house.today(town.now)
    new = Change(day=day, kind=Kind.NEW, units=("D1",), into=(PROVINCE,), name="Xã Mới", level=Level.COMMUNE)
    merge = Change(day=day, kind=Kind.MERGE, units=(EA_KAO, BUON_MA_THUOT), into=("D1",))
    await becomes(town, new, merge)
    await town.read("nobody")
    assert heard(town, "eakao", "Hội nghị và điểm cầu: 1")
    for label in ("Nhà văn hóa", "Dưới 20", "Văn phòng Đảng ủy", "✅ Gửi"):
        if label == "Nhà văn hóa":
            await town.press("eakao", "conf:confirm:1:0")
        await town.tap("eakao", label)
    async with town.database.read() as conn:
        mine = conference_point.c.unit.in_((EA_KAO, BUON_MA_THUOT, "D1"))
        rows = (await conn.execute(select(conference_point).where(mine))).all()
    assert [(row.unit, row.path, row.state) for row in rows] == [("D1", "/TW/66/D1/", "confirmed")]
    assert "Điểm cầu của đơn vị mình: Nhà văn hóa" in (await town.press("bmt", "conf:open:1:0"))[0].text


async def test_a_conference_goes_on_where_its_host_moved_or_became_another(town: Village) -> None:
    await town.member("xa", "Biên tập", EA_KAO, Role.EDITOR)
    day = town.house.today(town.now)
    below = Change(
        day=day, kind=Kind.NEW, units=("T1",), into=(EA_KAO,), name="Buôn Một", level=Level.GRASSROOTS
    )
    await becomes(town, below)
    await town.member("buon", "Trưởng buôn", "T1", Role.ADMINISTRATOR)
    async with town.database.write() as conn:
        answers = {"title": TITLE, "at": str(town.now + DAY), "how": "TRUC_TUYEN"}
        answers |= {"place": "Zoom", "agenda": "Tết", "whom": "TRUC_THUOC", "days": "1"}
        made = await conferences.announce(Context(conn, town.house, Operator(), town.now), answers, EA_KAO)
    assert not isinstance(made, Refusal)
    await becomes(town, below, Change(day=day, kind=Kind.MERGE, units=(EA_KAO,), into=(BUON_MA_THUOT,)))
    await town.press("buon", "conf:confirm:1:0")
    for label in ("Nhà văn hóa", "Dưới 20", "Văn phòng Đảng ủy", "✅ Gửi"):
        await town.tap("buon", label)
    screen = (await town.press("xa", "conf:open:1:0"))[0]
    assert "✅ Buôn Một: Nhà văn hóa" in screen.text
    assert "Phường Buôn Ma Thuột" in screen.text
    assert "❌" in " ".join(screen.labels)


async def test_another_time_is_told_to_every_point_and_what_was_said_of_it_stays(town: Village) -> None:
    await announced(town)
    await passes(town, town.now)
    await town.press("eakao", "conf:confirm:1:0")
    for words in ("Nhà văn hóa", "2", "Ban Xây dựng Đảng"):
        await town.say("eakao", words)
    await town.tap("eakao", "✅ Gửi")
    before = await begins(town)
    asked = (await town.press("tinh", "conf:open:1:0"))[0]
    assert "✏️ Đổi thời gian, nơi họp" in asked.labels
    assert "✏️ Đổi thời gian, nơi họp" not in (await town.press("eakao", "conf:open:1:0"))[0].labels
    await town.tap("tinh", "✏️ Đổi thời gian, nơi họp")
    await town.say("tinh", "8h ngày 10/11")
    await town.tap("tinh", "Bỏ qua")
    receipt = (await town.tap("tinh", "✅ Gửi"))[0]
    assert "✅ Đã đổi" in receipt.text
    await passes(town, town.now)
    (kept,) = heard(town, "eakao", "đổi thời gian hoặc nơi họp")
    assert "08:00 thứ Ba 10/11/2026. Nơi họp, đường dẫn: https://hop.example/abc" in kept.text
    assert "vẫn giữ: Nhà văn hóa" in kept.text
    (silent,) = heard(town, "bmt", "đổi thời gian hoặc nơi họp")
    assert "trả lời về điểm cầu trước 08:00" in silent.text
    await passes(town, before + HOUR)  # nothing happens at the old time
    assert heard(town, "eakao", "Hôm nay có hội nghị") == []
    assert "sắp diễn ra" in (await town.press("eakao", "conf:open:1:0"))[0].text
    await passes(town, await begins(town) - HOUR + 1)
    assert "Điểm cầu của đơn vị mình: Nhà văn hóa" in heard(town, "eakao", "Hôm nay có hội nghị")[0].text
    await passes(town, await begins(town))
    assert "đã diễn ra" in (await town.press("eakao", "conf:open:1:0"))[0].text
    late = await changes(town, {"place": "Nơi khác"})
    assert late == Refusal("conference.over")


async def changes(town: Village, said: dict[str, str]) -> object:
    """The operator changes the first conference."""
    async with town.database.write() as conn:
        return await conferences.change(Context(conn, town.house, Operator(), town.now), 1, said)


async def test_what_is_no_change_or_no_time_to_come_is_refused(town: Village) -> None:
    await announced(town)
    assert await changes(town, {}) == Refusal("conference.nothing_changed")
    assert await changes(town, {"at": str(await begins(town))}) == Refusal("conference.nothing_changed")
    assert await changes(town, {"at": str(town.now - 1)}) == Refusal("conference.no_time")
    assert isinstance(await changes(town, {"place": "MẬT"}), Refusal)


async def test_a_cancelled_conference_asks_nothing_any_more(town: Village) -> None:
    await announced(town)
    await passes(town, town.now)
    await town.press("tinh", "conf:cancel!:1:0")
    screen = (await town.press("eakao", "conf:open:1:0"))[0].text
    assert "đã hủy" in screen
    assert "chưa trả lời" not in screen
    assert "Trả lời trước" not in screen


async def test_the_silent_are_reminded_by_itself_no_oftener_than_is_allowed(town: Village) -> None:
    await announced(town)
    begun = await begins(town)
    chase = begun - 3 * DAY  # asked until two days before, reminded a day before that
    await passes(town, chase - HOUR)
    await town.press("tinh", "conf:remind:1:0")  # just before it would be by itself
    await passes(town, chase + HOUR)
    await passes(town, chase + 2 * HOUR)
    assert len(heard(town, "bmt", "chưa trả lời về điểm cầu")) == 1
