"""A part of the platform that fails: it is stopped, told of, tried again, and nothing else waits for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from bot.core.delivery.breaker import ENOUGH
from bot.core.delivery.outcome import Outcome, Sent, Throttled, Uncertain
from bot.core.delivery.reasons import Reason
from bot.core.ports import AnswerTap, EditPart, Request, SendPart, SetMenu
from bot.core.talk.message import Attachment, Message
from bot.core.talk.reply import MenuReply
from bot.engine.sender import Sender
from bot.storage.accounts import files
from bot.storage.delivery import replies
from tests.engine.desk import Desk, desk
from tests.engine.script import Asked
from tests.storage.scene import ACCOUNT


def failing(*kinds: type[Request]) -> Callable[[Asked], Outcome]:
    """A platform on which these methods answer 500 and all others work."""

    def answer(asked: Asked) -> Outcome:
        return Uncertain(Reason.OUT_OF_ORDER) if isinstance(asked.request, kinds) else Sent("1")

    return answer


async def turns(at: Desk, sender: Sender, count: int = 12, seconds: float = 1.0) -> None:
    """So many turns, each some time after the one before."""
    for _ in range(count):
        at.time.advance(seconds)
        await at.step(sender)
    await at.step(sender)


async def test_a_chat_whose_menu_fails_gets_its_messages(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        await deliveries_of(at, *(("an", MenuReply(menu=())),) * 3)
        await at.home.say("an", "chào")
        at.channel.at_once = failing(SetMenu)
        await at.step(at.sender())
        assert "chào" in [one.words for one in at.channel.asked if isinstance(one.request, SendPart)]


async def test_a_trial_carries_a_message_and_nothing_else_closes_the_breaker(tmp_path: Path) -> None:
    async with desk(tmp_path, people=20) as at:
        await at.home.run()
        sender = at.sender(window=4)
        at.channel.at_once = failing(SendPart)
        await turns(at, sender)
        assert sender.wire.breakers.messages.state == "open"
        await deliveries_of(at, *((f"x{n}", MenuReply(menu=())) for n in range(3)))
        await at.home.say(None, "bấm")
        await turns(at, sender, 3, 0.0)
        assert [one for one in at.channel.asked if isinstance(one.request, AnswerTap)]  # taps are answered
        assert sender.wire.breakers.messages.state == "open"  # and tell nothing of messages
        before = sum(isinstance(one.request, SendPart) for one in at.channel.asked)
        await at.home.say(None, "bấm nữa")
        at.time.advance(60)
        await at.step(sender)
        assert sum(isinstance(one.request, SendPart) for one in at.channel.asked) == before + 1
        at.channel.at_once = failing()
        await turns(at, sender, 4, 60)
        assert sender.wire.breakers.messages.state == "closed"


@pytest.mark.parametrize("method", [EditPart, AnswerTap])
async def test_a_method_that_fails_stops_itself_alone(tmp_path: Path, method: type[Request]) -> None:
    async with desk(tmp_path, people=30) as at:
        sender = at.sender(window=4)
        at.channel.at_once = failing(method)
        for number in range(30):
            if method is EditPart:
                await at.home.edit(f"c{number}", f"sửa {number}")
            else:
                await at.home.say(None, f"bấm {number}")
        with structlog.testing.capture_logs() as logs:
            await turns(at, sender, 30, 0.1)
        asked = [one for one in at.channel.asked if isinstance(one.request, method)]
        assert ENOUGH <= len(asked) <= ENOUGH + 4 + 3  # those at once, and those that ask whether it is back
        name = sender.wire.breakers.failing()
        assert len(name) == 1
        opened = [line for line in logs if line["event"].startswith("breaker opened")]
        assert [line["method"] for line in opened][:1] == name
        assert sender.wire.breakers.messages.state == "closed"
        await at.home.run()
        await turns(at, sender, 10)
        assert sum(isinstance(one.request, SendPart) for one in at.channel.asked) == 30
        at.channel.at_once = failing()
        at.time.advance(60)
        at.home.now = at.time.wall
        await at.home.edit("neu", "sửa")
        await at.home.say(None, "bấm")
        await turns(at, sender, 5, 60)
        await at.home.edit("neu", "sửa nữa")
        await at.home.say(None, "bấm nữa")
        await turns(at, sender, 5, 60)
        assert sender.wire.breakers.failing() == []


@pytest.mark.parametrize("method", [AnswerTap, SetMenu])
async def test_a_429_outside_the_rate_of_messages_holds_back_its_method_alone(
    tmp_path: Path, method: type[Request]
) -> None:
    async with desk(tmp_path, people=10) as at:

        async def asks(word: str) -> None:
            if method is AnswerTap:
                await at.home.say(None, word)
            else:
                await deliveries_of(at, (word, MenuReply(menu=())))

        def asked() -> int:
            return sum(isinstance(one.request, method) for one in at.channel.asked)

        sender = at.sender(window=4)
        at.channel.at_once = lambda one: Throttled(20.0) if isinstance(one.request, method) else Sent("1")
        await asks("first")
        await turns(at, sender, 1, 0.1)
        await asks("second")
        await at.home.run()
        await turns(at, sender, 12, 1.0)
        assert asked() == 1
        assert sum(isinstance(one.request, SendPart) for one in at.channel.asked) == 10
        at.channel.at_once = failing()
        await turns(at, sender, 2, 20.0)
        assert asked() == 3


async def test_files_that_fail_stop_no_message_and_go_again_once_they_are_taken(tmp_path: Path) -> None:
    async with desk(tmp_path, people=30) as at:
        async with at.database.write() as conn:
            file_id = await files.keep(conn, "a.png", "image/png", b"content")
        at.home.screen_of = lambda *_, **__: Message(attachment=Attachment(file_id=file_id))
        await at.home.run()
        works: list[bool] = []

        def answer(asked: Asked) -> Outcome:
            if isinstance(asked.request, SendPart) and asked.part.upload and not works:
                return Uncertain(Reason.OUT_OF_ORDER)
            return Sent("1", "handle") if asked.chat else Sent()

        at.channel.at_once = answer
        sender = at.sender(window=4)
        with structlog.testing.capture_logs() as logs:
            await turns(at, sender, 30, 1.0)
        assert sender.wire.breakers.failing() == ["files"]
        opened = [line["method"] for line in logs if line["event"].startswith("breaker opened")]
        assert set(opened) <= {"files", "messages"}
        failed = (await at.states()).count("uncertain")
        assert ENOUGH <= failed <= ENOUGH + 4 + 6  # those at once, and those that asked whether it is back
        for number in range(20):
            await at.home.say(f"c{number}", f"chào {number}")
        await turns(at, sender, 10, 0.5)
        said = [one for one in at.channel.asked if isinstance(one.request, SendPart) and one.words]
        assert len(said) == 20
        assert sender.wire.breakers.messages.state == "closed"
        works.append(True)
        await turns(at, sender, 40, 60.0)
        assert sender.wire.breakers.failing() == []
        states = await at.states()
        assert states.count("sent") == 30 - states.count("uncertain") + 20
        assert states.count("uncertain") <= failed + 2


async def deliveries_of(at: Desk, *said: tuple[str, MenuReply]) -> None:
    """Menus of chats, in the outbox."""
    async with at.database.write() as conn:
        for chat, menu in said:
            await replies.say(conn, ACCOUNT, chat, menu, at.home.now)
