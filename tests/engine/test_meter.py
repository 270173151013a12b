"""An account whose platform counts: a run stops cleanly where the month is used up, and goes on by itself."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Rejected, Throttled, Uncertain
from bot.core.delivery.quota import Quota
from bot.core.delivery.reasons import Reason
from bot.core.ports import RawUpdate
from bot.engine.meter import Meter
from bot.engine.sender import Sender
from bot.storage.accounts import usage
from bot.storage.delivery import deliveries
from bot.storage.talk import inbox
from tests.engine.desk import Desk, desk
from tests.storage.scene import ACCOUNT


def _local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


class Counted:
    """A desk whose account may have ten messages a month, nine of them for runs."""

    def __init__(self, one: Desk) -> None:
        self.desk = one
        self.told: list[tuple[str, int, str]] = []
        self.meter = Meter(ACCOUNT, Quota(10), _local, one.clock, self._tell)

    async def _tell(
        self, conn: AsyncConnection, account: str, waiting: int, until: datetime, now: int
    ) -> None:
        self.told.append((account, waiting, f"{until:%Y-%m-%d}"))

    def sender(self) -> Sender:
        """A new process."""
        made = self.desk.sender(window=30)
        made._meter = self.meter
        return made

    async def sends(self, sender: Sender) -> list[str]:
        """Turns until nothing more goes; what went."""
        went: list[str] = []
        while words := await self.desk.step(sender):
            went += words
            await self.desk.answer()
        return went

    async def used(self) -> int:
        async with self.desk.database.read() as conn:
            return await usage.used(conn, ACCOUNT, f"{_local(self.desk.clock.now_ms()):%Y-%m}")


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[Counted]:
    async with desk(tmp_path, people=12) as one:
        yield Counted(one)


async def test_a_run_stops_at_its_share_tells_once_and_goes_on_next_month(counted: Counted) -> None:
    one = counted.desk
    await one.home.run(expiry_ms=40 * 86_400_000)
    sender = counted.sender()
    assert len(await counted.sends(sender)) == 9
    assert await counted.used() == 9
    states = await one.states()
    assert (states.count("sent"), states.count("pending")) == (9, 3)
    assert counted.told == [(ACCOUNT, 3, counted.told[0][2])]

    await one.home.say(f"chat-m0@{ACCOUNT}")  # replies have what was kept for them
    assert await counted.sends(sender) == ["chào"]
    again = counted.sender()  # a new process knows what was used
    assert await counted.sends(again) == []
    assert len(counted.told) == 1

    one.time.advance(32 * 86_400)
    assert len(await counted.sends(again)) == 3
    assert (await one.states()).count("sent") == 13


async def test_a_run_that_the_platform_refuses_for_want_of_funds_waits_and_replies_go(
    counted: Counted,
) -> None:
    one = counted.desk
    await one.home.run()
    sender = counted.sender()
    await one.step(sender)
    await one.answer(Throttled(3600.0, spent=True), most=3)
    await one.answer()
    assert await counted.sends(sender) == []
    states = await one.states()
    assert (states.count("retry"), states.count("sent"), states.count("pending")) == (3, 6, 3)
    (told,) = counted.told
    assert told[:2] == (ACCOUNT, 6)
    async with one.database.read() as conn:
        rows = await deliveries.awaiting(conn, [1])
    assert {(row.why, row.rows) for row in rows} == {("quota", 3), (None, 3)}

    await one.home.say(f"chat-m0@{ACCOUNT}")
    assert await counted.sends(sender) == ["chào"]
    one.time.advance(3600)
    assert len(await counted.sends(sender)) == 2, "of ten messages nine are for runs, and one was a reply"


async def test_what_may_have_gone_counts_and_what_was_refused_does_not(counted: Counted) -> None:
    one = counted.desk
    await one.home.run()
    sender = counted.sender()
    await one.step(sender)
    await one.answer(Uncertain(Reason.TIMEOUT), most=2)
    await one.answer(Rejected(Reason.OTHER), most=3)
    await one.answer()
    await one.step(sender)
    assert await counted.used() == 9 - 3


async def test_what_people_write_counts_once_however_often_it_comes(counted: Counted) -> None:
    updates = [RawUpdate(f"u{number}", "chat", "{}") for number in range(4)]
    for _ in range(3):
        async with counted.desk.database.write() as conn:
            await counted.meter.comes(conn, updates)
            await inbox.keep(conn, ACCOUNT, updates, 1)
    assert await counted.used() == 4
    sent_only = Meter(ACCOUNT, Quota(10, both=False), _local, counted.desk.clock, counted._tell)
    async with counted.desk.database.write() as conn:
        await sent_only.comes(conn, [RawUpdate("new", "chat", "{}")])
    assert await counted.used() == 4
