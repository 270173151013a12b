"""Edits of a run in the ledger: asked of the platform in place, killed and refused, and told by a message."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bot.core.delivery.outcome import Rejected, Sent
from bot.core.delivery.reasons import Reason
from bot.core.guidance.reminding import Follow, Plan
from bot.core.kernel.richtext import paragraph
from bot.core.ports import DeletePart, EditPart, Request, SendPart
from bot.core.talk.message import Button, Message
from bot.core.talk.tap import HERE
from bot.core.talk.taps.reading import Confirm
from bot.engine.planner import Planner
from bot.storage.delivery import following, recovery, runs
from bot.storage.guidance import editions
from bot.storage.tables import correction, delivery, run
from tests.engine.desk import Desk, desk, until
from tests.engine.script import in_parts
from tests.storage.scene import ACCOUNT, HOUR

PEOPLE = 4


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Desk]:
    """A run that came to four people, and a correction of it."""
    async with desk(tmp_path, people=PEOPLE) as at:
        await at.home.run()
        async with at.database.write() as conn:
            for number in range(1, PEOPLE + 1):
                mine = update(delivery).where(delivery.c.id == number)
                await conn.execute(mine.values(state="sent", sent_at=1, message_id=f"{number}0"))
            await conn.execute(update(run).values(state="finished"))
            (about, *_) = await runs.every(conn)
            buttons = ((Button.of("Đã đọc", Confirm(HERE)),),)
            new = Message(text=(paragraph("mới"),), buttons=buttons)
            words = {"vi": await editions.keep(conn, 1, "vi", new, 1)}
            told = {"vi": await editions.keep(conn, 1, "vi", Message(text=(paragraph("báo"),)), 1)}
            plan = Plan(words=words, said=tuple(words.values()), accounts=(ACCOUNT,), rest=told)
            now = at.time.wall
            where = ("/TW/66/", "Đắk Lắk")
            await following.open_for(conn, about, Follow.EDIT, now - 1, where, plan, now + HOUR, now)
        at.channel.capabilities = replace(at.channel.capabilities, edit=True)
        await _plan(at)
        yield at


async def _plan(at: Desk) -> None:
    async def tell(*_: object) -> None:
        raise AssertionError("nobody is told of a correction")

    planner = Planner(at.database, {}, tell, in_parts, lambda: None, at.clock)
    while await planner.step():
        pass


async def _states(at: Desk, kind: str) -> list[str]:
    query = select(delivery.c.state).join(run, run.c.id == delivery.c.run_id).where(run.c.kind == kind)
    async with at.database.read() as conn:
        return [row[0] for row in await conn.execute(query.order_by(delivery.c.member_id))]


async def test_what_stands_is_edited_and_its_button_is_the_first_deliverys(table: Desk) -> None:
    sender = table.sender(window=10)
    await table.step(sender)
    asked = [one.request for one in table.channel.waiting]
    await table.answer(Sent("x"))
    while await table.step(sender):
        asked += [one.request for one in table.channel.waiting]
        await table.answer(Sent("x"))
    await table.step(sender)
    edits = [one for one in asked if isinstance(one, EditPart)]
    assert len(edits) == len(asked) == PEOPLE
    for one in edits:
        assert one.part.text == "mới"
        assert one.message_id == f"{one.part.buttons[0][0].data.removeprefix('ack:')}0"
    assert await _states(table, "edit") == ["sent"] * PEOPLE
    await _plan(table)
    assert await _states(table, "correction") == []


async def test_what_cannot_be_edited_is_told_by_a_message_and_a_kill_sends_nothing_twice(table: Desk) -> None:
    sender = table.sender(window=3)
    assert await table.step(sender)
    for asked in list(table.channel.waiting):  # killed with edits under way
        asked.task.cancel()
    await until(lambda: not table.channel.waiting)
    async with table.database.write() as conn:
        await recovery.recover(conn, ACCOUNT, table.time.wall)
    doubt = (await _states(table, "edit")).count("uncertain")
    assert doubt
    fresh, texts = table.sender(window=10), []
    while await table.step(fresh):
        assert all(isinstance(one.request, EditPart) for one in table.channel.waiting)
        await table.answer(Rejected(Reason.MESSAGE_GONE))
    await table.step(fresh)
    assert sorted(set(await _states(table, "edit"))) == ["failed", "uncertain"]
    await _plan(table)
    assert await _states(table, "correction") == ["pending"] * PEOPLE
    while await table.step(fresh):
        texts += [one.request.part.text for one in table.channel.waiting if isinstance(one.request, SendPart)]
        await table.answer(Sent("x"))
    await table.step(fresh)
    assert texts == ["báo"] * PEOPLE
    await _plan(table)
    assert await _states(table, "correction") == ["sent"] * PEOPLE


async def test_a_channel_without_edits_tells_them_all(table: Desk) -> None:
    table.channel.capabilities = replace(table.channel.capabilities, edit=False)
    sender = table.sender(window=10)
    await table.step(sender)
    await table.step(sender)
    assert await _states(table, "edit") == ["failed"] * PEOPLE
    await _plan(table)
    assert await _states(table, "correction") == ["pending"] * PEOPLE


async def test_what_was_taken_back_goes_out_of_the_chat_as_long_as_that_is_allowed(table: Desk) -> None:
    days = 86_400
    can = replace(table.channel.capabilities, edit=True, delete_s=2 * days)
    table.channel.capabilities = can
    back = {"broadcast_id": 1, "run_id": 1, "old_id": 1, "new_id": None, "at": 1, "by": "cli"}
    young = {"sent_at": table.time.wall - days * 1000, "earlier": "19"}  # of two messages
    async with table.database.write() as conn:
        await conn.execute(insert(correction).values(**back))
        await conn.execute(update(delivery).where(delivery.c.id == 2).values(**young))
        older = table.time.wall - (2 * days - 60) * 1000  # it would be too old once its turn comes
        await conn.execute(update(delivery).where(delivery.c.id == 3).values(sent_at=older))
    sender, asked = table.sender(window=10), list[Request]()
    while await table.step(sender):
        asked += [one.request for one in table.channel.waiting]
        await table.answer(Sent("x"))
    await table.step(sender)
    gone = [(one.chat_id, one.message_id) for one in asked if isinstance(one, DeletePart)]
    assert [message_id for _, message_id in gone] == ["19", "20"]
    assert len({chat_id for chat_id, _ in gone}) == 1
    assert len([one for one in asked if isinstance(one, EditPart)]) == PEOPLE - 1
    assert await _states(table, "edit") == ["sent"] * PEOPLE


async def test_a_deletion_that_is_refused_is_told_by_a_message(table: Desk) -> None:
    table.channel.capabilities = replace(table.channel.capabilities, edit=True, delete_s=10**9)
    back = {"broadcast_id": 1, "run_id": 1, "old_id": 1, "new_id": None, "at": 1, "by": "cli"}
    async with table.database.write() as conn:
        await conn.execute(insert(correction).values(**back))
        await conn.execute(update(delivery).values(sent_at=table.time.wall))
    sender = table.sender(window=10)
    while await table.step(sender):
        assert all(isinstance(one.request, DeletePart) for one in table.channel.waiting)
        await table.answer(Rejected(Reason.MESSAGE_GONE))
    await table.step(sender)
    await _plan(table)
    assert await _states(table, "correction") == ["pending"] * PEOPLE
