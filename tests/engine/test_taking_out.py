"""Messages that somebody typed go out of their chat, as far as the platform lets them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.acts import replies, undelivered
from bot.core.delivery.outcome import Outcome, Rejected, Sent
from bot.core.delivery.reasons import Reason
from bot.core.ports import DeletePart, Request, SendPart
from bot.storage.delivery import recovery
from tests.engine.desk import Desk, until
from tests.handlers.village import house
from tests.storage.scene import ACCOUNT, NOW, scene
from tests.stores import store

CHAT = "m0@alpha"


@pytest.fixture(params=["sqlite", "postgres"])
async def at(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """Three messages are to go."""
    async with store(request.param, tmp_path) as database:
        home = await scene(database)
        await home.member(CHAT)
        found = Desk(home)
        found.channel.capabilities = replace(found.channel.capabilities, delete_s=172_800, text_limit=4096)
        found.in_its_place = partial(undelivered.in_its_place, house())
        async with database.write() as conn:
            await replies.take_out(conn, ACCOUNT, CHAT, ("9", "8", "7"), NOW)
        yield found


async def asked(at: Desk, *outcomes: Outcome) -> list[Request]:
    """What the platform was asked until nothing was left; the last outcome is that of all others."""
    sender, made, answers = at.sender(), list[Request](), list(outcomes)
    for _ in range(12):
        at.time.advance(5)
        if await at.step(sender):
            made += [one.request for one in at.channel.waiting]
            await at.answer(answers.pop(0) if len(answers) > 1 else answers[0])
    await sender.stop()
    return made


async def test_each_is_asked_for_once_and_the_chat_alone_is_meant(at: Desk) -> None:
    assert await asked(at, Sent()) == [DeletePart(CHAT, one) for one in ("9", "8", "7")]


async def test_of_one_that_is_refused_its_person_hears_once(at: Desk) -> None:
    made = await asked(at, Sent(), Rejected(Reason.MESSAGE_GONE), Sent())
    assert made[:2] == [DeletePart(CHAT, "9"), DeletePart(CHAT, "8")]
    (told,) = made[2:]
    assert isinstance(told, SendPart)
    assert "48 giờ" in told.part.text


async def test_where_nothing_can_be_taken_out_its_person_hears(at: Desk) -> None:
    at.channel.capabilities = replace(at.channel.capabilities, delete_s=0)
    (told,) = await asked(at, Sent())
    assert isinstance(told, SendPart)
    assert "chưa xóa được" in told.part.text


async def test_after_a_kill_it_is_asked_for_again(at: Desk) -> None:
    assert await at.step(at.sender())
    for one in list(at.channel.waiting):
        one.task.cancel()
    await until(lambda: not at.channel.waiting)
    async with at.database.write() as conn:
        await recovery.recover(conn, ACCOUNT, at.time.wall)
    assert await asked(at, Sent()) == [DeletePart(CHAT, one) for one in ("9", "8", "7")]
