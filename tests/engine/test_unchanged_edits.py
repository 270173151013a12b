"""An edit that changes nothing is not sent: a second "Đã đọc", the button of an older screen."""

from pathlib import Path

from bot.core.delivery.breaker import State
from bot.core.delivery.outcome import Outcome, Rejected, Sent, Uncertain
from bot.core.delivery.reasons import Reason
from bot.core.kernel.richtext import paragraph
from bot.core.ports import EditPart, Part
from bot.core.talk.message import Button, Message
from bot.core.talk.reply import EditReply, Reply, SendReply
from bot.engine.sender import Sender
from bot.engine.shown import KEPT, Shown
from bot.storage.delivery import replies
from tests.engine.desk import Desk, desk
from tests.storage.scene import ACCOUNT, NOW

ROWS = ((Button(label="Đã xác nhận", data="ack:1"),),)
OTHER = ((Button(label="Khác", data="ack:2"),),)


def edit(words: str, rows: tuple[tuple[Button, ...], ...] = ROWS, message_id: str = "1") -> Reply:
    return EditReply(message_id=message_id, message=_message(words, rows))


def _message(words: str, rows: tuple[tuple[Button, ...], ...]) -> Message:
    return Message(text=(paragraph(words),) if words else (), buttons=rows)


async def sent(at: Desk, sender: Sender, act: Reply, outcome: Outcome, chat_id: str = "m0@alpha") -> bool:
    """Whether the platform is asked; it answers so, and the row has ended well or not."""
    async with at.database.write() as conn:
        await replies.put(conn, ACCOUNT, chat_id, act, NOW)
    at.time.advance(5)
    asked = bool(await at.step(sender))
    await at.answer(outcome)
    at.time.advance(5)
    await at.step(sender)
    return asked


async def test_the_same_screen_is_sent_once(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        sender = at.sender()
        assert await sent(at, sender, SendReply(message=_message("một", ROWS)), Sent("1"))
        assert not await sent(at, sender, edit("một"), Sent("1"))
        assert not await sent(at, sender, edit("", ROWS), Sent("1"))
        assert await sent(at, sender, edit("", OTHER), Sent("1"))
        assert not await sent(at, sender, edit("một", OTHER), Sent("1"))
        assert await sent(at, sender, edit("hai", OTHER), Sent("1"))
        assert await sent(at, sender, edit("một", OTHER), Sent("1"))
        assert await sent(at, sender, edit("một", OTHER, "2"), Sent("2"))
        assert await sent(at, sender, edit("một", OTHER), Sent("1"), "m1@alpha")
        assert set(await at.states()) == {"sent"}
        await sender.stop()


async def test_of_a_delivered_briefing_the_second_confirmation_is_not_sent(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        await at.home.run()
        sender = at.sender()
        await at.step(sender)
        await at.answer(Sent("1"))
        assert await sent(at, sender, edit("", ROWS), Sent("1"))
        assert not await sent(at, sender, edit("", ROWS), Sent("1"))
        await sender.stop()


def test_what_the_platform_may_have_taken_is_not_known_and_what_it_refused_changed_nothing() -> None:
    shown, one, other = Shown(), EditPart("c", "1", Part("một")), EditPart("c", "1", Part("hai"))
    shown.learn(one, Sent())
    shown.learn(other, Rejected(Reason.BAD_MARKUP))
    assert (shown.already(one), shown.already(other)) == (True, False)
    shown.learn(other, Uncertain(Reason.TIMEOUT))
    assert (shown.already(one), shown.already(other)) == (False, False)


async def test_what_is_not_sent_says_nothing_of_a_platform_that_was_down(tmp_path: Path) -> None:
    async with desk(tmp_path, people=1) as at:
        sender = at.sender()
        assert await sent(at, sender, edit("một"), Sent("1"))
        sender.wire.breakers.methods[EditPart].state = State.TRIAL
        assert not await sent(at, sender, edit("một"), Sent("1"))
        assert sender.wire.breakers.methods[EditPart].state is State.TRIAL
        assert await sent(at, sender, edit("hai"), Sent("1"))
        assert sender.wire.breakers.methods[EditPart].state is State.CLOSED
        await sender.stop()


def test_only_so_many_messages_are_remembered() -> None:
    shown = Shown()
    for number in range(KEPT + 1):
        shown.learn(EditPart("c", str(number), Part("x")), Sent())
    assert not shown.already(EditPart("c", "0", Part("x")))
    assert shown.already(EditPart("c", "1", Part("x")))
