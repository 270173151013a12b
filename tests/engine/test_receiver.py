"""Reception: an update is in the store before the platform may forget it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.ports import RawUpdate, Received
from bot.engine import receiver as receiver_module
from bot.engine.bell import Bell
from bot.engine.receiver import Receiver
from bot.engine.times import Clock
from bot.storage.accounts import accounts
from bot.storage.database import Database
from bot.storage.talk import inbox
from tests.engine.desk import until
from tests.engine.script import ScriptedChannel, ScriptedClock
from tests.patience import PATIENCE_S
from tests.storage.scene import ACCOUNT, scene
from tests.stores import store


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with store("sqlite", tmp_path) as found:
        await scene(found)
        yield found


def updates(*numbers: int) -> Received:
    raw = [RawUpdate(str(number), "an", f"{{{number}}}") for number in numbers]
    return Received(raw, str(max(numbers) + 1))


@asynccontextmanager
async def receiving(database: Database, channel: ScriptedChannel) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(Receiver(database, channel, Bell(), told_nobody, Clock()).loop().run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def told_nobody(conn: AsyncConnection, account: str, reason: str, now: int) -> None:
    raise AssertionError(f"{account} was not refused")


async def kept(database: Database) -> list[str]:
    async with database.read() as conn:
        return [row.payload for row in await inbox.waiting(conn, 100)]


async def cursor(database: Database) -> str | None:
    async with database.read() as conn:
        return next(row.cursor for row in await accounts.every(conn) if row.name == ACCOUNT)


async def test_the_next_poll_confirms_only_what_is_in_the_store(database: Database) -> None:
    channel = ScriptedChannel(ACCOUNT)
    async with receiving(database, channel):
        channel.polls.put_nowait(updates(5, 7))
        await until(lambda: channel.offsets == [None, "8"])
        assert await kept(database) == ["{5}", "{7}"]
        assert await cursor(database) == "8"
        channel.polls.put_nowait(updates(9, 8))  # out of order
        await until(lambda: channel.offsets == [None, "8", "10"])
    assert await kept(database) == ["{5}", "{7}", "{9}", "{8}"]


async def test_after_a_restart_reception_goes_on_where_it_stood(database: Database) -> None:
    for before, number in ((None, 5), ("6", 6)):
        channel = ScriptedChannel(ACCOUNT)
        async with receiving(database, channel):
            channel.polls.put_nowait(updates(number))
            await until(lambda: len(channel.offsets) == 2)  # noqa: B023
        assert channel.offsets == [before, str(number + 1)]


async def test_what_comes_again_is_kept_once(database: Database) -> None:
    channel = ScriptedChannel(ACCOUNT)
    async with receiving(database, channel):
        for one in (updates(5, 6), updates(5, 6), updates(6, 7)):
            channel.polls.put_nowait(one)
        await until(lambda: len(channel.offsets) == 4)
    assert await kept(database) == ["{5}", "{6}", "{7}"]


async def test_what_could_not_be_kept_is_not_confirmed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise OSError("disk")

    channel = ScriptedChannel(ACCOUNT)
    monkeypatch.setattr(accounts, "advance", fails)
    async with receiving(database, channel) as task:
        channel.polls.put_nowait(updates(5))
        await asyncio.wait([task])
        assert isinstance(task.exception(), OSError)
    assert channel.offsets == [None]
    assert await kept(database) == []
    assert await cursor(database) is None


async def test_a_platform_that_is_away_is_asked_again_from_the_same_place(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver_module, "FIRST_PAUSE_S", 0.001)
    channel = ScriptedChannel(ACCOUNT)
    async with receiving(database, channel):
        channel.polls.put_nowait(updates(5))
        for problem in ("502", "timeout"):
            channel.polls.put_nowait(Received(problem=problem))
        channel.polls.put_nowait(Received(problem="409", retry_after=0.001))
        channel.polls.put_nowait(updates(6))
        await until(lambda: len(channel.offsets) == 6)
    assert channel.offsets == [None, "6", "6", "6", "6", "7"]


async def test_a_refused_account_stops_and_somebody_is_told_once(database: Database) -> None:
    channel = ScriptedChannel(ACCOUNT)
    told: list[str] = []

    async def tell(conn: AsyncConnection, account: str, reason: str, now: int) -> None:
        told.append(f"{account}: {reason}")

    for _ in range(2):
        channel.polls.put_nowait(Received(problem="401 Unauthorized", denied=True))
        async with asyncio.timeout(PATIENCE_S):
            await Receiver(database, channel, Bell(), tell, Clock()).loop().run()
    async with database.read() as conn:
        row = next(one for one in await accounts.every(conn) if one.name == ACCOUNT)
    assert (row.state, row.reason) == ("stopped", "token")
    assert told == [f"{ACCOUNT}: token"]


async def test_empty_polls_answered_at_once_are_not_repeated_at_once(database: Database) -> None:
    clock = ScriptedClock()
    channel = ScriptedChannel(ACCOUNT)
    receiver = Receiver(database, channel, Bell(), told_nobody, clock)
    loop = receiver.loop()
    channel.polls.put_nowait(Received())
    assert not await receiver.step()
    assert loop.rest_s() == receiver_module.EMPTY_POLL_S >= 0.5
    channel.watch_poll = lambda: clock.advance(25)  # a long poll has taken its time
    channel.polls.put_nowait(Received())
    assert not await receiver.step()
    assert loop.rest_s() == 0
    channel.polls.put_nowait(updates(5))
    assert await receiver.step()


async def test_a_server_that_tells_the_same_again_and_again_sets_no_pace(database: Database) -> None:
    channel = ScriptedChannel(ACCOUNT)
    receiver = Receiver(database, channel, Bell(), told_nobody, ScriptedClock())
    for brought in (True, False, False):
        channel.polls.put_nowait(updates(5, 6))
        assert await receiver.step() is brought
        assert receiver.loop().rest_s() == receiver_module.EMPTY_POLL_S
    channel.polls.put_nowait(updates(6, 7))
    assert await receiver.step()
