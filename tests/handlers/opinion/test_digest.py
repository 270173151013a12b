"""/tonghop: counts that expose nobody, and only one's own subtree."""

import re
from datetime import date

import pytest
from sqlalchemy import delete, select, update

from bot.acts import digests, reporting
from bot.acts.context import Context
from bot.acts.digests import Summed
from bot.core.kernel.richtext import plain_text
from bot.core.opinion.digest import Digest, DigestText, GroupTexts
from bot.core.people.members import Role
from bot.storage.opinion import opinions
from bot.storage.opinion.owing import ZERO
from bot.storage.people import members
from bot.storage.tables import submission, unit
from bot.storage.talk import watches
from handlers import live
from handlers.opinion.digest import ROOM, as_text
from tests.handlers.sending import demote, people, words
from tests.handlers.village import ACCOUNT, BUON_MA_THUOT, EA_KAO, PROVINCE, Village

CODE = "DL-7K3M9Q"
TODAY, OVER = "2026-11-02", "2026-10-15"


@pytest.fixture
async def town(home: Village) -> Village:
    await people(home)
    return home


async def heard(
    home: Village,
    unit: str,
    count: int,
    text: str,
    *,
    day: str = TODAY,
    topic: str = "quoc-hoi",
    **other: str,
) -> None:
    """So many reports of one unit, by two people."""
    people = [await home.member(f"{unit}-{text}-{one}", "Người viết", unit, Role.REPORTER) for one in "ab"]
    async with home.database.write() as conn:
        for number in range(count):
            answers = {
                "topic": topic,
                "people": "NONG_DAN",
                "tendency": "DONG_TINH",
                "scale": "NHIEU",
                "content": f"{text} {number}",
                **other,
            }
            code = f"DL-{unit}-{topic}-{day}-{text[:8]}-{number}"
            await opinions.add(conn, opinions.Kept(code, "v", unit, day, answers), people[number % 2], day)


async def test_below_the_threshold_neither_counts_nor_words_are_shown(town: Village) -> None:
    await heard(town, EA_KAO, 4, "Của Ea Kao")
    text = words(await town.press("editor-a", "dig:month"))
    assert "Kỳ này Phường Ea Kao có dưới 5 phản ánh nên chưa tổng hợp" in text
    assert "Có khi nhiều hơn cũng vậy" in text  # the desk may show more than it says
    for trace in ("Của Ea Kao", "Quốc hội", "Đồng tình", ": 4"):
        assert trace not in text


async def test_the_period_is_asked_then_summed_up(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Giá cà phê tăng", day=OVER, proposal="Giữ giá")
    await heard(town, BUON_MA_THUOT, 7, "Đường hỏng", day=OVER, topic="kinh-te-xa-hoi", tendency="BAN_KHOAN")
    await heard(town, EA_KAO, 9, "Chuyện mới")
    await heard(town, EA_KAO, 20, "Chuyện cũ", day="2026-09-30")
    await town.say("admin", "/tonghop")
    text = words(await town.tap("admin", "Tháng trước"))
    assert "Tỉnh Đắk Lắk\nTừ 01/10/2026 đến 31/10/2026" in text
    assert "Số phản ánh: 13 (giảm 7 so với kỳ trước)" in text
    for line in (
        "Quốc hội: 6",
        "Kinh tế - xã hội: 7",
        "Theo khuynh hướng",
        "Đồng tình: 6",
        "Băn khoăn: 7",
        "Nông dân: 13",
    ):
        assert line in text
    assert "Phường Ea Kao: 6" in text
    assert "Phường Buôn Ma Thuột: 7" in text
    assert "Giá cà phê tăng 0 (đồng tình) Kiến nghị: Giữ giá" in text
    assert "Chuyện" not in text
    assert "không nêu số" not in text
    assert "Theo lĩnh vực\n• Kinh tế - xã hội: 7\n• Chính trị, pháp luật: 6\n" in text
    assert "chỉ dẫn lại một số ý kiến" in text


async def test_what_is_quoted_in_part_is_said_to_be_so(town: Village) -> None:
    """All in favour were quoted and few in doubt, without a word: it read as if everybody agreed."""
    await heard(town, EA_KAO, 5, "Tốt", day=OVER)
    await heard(town, BUON_MA_THUOT, 5, "Lo", day=OVER, tendency="BAN_KHOAN")
    assert "chỉ dẫn lại một số ý kiến" not in words(await town.press("admin", "dig:last_month"))


async def test_so_it_is_where_some_are_left_out_and_a_topic_is_not_told(town: Village) -> None:
    await heard(town, EA_KAO, 9, "Tốt", day=OVER)
    await heard(town, BUON_MA_THUOT, 8, "Đường", day=OVER, topic="kinh-te-xa-hoi")
    await heard(town, BUON_MA_THUOT, 2, "Quà", day=OVER, topic="tet", tendency="BAN_KHOAN")
    text = words(await town.press("admin", "dig:last_month"))
    assert "Bên được dẫn lại nhiều hơn chưa chắc có nhiều người nói hơn" in text
    assert "Chuyên đề không nêu số thì chưa tính vào." in text


async def test_a_month_that_is_over_stays_as_it_was_told(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Giá cà phê tăng", day=OVER)
    first = words(await town.press("editor-a", "dig:last_month"))
    async with town.database.write() as conn:
        gone = select(submission.c.id).order_by(submission.c.id).limit(2)
        await conn.execute(delete(submission).where(submission.c.id.in_(gone)))
    again = words(await town.press("editor-a", "dig:last_month"))
    assert "Số phản ánh: 6" in first
    assert "Số phản ánh: 6" in again  # or two digests would tell of those that went
    assert "Giá cà phê tăng 0" in first
    assert "Giá cà phê tăng 0" not in again  # what was taken back is told no more


async def test_of_a_week_with_few_reports_there_is_a_total_alone_and_it_says_where_there_is_more(
    town: Village,
) -> None:
    await heard(town, EA_KAO, 8, "Giá cà phê tăng", day="2026-10-28")
    week = words(await town.press("editor-a", "dig:last_week"))
    assert "Số phản ánh: ít nhất 5" in week
    assert "chỉ nêu tổng số. Bản tổng hợp tháng" in week
    assert "Theo chuyên đề" not in week
    assert "Giá cà phê" not in week
    assert "chỉ nêu tổng số" not in words(await town.press("editor-a", "dig:last_month"))


@pytest.mark.parametrize(
    ("now", "stands"),
    [({}, True), ({"tendency": "KHONG_DONG_TINH"}, False), ({"topic": "kinh-te-xa-hoi"}, False)],
)
async def test_what_is_mended_after_the_month_stands_below_no_heading_that_is_not_its_own(
    town: Village, now: dict[str, str], stands: bool
) -> None:
    await heard(town, EA_KAO, 9, "Giá cà phê tăng", day=OVER)
    first = words(await town.press("editor-a", "dig:last_month"))
    assert "• Giá cà phê tăng 0 (đồng tình)" in first
    async with town.database.write() as conn:
        one = select(submission.c.id).order_by(submission.c.id).limit(1).scalar_subquery()
        await conn.execute(update(submission).where(submission.c.id == one).values(code=CODE, desk=EA_KAO))
        writer = await members.at(conn, ACCOUNT, f"{EA_KAO}-Giá cà phê tăng-a")
        said = {"topic": "quoc-hoi", "people": "NONG_DAN", "tendency": "DONG_TINH", "scale": "NHIEU", **now}
        context = Context(conn, town.house, writer, town.now)
        assert await reporting.mend(context, CODE, {**said, "content": "Giá lên, giá xuống"}) == CODE
    again = words(await town.press("editor-a", "dig:last_month"))
    assert ("• Giá lên, giá xuống (đồng tình)" in again) == stands
    assert ("Giá lên" in again) == stands
    assert "Giá cà phê tăng 0" not in again
    assert [line for line in again.splitlines() if ": " in line] == [
        line for line in first.splitlines() if ": " in line
    ]


async def test_a_week_that_is_over_stays_as_it_was_told(town: Village) -> None:
    await heard(town, EA_KAO, 12, "Giá cà phê tăng", day="2026-10-28")
    first = words(await town.press("editor-a", "dig:last_week"))
    async with town.database.write() as conn:
        gone = select(submission.c.id).order_by(submission.c.id).limit(6)
        await conn.execute(delete(submission).where(submission.c.id.in_(gone)))
    again = words(await town.press("admin", "dig:last_week"))  # the province, told of at the same time
    assert "Số phản ánh: ít nhất 10" in first
    assert "Số phản ánh: ít nhất 10" in again
    assert not re.search(r"Giá cà phê tăng [0-5]$", again, re.MULTILINE)


async def test_what_still_runs_is_told_in_steps_however_often_it_is_asked(town: Village) -> None:
    await heard(town, EA_KAO, 7, "Giá cà phê tăng")
    text = words(await town.press("admin", "dig:month"))
    assert "Số phản ánh: ít nhất 5" in text
    assert "Số theo nhóm và ý kiến cụ thể có khi hết kỳ" in text
    assert "Quốc hội" not in text
    assert "Giá cà phê tăng" not in text
    await heard(town, EA_KAO, 2, "Thêm hai ý")
    assert words(await town.press("admin", "dig:month")).replace("Người", "") == text.replace("Người", "")
    await heard(town, EA_KAO, 1, "Ý thứ mười")
    assert "ít nhất 10" in words(await town.press("admin", "dig:month"))


async def test_small_groups_are_not_counted_and_it_says_why(town: Village) -> None:
    await heard(town, EA_KAO, 9, "Giá cà phê tăng", day=OVER)
    await heard(town, BUON_MA_THUOT, 2, "Đường hỏng", day=OVER, topic="doi-ngoai", tendency="KHONG_DONG_TINH")
    text = words(await town.press("admin", "dig:last_month"))
    assert "Số phản ánh: 11" in text
    assert "Phường Buôn Ma Thuột: không nêu số" in text
    assert "• Đối ngoại: không nêu số" in text
    assert "Nhóm dưới 5 phản ánh không nêu số" in text
    assert "Các chuyên đề khác" in text
    assert "không đồng tình," not in text
    below = words(await town.press("editor-a", "dig:last_month"))  # 9 there and 11 above would tell of the 2
    assert "nên chưa tổng hợp" in below
    assert "Giá cà phê" not in below


async def test_one_person_alone_is_not_summed_up(town: Village) -> None:
    async with town.database.write() as conn:
        for number in range(9):
            report = opinions.Kept(
                f"DL-{number}", "v", EA_KAO, OVER, {"topic": "tet", "content": "Một người"}
            )
            await opinions.add(conn, report, 1, OVER)
    for chat in ("editor-a", "admin"):
        text = words(await town.press(chat, "dig:last_month"))
        assert "nên chưa tổng hợp" in text
        assert "Một người" not in text


async def test_days_are_written_and_widened_to_months(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Giá cà phê tăng", day=OVER)
    text = words(await town.say("editor-a", "/tonghop 05/10/2026 20/10/2026"))
    assert "Từ 01/10/2026 đến 31/10/2026" in text
    assert "tháng trọn" in text
    assert "Kỳ từ 01/12/2026 chưa đến" in words(await town.say("editor-a", "/tonghop 01/12/2026 31/12/2026"))
    assert "Chưa rõ kỳ" in words(await town.say("editor-a", "/tonghop tháng mười"))
    assert "sau ngày cuối kỳ" in words(await town.say("editor-a", "/tonghop 02/10/2026 01/10/2026"))
    assert "Chưa rõ kỳ" in words(await town.say("editor-a", "/tonghop 31/02/2026 01/03/2026"))


async def test_who_should_have_reported_and_who_is_silent(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Giá cà phê tăng", day=OVER)
    await town.member("im", "Im lặng", BUON_MA_THUOT, Role.REPORTER)
    text = words(await town.press("admin", "dig:last_month"))
    assert "Đơn vị phải báo cáo: 2 · đã phản ánh: 1" in text
    assert "Chưa có báo cáo (1): Phường Buôn Ma Thuột" in text
    async with town.database.write() as conn:
        zero = opinions.Kept("DL-ZERO", "", BUON_MA_THUOT, OVER, {})
        await opinions.add(conn, zero, None, OVER, form=ZERO)
    text = words(await town.press("admin", "dig:last_month"))
    assert "đã phản ánh: 1 · không có vấn đề phát sinh: 1" in text
    assert "Chưa có báo cáo" not in text


async def test_an_empty_period_says_what_to_do(town: Village) -> None:
    replies = await town.press("admin", "dig:week")
    assert "chưa có phản ánh nào" in words(replies)
    assert "Quý này" in replies[0].labels


async def test_a_month_or_a_quarter_is_written_as_people_say_it(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Giá cà phê tăng", day=OVER)
    for said in ("tháng 10", "10/2026", "tháng trước"):
        assert "Từ 01/10/2026 đến 31/10/2026\nSố phản ánh: 6" in words(
            await town.say("admin", f"/tonghop {said}")
        )
    assert "Kỳ từ 01/12/2030 chưa đến" in words(await town.say("admin", "/tonghop tháng 12/2030"))
    assert "viết kỳ, ví dụ: /tonghop tháng 9" in words(await town.say("admin", "/tonghop tháng 13"))


async def test_a_commune_sees_only_its_own(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Của Ea Kao", day=OVER)
    await heard(town, BUON_MA_THUOT, 6, "Của Buôn Ma Thuột", day=OVER)
    text = words(await town.press("editor-a", "dig:last_month"))
    assert "Của Ea Kao" in text
    assert "Buôn Ma Thuột" not in text


@pytest.mark.parametrize("data", ["dig:day", "dig:", "dig:month:1", "dig:month' OR 1"])
async def test_forged_periods_have_no_effect(town: Village, data: str) -> None:
    replies = await town.press("admin", data)
    assert [reply.kind for reply in replies] == ["answer"]


async def test_who_may_not_sum_up_sees_nothing(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Của Ea Kao")
    boss = await town.member("boss", "Biên tập", PROVINCE, Role.EDITOR)
    await town.say("boss", "/tonghop")
    await demote(town, boss)
    for chat in ("an", "boss", "người-lạ"):
        replies = await town.press(chat, "dig:month")
        assert [reply.kind for reply in replies] == ["answer"]


async def test_many_texts_are_bounded_and_it_says_how_many_are_left_out(town: Village) -> None:
    await heard(town, EA_KAO, 60, "Dài " * 100, day=OVER)
    text = words(await town.press("admin", "dig:last_month"))
    assert len(text) < ROOM + 500
    assert "ý kiến chưa hiện ở đây" in text


async def test_every_topic_gets_its_share_of_the_room(town: Village) -> None:
    said = [
        DigestText(words={"content": f"{'a' * 300} {one}"}, beside={"tendency": "DONG_TINH"})
        for one in range(40)
    ]
    made = Digest(
        unit="/TW/66/",
        start=date(2026, 10, 1),
        end=date(2026, 10, 31),
        threshold=5,
        total=80,
        by={"topic": {"doi-ngoai": 40, "quoc-hoi": 40}, "tendency": {"DONG_TINH": 80}},
        texts=tuple(GroupTexts(group=topic, texts=tuple(said)) for topic in ("doi-ngoai", "quoc-hoi")),
    )
    summed = Summed(made, {}, (made.start, made.end))
    short = plain_text(as_text(town.house, summed, "vi", room=3000))
    assert short.index("Đối ngoại\n") < short.index("Quốc hội\n")
    assert short.count("(đồng tình") < 80
    whole = plain_text(as_text(town.house, summed, "vi"))
    assert whole.count("(đồng tình") == 80
    assert "chưa hiện" not in whole


async def test_where_no_message_can_be_changed_much_is_counted_before_the_answer(
    town: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "SOON", 8)
    await heard(town, EA_KAO, 12, "Giá cà phê tăng")
    assert "Số phản ánh: ít nhất 10" in words(await town.press("admin", "dig:month"))
    await heard(town, EA_KAO, 9, "Đã qua lâu", day="2026-08-03")
    assert "Số phản ánh: 9" in words(await town.say("admin", "/tonghop 1/8/2026 31/8/2026"))


async def test_many_reports_are_counted_apart_and_take_the_answers_place(
    town: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "SOON", 8)
    town.house.edits = frozenset({ACCOUNT})  # a platform on which a message can be changed
    await heard(town, EA_KAO, 12, "Giá cà phê tăng")
    assert "đang cộng" in words(await town.press("editor-a", "dig:month"))
    async with town.database.read() as conn:
        ((row, act, shown),) = await live.redraw(town.house, conn, town.now)
    assert "Số phản ánh: ít nhất 10" in plain_text(act.message.text)
    async with town.database.write() as conn:
        assert await watches.redrawn(conn, row, shown)
        assert await live.redraw(town.house, conn, town.now) == []  # once, and it moves no more


async def test_below_a_commune_nothing_is_summed_up_in_a_file_either(town: Village) -> None:
    async with town.database.write() as conn:
        path = (await conn.execute(select(unit.c.path).where(unit.c.code == EA_KAO))).scalar_one()
        hamlet = {"code": "T1", "parent": EA_KAO, "path": f"{path}T1/", "name": "Buôn Cư", "level": "CO_SO"}
        await conn.execute(unit.insert().values(**hamlet))
    await town.member("thon", "Trưởng buôn", "T1", Role.EDITOR)
    await heard(town, "T1", 7, "Riêng của buôn")
    replies = await town.press("thon", "dig:month")
    assert "từ cấp xã trở lên" in words(replies)
    assert "Riêng của buôn" not in words(replies)
    assert not [one for one in replies[-1].buttons if one.data.startswith("digf:")]
    (reply,) = await town.press("thon", "digf:json:month")
    assert "từ cấp xã trở lên" in reply.toast
