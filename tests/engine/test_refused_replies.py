"""A reply that the platform refuses for good: the screen comes as a new message, or its chat is told."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.acts import undelivered
from bot.core.delivery.outcome import NotSent, Outcome, Rejected, Sent, Throttled, Uncertain, Unreachable
from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import Priority
from bot.core.kernel.capabilities import Capabilities
from bot.core.kernel.richtext import paragraph
from bot.core.people.permissions import Act
from bot.core.ports import AnswerTap, EditPart, SendPart
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.reply import AnswerReply, EditReply, Reply, SendReply
from bot.storage.accounts import files
from bot.storage.delivery import claims, recovery, replies
from bot.storage.delivery.offers import at as offered
from bot.storage.people import members, refusals, suspension
from bot.storage.tables import delivery, watch
from bot.storage.talk import watches
from tests.engine.desk import Desk, always
from tests.engine.script import said
from tests.handlers.village import house
from tests.storage.scene import ACCOUNT, NOW, scene
from tests.stores import store

CHAT = "m0@alpha"
GONE = Rejected(Reason.MESSAGE_GONE, "message can't be edited")
TOO_LARGE = Rejected(Reason.FILE_TOO_LARGE)
ROWS = ((Button(label="Một", data="go:trogiup"), Button(label="Hai", data="go:moinhat")),)
SCREEN = Message(text=(paragraph("màn hình"),), buttons=ROWS)
EDIT = EditReply(message_id="7", message=SCREEN)


@pytest.fixture(params=["sqlite", "postgres"])
async def at(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with store(request.param, tmp_path) as database:
        home = await scene(database)
        await home.member(CHAT)
        found = Desk(home)
        found.channel.capabilities = Capabilities(4096, 1024, "none", True, True, True)
        found.in_its_place = partial(undelivered.in_its_place, house())
        yield found


async def say(at: Desk, act: Reply, chat_id: str = CHAT, *, stranger: bool = False) -> None:
    async with at.database.write() as conn:
        await replies.put(conn, ACCOUNT, chat_id, act, NOW, stranger=stranger)


async def asked(at: Desk, outcome: Outcome, rounds: int = 4) -> list[SendPart | EditPart]:
    """What the platform was asked until nothing was left, where it answers so."""
    sender, begun = at.sender(), len(at.channel.asked)
    at.channel.at_once = always(outcome)
    for _ in range(rounds):
        at.time.advance(5)
        await at.step(sender)
    await sender.stop()
    requests = [one.request for one in at.channel.asked[begun:]]
    assert all(isinstance(one, SendPart | EditPart) for one in requests)
    return requests  # type: ignore[return-value]


async def pressed(at: Desk, act: AnswerReply) -> list[AnswerTap | str]:
    """What the platform was asked of a press that it will not have answered: the notice, then messages."""
    async with at.database.write() as conn:
        await replies.put(conn, ACCOUNT, None, act, NOW)
    sender, begun = at.sender(), len(at.channel.asked)
    at.channel.at_once = always(Rejected(Reason.TAP_TOO_OLD))
    for _ in range(4):
        at.time.advance(5)
        await at.step(sender)
    await sender.stop()
    made = [one.request for one in at.channel.asked[begun:]]
    return [one.part.text if isinstance(one, SendPart) else one for one in made]  # type: ignore[misc]


async def file(at: Desk, name: str = "tờ tin.pdf") -> Attachment:
    async with at.database.write() as conn:
        return Attachment(file_id=await files.keep(conn, name, "application/pdf", b"%PDF"))


async def test_a_screen_whose_edit_is_refused_comes_once_as_a_new_message_in_its_turn(at: Desk) -> None:
    await say(at, EDIT)
    await say(at, SendReply(message=said("sau đó")))
    sender = at.sender()
    await at.step(sender)
    await at.answer(GONE)
    assert await at.step(sender) == ["màn hình"]
    (anew,) = at.channel.waiting
    assert isinstance(anew.request, SendPart)
    assert [button.label for row in anew.part.buttons for button in row] == ["Một", "Hai"]
    await at.answer(Sent("8"))
    assert await at.step(sender) == ["sau đó"]
    await at.answer(Sent("9"))
    assert await at.step(sender) == []
    await sender.stop()
    assert await at.states() == ["sent", "sent"]
    async with at.database.read() as conn:
        row = await offered(conn, ACCOUNT, CHAT)
    assert row is not None
    assert row.choices == ()  # the last screen is still the last one


async def test_where_the_new_message_is_refused_too_there_is_one_plain_sentence_and_no_more(at: Desk) -> None:
    await say(at, EDIT)
    requests = await asked(at, Rejected(Reason.BAD_MARKUP), rounds=8)
    assert [type(one).__name__ for one in requests] == ["EditPart", "SendPart", "SendPart"]
    assert "không gửi được" in requests[-1].part.text
    assert "/trogiup" in requests[-1].part.text
    assert await at.states() == ["failed", "failed"]


async def test_new_buttons_that_cannot_be_set_come_with_a_sentence(at: Desk) -> None:
    await say(at, EditReply(message_id="7", message=Message(buttons=ROWS)))
    _, anew = (await asked(at, GONE, rounds=2))[:2]
    assert isinstance(anew, SendPart)
    assert "nút" in anew.part.text
    assert anew.part.buttons == ROWS


async def test_where_no_button_changes_the_press_hears_what_it_came_to(at: Desk) -> None:
    await say(at, EditReply(message_id="7", message=Message(buttons=ROWS), notice="Đã xác nhận"))
    _, anew = (await asked(at, GONE, rounds=2))[:2]
    assert isinstance(anew, SendPart)
    assert (anew.part.text, anew.part.buttons) == ("Đã xác nhận", ROWS)


@pytest.mark.parametrize(
    "act", [EditReply(message_id="7", message=Message()), EDIT.model_copy(update={"unasked": True})]
)
async def test_nobody_hears_of_an_edit_that_nobody_waits_for(at: Desk, act: Reply) -> None:
    await say(at, act)
    assert len(await asked(at, GONE)) == 1
    assert await at.states() == ["failed"]


async def test_a_live_screen_that_is_gone_moves_no_more_and_one_that_comes_anew_goes_on(at: Desk) -> None:
    async def live() -> list[str]:
        async with at.database.read() as conn:
            return [row.message_id for row in await watches.live(conn, NOW)]

    async def opened(message_id: str) -> None:
        async with at.database.write() as conn:
            await watches.keep(conn, ACCOUNT, CHAT, message_id, None, "runs", "", NOW * 2)

    await opened("7")
    await say(at, EDIT)
    sender = at.sender()
    await at.step(sender)
    await at.answer(GONE)
    await at.step(sender)
    await at.answer(Sent("8"))
    await at.step(sender)
    assert await live() == ["8"]
    await say(at, EditReply(message_id="8", message=said("tự đổi"), unasked=True))
    await at.step(sender)
    await at.answer(GONE)
    await at.step(sender)
    await sender.stop()
    assert await live() == []
    async with at.database.read() as conn:
        assert (await conn.execute(select(watch))).all() == []


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (TOO_LARGE, "lớn hơn mức"),
        (Rejected(Reason.BAD_FILE), "không gửi được"),
        (Rejected(Reason.OTHER), "không gửi được"),
        (Rejected(Reason.FILE_LOST), "không còn lấy được"),
    ],
)
async def test_whoever_asked_for_a_file_that_is_refused_is_told_which_and_what_to_do(
    at: Desk, outcome: Outcome, words: str
) -> None:
    message = Message(text=(paragraph("chú thích"),), attachment=await file(at))
    await say(at, SendReply(message=message))
    sent, told = await asked(at, outcome)
    assert sent.part.upload is not None
    assert (told.part.upload, "chú thích" in told.part.text) == (None, False)
    assert words in told.part.text
    assert "“tờ tin.pdf”" in told.part.text
    assert "quản trị đơn vị" in told.part.text
    assert [button.label for row in told.part.buttons for button in row] == ["Trợ giúp"]
    assert await at.states() == ["failed", "failed"]  # the sentence was refused as well: no third


async def test_a_screen_whose_picture_is_refused_comes_without_it(at: Desk) -> None:
    message = SCREEN.model_copy(update={"attachment": await file(at)})
    await say(at, SendReply(message=message))
    _, told, last = await asked(at, TOO_LARGE)
    assert told.part.text.startswith("màn hình")
    assert "“tờ tin.pdf” lớn hơn" in told.part.text
    assert told.part.buttons == ROWS
    assert "có một tin trả lời" in last.part.text.lower()


async def test_a_member_is_told_in_their_language_and_a_file_of_nobody_is_not_spoken_of(at: Desk) -> None:
    async with at.database.write() as conn:
        found = await members.at(conn, ACCOUNT, CHAT)
        assert found is not None
        await members.set_language(conn, found.id, "en")
    act = SendReply(message=Message(attachment=await file(at)))
    await say(at, act)
    assert "larger than this channel" in (await asked(at, TOO_LARGE))[1].part.text
    await say(at, act, "khach")
    assert len(await asked(at, TOO_LARGE)) == 1


async def test_the_words_of_a_press_too_old_to_be_answered_come_once_as_a_message(at: Desk) -> None:
    notice = AnswerReply(callback_id="9", text="Nút này đã cũ", chat_id=CHAT)
    assert await pressed(at, notice) == [AnswerTap("9", "Nút này đã cũ"), "Nút này đã cũ"]
    assert await pressed(at, notice.model_copy(update={"chat_id": None})) == [AnswerTap("9", "Nút này đã cũ")]
    assert await pressed(at, AnswerReply(callback_id="9", chat_id=CHAT)) == [AnswerTap("9", "")]


async def test_who_left_hears_nothing_of_a_press_and_what_waited_keeps_no_chat(at: Desk) -> None:
    notice = AnswerReply(callback_id="9", text="Đã ghi", chat_id=CHAT)
    async with at.database.write() as conn:
        await replies.put(conn, ACCOUNT, None, notice, NOW)
        await replies.put(conn, ACCOUNT, None, notice.model_copy(update={"chat_id": "m0"}), NOW)
        found = await members.at(conn, ACCOUNT, CHAT)
        assert found is not None
        await suspension.silence(conn, found.id, Act.LEAVE)
        await refusals.remember(conn, ACCOUNT, CHAT, NOW)
        acts = (await conn.execute(select(delivery.c.act).order_by(delivery.c.id))).scalars().all()
    assert [CHAT in (one or "") for one in acts] == [False, False]
    assert acts[1] is not None  # another chat's
    asked_for = await pressed(at, notice)
    assert (asked_for.count(AnswerTap("9", "Đã ghi")), asked_for.count("Đã ghi")) == (2, 1)  # m0's alone


async def test_where_the_chat_is_gone_nobody_is_told(at: Desk) -> None:
    await say(at, EDIT)
    assert len(await asked(at, Unreachable(Reason.BLOCKED))) == 1


async def test_of_a_runs_delivery_the_ledger_alone_speaks(at: Desk) -> None:
    await at.home.run()
    assert len(await asked(at, Rejected(Reason.BAD_MARKUP))) == 1
    assert await at.states() == ["failed"]


async def test_a_stale_worker_says_nothing(at: Desk) -> None:
    await say(at, EDIT)
    await say(at, SendReply(message=said("khác")), "m1@alpha")
    stale = at.sender()
    await at.step(stale)
    async with at.database.write() as conn:
        await recovery.recover(conn, ACCOUNT, NOW)
    await at.answer(GONE)
    await stale.stop()
    assert await at.states() == ["pending", "uncertain"]


@pytest.mark.parametrize("act", [EDIT, SendReply(message=SCREEN)])
@pytest.mark.parametrize(
    "outcome", [GONE, TOO_LARGE, Throttled(1.0), NotSent(Reason.NO_WAY), Uncertain(Reason.TIMEOUT)]
)
async def test_who_is_suspended_while_a_reply_is_under_way_hears_no_more_of_it(
    at: Desk, outcome: Outcome, act: Reply
) -> None:
    await say(at, act)
    sender = at.sender()
    await at.step(sender)
    async with at.database.write() as conn:
        (row,) = await members.page(conn, 0, 2)
        assert await suspension.suspend(conn, row.id)
    await at.answer(outcome)
    for _ in range(4):
        at.time.advance(5)
        assert await at.step(sender) == []
    await sender.stop()
    assert set(await at.states()) <= {"skipped", "failed", "uncertain"}
    async with at.database.read() as conn:
        kept = await conn.execute(select(delivery.c.act, delivery.c.chat_id))
        assert {tuple(one) for one in kept} == {(None, None)}


async def test_a_reply_that_was_claimed_and_not_begun_is_not_begun_for_who_is_suspended(at: Desk) -> None:
    await say(at, SendReply(message=said("chào")))
    async with at.database.write() as conn:
        rows = await claims.replies(conn, ACCOUNT, Priority.REPLY, 1)
        await claims.claim(conn, rows, 7)
        (row,) = await members.page(conn, 0, 2)
        assert await suspension.suspend(conn, row.id)
        await recovery.release(conn, [one.id for one in rows], 7)
    assert await at.states() == ["skipped"]


async def test_a_strangers_screen_stays_in_the_strangers_lane(at: Desk) -> None:
    await say(at, SendReply(message=said("chào")), "khach", stranger=True)
    told = (await asked(at, Rejected(Reason.OTHER)))[1]
    assert "không gửi được" in told.part.text
    async with at.database.read() as conn:
        assert await offered(conn, ACCOUNT, "khach") is None


@pytest.mark.parametrize("what", ["edit", "documents"])
async def test_what_a_channel_cannot_do_it_is_not_asked_for(at: Desk, what: str) -> None:
    able = {"edit": True, "documents": True, what: False}
    at.channel.capabilities = Capabilities(4096, 1024, "none", True, **able)
    act: Reply = EDIT if what == "edit" else SendReply(message=Message(attachment=await file(at)))
    await say(at, act)
    (only,) = await asked(at, Sent("1"))
    assert isinstance(only, SendPart)
    assert only.part.text.startswith("màn hình" if what == "edit" else "Kênh này không gửi được tệp")
    assert only.part.upload is None
