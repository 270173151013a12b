"""Reminders are rows of the ledger: planned in chunks, killed anywhere, never sent twice by themselves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.core.delivery.outcome import Uncertain
from bot.core.delivery.quota import ANY_WAY, Ways
from bot.core.delivery.reasons import Reason
from bot.core.guidance.reminding import Follow, Plan
from bot.engine import planner as planner_module
from bot.engine import points
from bot.engine.planner import Planner
from bot.storage.delivery import deliveries, followed, following, recovery
from bot.storage.guidance import broadcasts
from bot.storage.tables import delivery, endpoint, run
from tests.engine.desk import Desk, desk, until
from tests.engine.script import in_parts
from tests.storage.scene import ACCOUNT, HOUR

PEOPLE = 7


class Killed(Exception):
    """The process ends here."""


@pytest.fixture
async def table(tmp_path: Path) -> AsyncIterator[Desk]:
    """A run that came to seven people, two of whom have read it."""
    async with desk(tmp_path, people=PEOPLE) as at:
        await at.home.run()
        async with at.database.write() as conn:
            await conn.execute(update(delivery).values(state="sent", sent_at=1))
            await conn.execute(update(delivery).where(delivery.c.id <= 2).values(acknowledged_at=2))
            await conn.execute(update(run).values(state="finished"))
        at.time.advance(1)
        yield at


async def _open(at: Desk, when: int = 0) -> int:
    async with at.database.write() as conn:
        (about, *_) = await planner_module.runs.every(conn)
        edition = (await conn.execute(select(delivery.c.edition_id).limit(1))).scalar_one()
        plan, now = Plan(words={"vi": edition}, most=3, apart_ms=HOUR), at.time.wall
        where = ("/TW/66/", "Đắk Lắk")
        return await following.open_for(
            conn, about, Follow.REMINDER, now + when, where, plan, now + 24 * HOUR, now
        )


def _planner(at: Desk, ways: Ways = ANY_WAY) -> Planner:
    async def tell(*_: object) -> None:
        raise AssertionError("nobody is told of a reminder")

    async def found(*_: object) -> Ways:
        return ways

    return Planner(at.database, {}, tell, in_parts, lambda: None, at.clock, ways=found)


async def _rows(at: Desk, run_id: int) -> list[tuple[int, str]]:
    query = select(delivery.c.member_id, delivery.c.state).where(delivery.c.run_id == run_id)
    async with at.database.read() as conn:
        return [(row[0], row[1]) for row in await conn.execute(query.order_by(delivery.c.id))]


async def test_killed_between_any_two_chunks_each_unread_gets_one_row(
    table: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner_module, "CHUNK", 2)
    one, fatal = await _open(table), ""

    def kill(name: str) -> None:
        if name == fatal:
            raise Killed

    monkeypatch.setattr(points, "hook", kill)
    for fatal in ("planner.chunk.before_commit", "planner.chunk.after_commit") * 2:  # noqa: B007 - `kill` reads it
        with pytest.raises(Killed):
            await _planner(table).step()
    fatal = ""
    planner = _planner(table)
    while await planner.step():
        pass
    assert [member for member, _ in await _rows(table, one)] == [3, 4, 5, 6, 7]
    async with table.database.read() as conn:
        counts = await deliveries.counts(conn, one)
        audience = (await conn.execute(select(run.c.audience).where(run.c.id == one))).scalar_one()
    assert audience == sum(count for state, count in counts.items() if state != "acknowledged") == 5


async def test_a_crash_in_flight_leaves_doubt_and_nothing_goes_again(table: Desk) -> None:
    one = await _open(table)
    planner = _planner(table)
    while await planner.step():
        pass
    sender = table.sender(window=3)
    assert await table.step(sender)
    for asked in list(table.channel.waiting):  # the process is killed; another takes over
        asked.task.cancel()
    await until(lambda: not table.channel.waiting)
    async with table.database.write() as conn:
        await recovery.recover(conn, ACCOUNT, table.time.wall)
    doubt = [state for _, state in await _rows(table, one)].count("uncertain")
    assert 0 < doubt < 5
    fresh, again = table.sender(), 0
    while waiting := await table.step(fresh):
        again += len(waiting)
        await table.answer()
    assert again == 5 - doubt
    assert sorted({state for _, state in await _rows(table, one)}) == ["sent", "uncertain"]
    while await planner.step():
        pass
    async with table.database.read() as conn:
        assert (await conn.execute(select(run.c.state).where(run.c.id == one))).scalar_one() == "finished"


async def test_a_lost_answer_is_doubt_and_a_tap_meanwhile_stops_what_waits(table: Desk) -> None:
    one = await _open(table)
    planner = _planner(table)
    while await planner.step():
        pass
    async with table.database.write() as conn:
        await followed.drop(conn, 7, 7)  # the last reads the briefing itself
        await followed.drop(conn, 6, 7)  # nobody ends another's
    sender = table.sender(window=10)
    await table.step(sender)
    await table.answer(Uncertain(Reason.CUT_OFF))
    await table.step(sender)
    rows = await _rows(table, one)
    assert rows[-1] == (7, "cancelled")
    assert {state for _, state in rows[:-1]} <= {"uncertain", "pending"}


async def test_what_is_for_later_waits_and_a_cancelled_broadcast_reminds_nobody(table: Desk) -> None:
    one = await _open(table, when=HOUR)
    planner = _planner(table)
    assert not await planner.step()
    async with table.database.read() as conn:
        assert await followed.next_at(conn) == table.time.wall + HOUR
    async with table.database.write() as conn:
        row = await broadcasts.get(conn, 1)
        assert row is not None
        await conn.execute(update(run).where(run.c.id == one).values(at=table.time.wall))
        await broadcasts.set_state(conn, row.id, "cancelled")
    while await planner.step():
        pass
    assert await _rows(table, one) == []


async def test_who_may_not_be_written_to_has_one_reminder_to_fetch_and_none_once_they_read(
    table: Desk,
) -> None:
    shut = Ways({ACCOUNT: 24 * HOUR})
    async with table.database.write() as conn:
        await conn.execute(update(endpoint).where(endpoint.c.member_id <= 4).values(heard_at=0))
    first = await _open(table)
    while await _planner(table, shut).step():
        pass
    assert await _rows(table, first) == [
        (3, "unfetched"),
        (4, "unfetched"),
        *((number, "pending") for number in (5, 6, 7)),
    ]
    table.time.advance(3 * 3600)
    second = await _open(table)
    while await _planner(table, shut).step():
        pass
    assert [who for who, _ in await _rows(table, second)] == [5, 6, 7]
    async with table.database.write() as conn:
        await followed.drop(conn, 3, 3)
    assert (await _rows(table, first))[0] == (3, "cancelled")
