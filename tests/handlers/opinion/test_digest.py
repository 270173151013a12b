"""/tonghop: counts that expose nobody, and only one's own subtree."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.acts.digests import Summed
from bot.core.kernel.richtext import plain_text
from bot.core.opinion.digest import Opinion, summarise
from bot.core.people.members import Role
from bot.storage.opinion import opinions
from bot.storage.tables import delivery
from handlers.opinion.digest import ROOM, as_text, span
from tests.handlers.sending import demote, people, words
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Village

TODAY = "2026-11-02"


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
    """So many reports of one unit."""
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
            await opinions.add(conn, opinions.Kept(code, "v", unit, day, answers), None, day)


async def test_below_the_threshold_neither_counts_nor_words_are_shown(town: Village) -> None:
    await heard(town, EA_KAO, 4, "Của Ea Kao")
    text = words(await town.press("editor-a", "dig:month"))
    assert "Kỳ này Phường Ea Kao có dưới 5 phản ánh nên chưa tổng hợp" in text
    for trace in ("Của Ea Kao", "Quốc hội", "Đồng tình", ": 4"):
        assert trace not in text


async def test_the_period_is_asked_then_summed_up(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Giá cà phê tăng", proposal="Giữ giá")
    await heard(town, BUON_MA_THUOT, 7, "Đường hỏng", topic="kinh-te-xa-hoi", tendency="BAN_KHOAN")
    await heard(town, EA_KAO, 9, "Chuyện cũ", day="2026-10-31")
    await town.say("admin", "/tonghop")
    text = words(await town.tap("admin", "Tháng này"))
    assert "Tỉnh Đắk Lắk\nTừ 01/11/2026 đến 02/11/2026" in text
    assert "Số phản ánh: 13" in text
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
    assert "Giá cà phê tăng 0 (đồng tình, nhiều ý kiến) Kiến nghị: Giữ giá" in text
    assert "Chuyện cũ" not in text
    assert "không nêu số" not in text
    assert "Số phản ánh: 9" in words(await town.press("admin", "dig:last_month"))


async def test_small_groups_are_not_counted_and_it_says_why(town: Village) -> None:
    await heard(town, EA_KAO, 9, "Giá cà phê tăng")
    await heard(town, BUON_MA_THUOT, 2, "Đường hỏng", topic="doi-ngoai", tendency="KHONG_DONG_TINH")
    text = words(await town.press("admin", "dig:month"))
    assert "Phường Buôn Ma Thuột: không nêu số" in text
    assert ": 2" not in text
    assert "Nhóm dưới 5 phản ánh không nêu số" in text
    assert "Các chuyên đề khác" in text
    assert "không đồng tình," not in text


async def test_an_empty_period_says_what_to_do(town: Village) -> None:
    replies = await town.press("admin", "dig:week")
    assert "chưa có phản ánh nào" in words(replies)
    assert "Quý này" in replies[0].labels


async def test_a_commune_sees_only_its_own(town: Village) -> None:
    await heard(town, EA_KAO, 6, "Của Ea Kao")
    await heard(town, BUON_MA_THUOT, 6, "Của Buôn Ma Thuột")
    text = words(await town.press("editor-a", "dig:month"))
    assert "Của Ea Kao" in text
    assert "Buôn Ma Thuột" not in text


@pytest.mark.parametrize("data", ["dig:year", "dig:", "dig:month:1", "dig:month' OR 1"])
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
    await heard(town, EA_KAO, 60, "Dài " * 100)
    text = words(await town.press("admin", "dig:month"))
    assert len(text) < ROOM + 500
    assert "ý kiến chưa hiện ở đây" in text
    async with town.database.read() as conn:
        assert (
            await conn.execute(select(delivery.c.id).where(delivery.c.run_id.is_not(None)))
        ).first() is None


async def test_every_topic_gets_its_share_of_the_room(town: Village) -> None:
    long = [
        Opinion(
            unit="/TW/66/",
            day=date(2026, 11, 2),
            answers={
                "topic": topic,
                "tendency": "DONG_TINH",
                "scale": "NHIEU",
                "content": f"{topic} {'a' * 300} {number}",
            },
        )
        for topic in ("doi-ngoai", "quoc-hoi")
        for number in range(40)
    ]
    summed = summarise(long, town.house.forms["opinion"], "/TW/66/", date(2026, 11, 1), date(2026, 11, 2), 5)
    short = plain_text(as_text(town.house, Summed(summed, {}), "vi", room=3000))
    assert "doi-ngoai" in short
    assert "quoc-hoi" in short
    whole = plain_text(as_text(town.house, Summed(summed, {}), "vi"))
    assert whole.count("(đồng tình, nhiều ý kiến") == 80
    assert "chưa hiện" not in whole


def test_periods() -> None:
    today = date(2026, 11, 4)  # a Wednesday
    assert span("week", today) == (date(2026, 11, 2), today)
    assert span("month", today) == (date(2026, 11, 1), today)
    assert span("last_month", today) == (date(2026, 10, 1), date(2026, 10, 31))
    assert span("quarter", today) == (date(2026, 10, 1), today)
    assert span("last_month", date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert span("quarter", date(2026, 3, 31)) == (date(2026, 1, 1), date(2026, 3, 31))
