"""Questions of understanding: offered after confirming, counted by unit, and nobody's answer is kept."""

from typing import Any

import pytest
from sqlalchemy import delete, func, select

from bot.acts import understanding
from bot.acts.context import Context, Operator
from bot.acts.understanding import Figures
from bot.core.people.members import Role
from bot.core.talk.taps.reading import Confirm, Quiz
from bot.storage.database import Database
from bot.storage.people import erasing, members
from bot.storage.tables import audit, understood_by
from bot.storage.tables import understanding as counters
from tests.handlers.issuing import delivery_of, issue
from tests.handlers.sending import SLUG, words
from tests.handlers.village import BUON_MA_THUOT, EA_KAO, PROVINCE, Village, settled
from tests.storage.conftest import database

__all__ = ["database"]
TET = "tet-giap-thin-2024"
FIRST = "Mùng 1 Tết Giáp Thìn là ngày nào?"
RIGHT, WRONG = 2, 1


@pytest.fixture
async def town(database: Database) -> Village:
    home = await settled(database)
    await home.member("bt", "Biên tập tỉnh", PROVINCE, Role.EDITOR)
    await home.member("xa", "Biên tập xã", EA_KAO, Role.EDITOR)
    for unit, prefix, count in ((EA_KAO, "a", 8), (BUON_MA_THUOT, "b", 7)):
        for place in range(count):
            await home.member(f"{prefix}{place}", f"Người {place}", unit, Role.COMMUNICATOR)
    return home


async def answer(town: Village, run: int, chat: str, *picked: int) -> None:
    """Somebody confirms, and picks these choices of the first questions."""
    row = await delivery_of(town, run, chat)
    await town.press(chat, Confirm(row).encode())
    for question, choice in enumerate(picked, start=1):
        await town.press(chat, Quiz(row, question, choice).encode())


async def figures(town: Village, run: int, who: str = "") -> Figures:
    async with town.database.read() as conn:
        actor = await members.at(conn, "test", who) if who else Operator()
        found = await understanding.figures(Context(conn, town.house, actor, town.now), run)
    assert isinstance(found, Figures)
    return found


async def test_they_come_one_after_the_other_with_the_right_answer_and_its_sentence(town: Village) -> None:
    _, run = await issue(town, TET)
    row = await delivery_of(town, run, "a0")
    await town.press("a0", Confirm(row).encode())
    asked = town.screens["a0"][-2 if town.screens["a0"][-1].kind == "answer" else -1]
    assert asked.text == f"Hỏi nhanh 1/2 · không ai biết ai trả lời gì\n{FIRST}"
    assert asked.labels == ["Thứ Sáu, 09/02/2024", "Thứ Bảy, 10/02/2024", "Chủ nhật, 11/02/2024", "Để sau"]
    said = words(await town.say("a0", "1"))  # without a button: the wrong one
    assert "✅ Đáp án đúng: Thứ Bảy, 10/02/2024" in said
    assert "Trong bản tin: “Mùng 1 Tết là thứ Bảy, ngày 10/02/2024.”" in said
    assert "Hỏi nhanh 2/2" in said
    last = words(await town.tap("a0", "Nghiêm cấm ở các cấp"))
    assert "không lưu ai chọn gì" in last
    assert "Hỏi nhanh" not in last
    assert "đã trả lời rồi" not in words(await town.press("a0", Confirm(row).encode()))


async def test_what_is_said_is_the_same_whatever_was_picked(town: Village) -> None:
    _, run = await issue(town, TET)
    said = []
    for chat, choice in (("a0", WRONG), ("a1", RIGHT)):
        row = await delivery_of(town, run, chat)
        await town.press(chat, Confirm(row).encode())
        replies = await town.press(chat, Quiz(row, 1, choice).encode())
        said.append([(one.kind, one.text, one.labels, one.toast) for one in replies])
    assert said[0] == said[1]


async def rows(town: Village) -> list[list[dict[str, Any]]]:
    async with town.database.read() as conn:
        return [
            [dict(row._mapping) for row in await conn.execute(select(table).order_by(*table.primary_key))]
            for table in (counters, understood_by)
        ]


async def test_no_table_tells_who_picked_what(town: Village) -> None:
    _, run = await issue(town, TET)
    kept = []
    for choice in (WRONG, RIGHT):
        async with town.database.write() as conn:
            await conn.execute(delete(counters))
            await conn.execute(delete(understood_by))
        await answer(town, run, "a0", choice)
        await answer(town, run, "a1", RIGHT if choice == WRONG else WRONG)
        kept.append(await rows(town))
    assert kept[0] == kept[1]  # the two have answered, one of them right
    assert {tuple(one) for one in kept[0][1]} == {("run_id", "member_id", "answered", "until")}
    async with town.database.read() as conn:
        assert (await conn.execute(select(func.count()).select_from(audit))).scalar_one() == 0


async def test_each_answers_once_in_order_and_only_their_own_after_confirming(town: Village) -> None:
    _, run = await issue(town, TET)
    row = await delivery_of(town, run, "a0")
    assert "quiz" not in words(await town.press("a0", Quiz(row, 1, RIGHT).encode()))  # not confirmed
    await answer(town, run, "a0", RIGHT)
    for who, question, choice in (("a0", 1, WRONG), ("a0", 2, 4), ("a1", 1, RIGHT), ("stranger", 1, RIGHT)):
        await town.press(who, Quiz(row, question, choice).encode())
    assert "đã trả lời rồi" in words(await town.press("a0", Quiz(row, 1, RIGHT).encode()))
    counted, marked = await rows(town)
    assert sum(one["told"] + one["fresh"] for one in counted) == 1
    assert [one["answered"] for one in marked] == [1]


async def test_it_can_be_put_off_and_taken_up_again(town: Village) -> None:
    _, run = await issue(town, TET)
    row = await delivery_of(town, run, "a0")
    await town.press("a0", Confirm(row).encode())
    assert "trả lời sau cũng được" in words(await town.tap("a0", "Để sau"))
    assert "Hỏi nhanh 1/2" in words(await town.press("a0", Confirm(row).encode()))
    await town.press("a0", Quiz(row, 1, RIGHT).encode())
    assert "Hỏi nhanh 2/2" in words(await town.press("a0", Confirm(row).encode()))


async def test_new_answers_are_told_of_together_and_small_groups_not_at_all(town: Village) -> None:
    _, run = await issue(town, TET)
    for place in range(4):
        await answer(town, run, f"a{place}", RIGHT)
    assert (await figures(town, run)).questions[0].answered == 0  # four wait for a fifth
    await answer(town, run, "b0", WRONG)
    one = (await figures(town, run)).questions[0]
    assert (one.answered, list(one.choices), list(one.units)) == (5, [None, None, 0], [])
    for place in range(4, 8):
        await answer(town, run, f"a{place}", RIGHT)
    assert (await figures(town, run)).questions[0] == one  # four more wait
    await answer(town, run, "b1", WRONG)
    one = (await figures(town, run)).questions[0]
    assert (one.answered, list(one.choices)) == (10, [None, 5, 0])
    assert [(unit.answered, unit.right) for unit in one.units] == [(5, 5)]
    assert (await figures(town, run, "xa")).questions[0].answered == 5  # of their own people


async def test_the_editor_sees_what_was_not_understood_and_the_way_to_a_clarification(town: Village) -> None:
    _, run = await issue(town, TET)
    for place in range(5):
        await answer(town, run, f"a{place}", WRONG, RIGHT)
        await answer(town, run, f"b{place}", WRONG, RIGHT)
    await town.press("bt", f"run:show:{run}")
    shown = (await town.tap("bt", "📊 Đã hiểu đến đâu"))[0]
    assert "❗ Chưa rõ: 0 % trả lời đúng, trong ít nhất 10 người." in shown.text
    assert "• Thứ Bảy, 10/02/2024 (đúng): 0" in shown.text
    assert "100 % trả lời đúng, trong ít nhất 10 người." in shown.text
    assert "• Phường Ea Kao: 5/5 đúng" in shown.text
    assert shown.labels == ["✏️ Đính chính cho rõ", "Soạn bản tin nói rõ thêm", "↩️ Quay lại"]
    drafted = words(await town.tap("bt", "Soạn bản tin nói rõ thêm"))
    assert "📌 Nói rõ thêm: Tổ chức Tết Giáp Thìn 2024" in drafted
    assert f"{FIRST}" in drafted
    assert "Đúng là: Thứ Bảy, 10/02/2024. Trong bản tin: “Mùng 1 Tết là thứ Bảy, ngày 10/02/2024.”" in drafted
    assert "Biếu quà Tết" not in drafted  # that one was understood
    await town.tap("bt", "✅ Gửi")
    assert "Nói rõ thêm: Tổ chức Tết" in words(await town.say("bt", "/tiendo"))
    cut = (await town.press("xa", f"run:quiz:{run}"))[0]
    assert "✏️ Đính chính cho rõ" not in cut.labels
    assert "trong ít nhất 5 người" in cut.text
    for who in ("a0", "stranger"):
        assert not any("Chưa rõ" in one.text for one in await town.press(who, f"run:quiz:{run}"))


async def test_a_briefing_without_questions_asks_none(town: Village) -> None:
    _, run = await issue(town, SLUG)
    row = await delivery_of(town, run, "a0")
    assert "Hỏi nhanh" not in words(await town.press("a0", Confirm(row).encode()))
    assert "không có câu hỏi nhanh" in words(await town.press("bt", f"run:quiz:{run}"))
    await town.press("bt", f"run:show:{run}")
    assert "📊 Đã hiểu đến đâu" not in town.screens["bt"][-1].labels


async def test_who_leaves_takes_along_that_they_answered(town: Village) -> None:
    _, run = await issue(town, TET)
    await answer(town, run, "a0", RIGHT)
    assert "Câu hỏi nhanh đã trả lời (không lưu câu trả lời): 1" in words(
        await town.say("a0", "/dulieucuatoi")
    )
    async with town.database.write() as conn:
        person = await members.at(conn, "test", "a0")
        assert person is not None
        await erasing.leave(conn, person.id)
    counted, marked = await rows(town)
    assert marked == []
    assert sum(one["told"] + one["fresh"] for one in counted) == 1
