"""What was typed into a report is offered to be taken out of the chat, where the platform lets us."""

from bot.acts import undelivered
from bot.core.delivery.reasons import Reason
from bot.core.kernel.richtext import plain_text
from bot.core.ports import Shared
from bot.core.talk.reply import DeleteReply
from bot.core.talk.taps.screens import TakeOut
from tests.handlers.opinion.test_desk import sent, town
from tests.handlers.reporting import PRIVATE, to_summary, to_text
from tests.handlers.village import ACCOUNT, Village

__all__ = ["town"]

OFFERED = "Xóa tin vừa gõ"


async def test_all_that_was_typed_goes_with_one_tap(town: Village) -> None:
    town.numbered = True
    before = town.now // 1000
    await to_summary(town, PRIVATE)
    await town.tap("rep", "✏️ Sửa")
    await town.tap("rep", "Nội dung")
    await town.say("rep", "Đường hỏng nặng, ai cũng than")
    mended = town.now // 1000
    receipt = (await town.tap("rep", "✅ Gửi"))[0]
    assert receipt.labels == ["Xem phản ánh", OFFERED]
    gone = await town.tap("rep", OFFERED)
    (taken,) = (one.messages for one in gone if one.kind == "delete")
    # What was typed at first was the sixth thing that was done. The newest first: it may go for the longest.
    assert taken == (str(mended), str(before + 6))
    assert any("Đang xóa" in one.toast for one in gone)
    assert OFFERED not in town.screens["rep"][-1].labels


async def test_what_is_not_sent_may_go_too_and_elsewhere_nothing_is_offered(town: Village) -> None:
    town.numbered = True
    await to_summary(town, PRIVATE)
    await town.tap("rep", "❌ Hủy")
    dropped = (await town.tap("rep", "Có"))[0]
    assert dropped.labels[-1] == OFFERED
    town.numbered = False
    await sent(town)
    assert OFFERED not in town.screens["rep"][-1].labels


async def test_nobody_who_is_not_in_takes_anything_out(town: Village) -> None:
    assert [one.kind for one in await town.press("stranger", TakeOut("7").encode())] == ["answer"]


async def test_what_cannot_be_taken_out_is_told(town: Village) -> None:
    act = DeleteReply(messages=("8", "7"))
    async with town.database.write() as conn:
        said = await undelivered.in_its_place(town.house, conn, ACCOUNT, "rep", act, 1, Reason.MESSAGE_GONE)
    assert said is not None
    assert "48 giờ" in plain_text(said.message.text)


async def test_a_photo_whose_words_passed_the_guard_goes_with_them(town: Village) -> None:
    town.numbered = True
    await to_text(town)
    await town.share("rep", Shared("h", "a.jpg", "image/jpeg", "photo", 9, PRIVATE))
    captioned = str(town.now // 1000)
    await town.tap("rep", "❌ Hủy")
    await town.tap("rep", "Có")
    gone = await town.tap("rep", OFFERED)
    assert [one.messages for one in gone if one.kind == "delete"] == [(captioned,)]
