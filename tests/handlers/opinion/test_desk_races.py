"""A desk where several people work, and reports that change while they are read."""

import pytest
from sqlalchemy import select

from bot.core.talk.taps.reports import OnMine, OnReport
from bot.storage.tables import response, submission
from tests.handlers.opinion.test_desk import opened, sent, state, town
from tests.handlers.reporting import TAPS, TEXT
from tests.handlers.village import EA_KAO, Reply, Village

__all__ = ["town"]


async def typed(town: Village, who: str, code: str, words: str, button: str = "Trả lời") -> Reply:
    """An answer at its summary."""
    await opened(town, who, code)
    await town.tap(who, button)
    return (await town.say(who, words))[0]


async def said(town: Village) -> list[str]:
    """What desks have said of reports."""
    async with town.database.read() as conn:
        return list((await conn.execute(select(response.c.words).order_by(response.c.id))).scalars())


async def mended(town: Village, code: str, words: str) -> None:
    """The reporter has the report say something else."""
    await town.press("rep", OnMine("mend", code).encode())
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Nội dung")
    await town.say("rep", words)
    assert "Đã gửi lại" in (await town.tap("rep", "✅ Gửi"))[0].text


async def test_of_two_who_answer_at_once_the_second_is_told_and_decides(town: Village) -> None:
    code = await sent(town)
    await typed(town, "xa", code, "Sẽ sửa đường trong tháng này")
    await typed(town, "bt", code, "Chưa có kinh phí sửa")
    await town.tap("xa", "✅ Gửi")
    (warned,) = await town.say("bt", "gửi")
    assert f"Phản ánh {code} vừa có nội dung mới hoặc vừa được trả lời. Chưa có gì được gửi." in warned.text
    assert "Chưa có kinh phí sửa" in warned.text
    assert await said(town) == ["Sẽ sửa đường trong tháng này"]
    assert "Sẽ sửa đường" in (await town.say("bt", code))[0].text
    assert "Chưa có kinh phí sửa" in (await town.say("bt", "gửi"))[0].text  # shown again, then sent
    await town.say("bt", "gửi")
    assert await said(town) == ["Sẽ sửa đường trong tháng này", "Chưa có kinh phí sửa"]


async def test_what_is_mended_meanwhile_is_neither_verified_nor_closed_unread(town: Village) -> None:
    code = await sent(town)
    await opened(town, "xa", code)
    await opened(town, "bt", code)
    await mended(town, code, "Bà con khen đường liên thôn đẹp")
    await opened(town, "bt", code)  # it is no news to everybody
    (refused,) = (reply for reply in await town.tap("xa", "Đã xác minh") if reply.kind == "edit")
    assert "vừa có nội dung mới" in refused.text
    assert await state(town, code) == ("opened", EA_KAO)
    await town.tap("xa", "Mở phản ánh")
    assert "khen đường" in town.screens["xa"][-2].text
    await town.tap("xa", "Đã xác minh")
    assert await state(town, code) == ("verified", EA_KAO)


async def test_an_answer_to_what_was_taken_back_ends_with_a_word_and_strands_nobody(town: Village) -> None:
    code = await sent(town)
    await typed(town, "xa", code, "Sẽ sửa đường")
    await opened(town, "bt", code)
    await town.press("rep", OnMine("drop!", code).encode())
    (gone,) = await town.say("xa", "gửi")
    assert f"Phản ánh {code} không còn ở bàn này" in gone.text
    assert gone.labels == ["↩️ Bàn xử lý"]
    assert "không làm dở việc nào" in (await town.say("xa", "gửi"))[0].text
    before = (await town.tap("bt", "Trả lời"))[0]
    assert "không còn ở bàn này" in before.text  # said before anything is typed
    async with town.database.read() as conn:
        assert (await conn.execute(select(submission.c.id))).first() is None


async def test_what_another_has_answered_is_not_returned_and_the_way_to_it_is_shown(town: Village) -> None:
    code = await sent(town)
    await typed(town, "bt", code, "Đường ở thôn nào?", "Trả lại để bổ sung")
    await typed(town, "xa", code, "Sẽ sửa đường trong tháng này")
    await town.tap("xa", "✅ Gửi")
    await town.say("bt", "gửi")  # a warning first
    (over,) = await town.say("bt", "gửi")
    assert "vừa được người khác xử lý" in over.text
    assert over.labels == ["Mở phản ánh", "↩️ Bàn xử lý"]
    assert (await state(town, code))[0] == "answered"


async def to_mend(town: Village, code: str, words: str) -> None:
    """The summary of a report that is to say something else."""
    await town.press("rep", OnMine("mend", code).encode())
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Nội dung")
    await town.say("rep", words)


@pytest.mark.parametrize("gone", ["answered", "taken back"])
async def test_what_was_mended_too_late_is_kept_and_may_go_as_a_report_of_its_own(
    town: Village, gone: str
) -> None:
    code = await sent(town)
    await to_mend(town, code, "Đường hỏng 200 mét ở thôn 3")
    if gone == "answered":
        await typed(town, "xa", code, "Sẽ sửa đường")
        await town.tap("xa", "✅ Gửi")
    else:
        await town.press("rep", OnMine("drop!", code).encode())
    told = next(one for one in await town.tap("rep", "✅ Gửi") if one.text)
    assert f"Phản ánh {code} đã được trả lời, kết thúc hoặc rút" in told.text
    assert "Đường hỏng 200 mét" in told.text
    assert "Đây là phản ánh" not in told.text
    receipt = next(one for one in await town.tap("rep", "✅ Gửi") if one.text)
    assert "Đã ghi nhận phản ánh" in receipt.text
    assert code not in receipt.text


async def test_who_starts_over_writes_a_report_of_its_own_and_changes_none(town: Village) -> None:
    code = await sent(town)
    await to_mend(town, code, "Đường hỏng 200 mét ở thôn 3")
    await town.say("rep", "/baocao")
    await town.tap("rep", "Điền lại từ đầu")
    for label in TAPS:
        await town.tap("rep", label)
    await town.say("rep", "Giá phân bón tăng cao quá")
    await town.tap("rep", "Bỏ qua")
    summary = next(one for one in await town.tap("rep", "Bình thường") if one.text)
    assert "Đây là phản ánh" not in summary.text
    await town.tap("rep", "✅ Gửi")
    assert TEXT in (await town.say("rep", code))[0].text


async def test_of_two_that_were_to_be_merged_the_one_that_is_gone_is_named(town: Village) -> None:
    first, second = await sent(town), await sent(town, "Giá phân bón tăng cao quá")
    await opened(town, "xa", second)
    await town.tap("xa", "Gộp")
    await town.tap("xa", first)
    await town.press("rep", OnMine("drop!", first).encode())
    (gone,) = (one for one in await town.tap("xa", "Có, gộp lại") if one.text)
    assert f"Phản ánh {first} không còn ở bàn này" in gone.text
    assert (await state(town, second))[0] == "opened"


@pytest.mark.parametrize("which", ["the one that goes in", "the one it goes into", "an answer"])
async def test_what_was_changed_since_it_was_read_is_not_merged_but_shown_anew(
    town: Village, which: str
) -> None:
    first, second = await sent(town), await sent(town, "Giá phân bón tăng cao quá")
    await opened(town, "xa", second)
    await town.tap("xa", "Gộp")
    await town.tap("xa", first)
    if which == "an answer":
        await typed(town, "bt", first, "Bà con khen đường liên thôn đẹp")
        await town.tap("bt", "✅ Gửi")
    else:
        await mended(
            town, second if which == "the one that goes in" else first, "Bà con khen đường liên thôn đẹp"
        )
    shown = next(one for one in await town.tap("xa", "Có, gộp lại") if one.text)
    assert "Một trong hai phản ánh vừa có nội dung mới" in shown.text
    assert ("khen đường" in shown.text) is (which != "an answer")
    assert f"Gộp {second} vào {first}?" in shown.text
    assert (await state(town, second))[0] in ("received", "opened")
    done = next(one for one in await town.tap("xa", "Có, gộp lại") if one.text)
    assert f"Đã gộp phản ánh {second}" in done.text
    assert (await state(town, second))[0] == "merged"


async def test_a_button_that_does_not_say_what_was_read_shows_both_and_merges_nothing(town: Village) -> None:
    first, second = await sent(town), await sent(town, "Giá phân bón tăng cao quá")
    asked = (await town.press("xa", OnReport("merge!", second, first).encode()))[0]
    assert f"Gộp {second} vào {first}?" in asked.text
    assert (await state(town, second))[0] == "opened"


async def test_what_a_colleague_has_passed_on_is_said_to_be_elsewhere_and_can_be_read(town: Village) -> None:
    code = await sent(town)
    await typed(town, "xa", code, "Sẽ sửa đường")
    await opened(town, "bt", code)
    await town.tap("bt", "Chuyển cấp trên")
    yes = town.screens["bt"][-2].buttons[0].data
    await town.tap("bt", "Có, chuyển lên")
    (told,) = await town.say("xa", "gửi")
    assert f"Phản ánh {code} đã được chuyển tới bàn khác" in told.text
    assert told.labels == ["Mở phản ánh", "↩️ Bàn xử lý"]
    assert "đã được chuyển" in next(one for one in await town.press("bt", yes) if one.text).text
