"""The hook: an update is in the store before the platform is told that it arrived."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bot.acts import checking
from bot.core.delivery.reasons import Reason
from bot.core.kernel.values import Ms
from bot.core.ports import HookRefusal, RawUpdate
from bot.engine.bell import Bell
from bot.engine.dispatcher import WINDOW, GiveWay
from bot.engine.hook import take_in
from bot.engine.intake import Intake
from bot.engine.times import Clock
from bot.storage.accounts import accounts, troubles
from bot.storage.database import Database
from bot.storage.talk import inbox
from tests.engine.desk import until
from tests.engine.script import ScriptedChannel
from tests.engine.test_dispatcher import front
from tests.storage.scene import ACCOUNT, scene
from tests.stores import store

RIGHT = {"secret": "right"}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with store("sqlite", tmp_path) as found:
        await scene(found)
        yield found


@pytest.fixture
def channel() -> ScriptedChannel:
    made = ScriptedChannel(ACCOUNT)
    made.hooked = True
    return made


async def _kept(database: Database) -> list[str]:
    async with database.read() as conn:
        return [row.payload for row in await inbox.waiting(conn, 10)]


async def test_a_delivery_is_kept_once(database: Database, channel: ScriptedChannel) -> None:
    for body in (b"one", b"one", b"two"):
        assert await take_in(Intake(database, Clock()), channel, Bell(), RIGHT, body) == 200
    assert await _kept(database) == ["one", "two"]


async def test_who_is_not_the_platform_leaves_nothing(database: Database, channel: ScriptedChannel) -> None:
    assert await take_in(Intake(database, Clock()), channel, Bell(), {}, b"one") == 403
    assert await take_in(Intake(database, Clock()), channel, Bell(), RIGHT, b"") == 200  # nothing to keep
    assert await _kept(database) == []


async def test_what_is_refused_is_told_until_a_delivery_is_taken_and_not_for_each_of_many(
    database: Database, channel: ScriptedChannel
) -> None:
    intake = Intake(database, Clock())

    async def told() -> dict[str, troubles.Trouble]:
        async with database.read() as conn:
            return await troubles.every(conn)

    for _ in range(50):
        assert await take_in(intake, channel, Bell(), {}, b"one") == 403
    first = await told()
    assert list(first) == [ACCOUNT]
    assert await take_in(intake, channel, Bell(), {}, b"two") == 403
    assert await told() == first
    assert await take_in(Intake(database, Clock()), channel, Bell(), RIGHT, b"one") == 200  # a new program
    assert await told() == {}
    assert await take_in(intake, channel, Bell(), {}, b"one") == 403
    assert await take_in(intake, channel, Bell(), RIGHT, b"two") == 200
    assert await told() == {}


async def test_strangers_who_vary_what_is_wrong_fill_neither_log_nor_store(
    database: Database, channel: ScriptedChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    async def put(_conn: AsyncConnection, _account: str, one: troubles.Trouble) -> None:
        written.append(one.why)

    monkeypatch.setattr(troubles, "refused", put)
    intake = Intake(database, Clock())
    with capture_logs() as lines:
        for number in range(50):
            refusal = HookRefusal(403, ("missing", "wrong")[number % 2])
            monkeypatch.setattr(channel, "receive_hook", lambda *_, found=refusal: found)
            assert await take_in(intake, channel, Bell(), {}, b"one") == 403
    assert written == [line["why"] for line in lines] == ["missing", "wrong"]


async def test_what_the_platform_itself_was_refused_for_is_not_put_out_of_sight_by_strangers(
    database: Database,
) -> None:
    intake = Intake(database, Clock())
    for refusal in (HookRefusal(403, "fits otherwise", sure=True), HookRefusal(403, "missing")):
        await intake.refused(ACCOUNT, refusal)
    (told,) = (await checking.of_account(database, ACCOUNT)).problems
    assert told.endswith("may be lost: fits otherwise")


async def test_a_hook_that_was_not_reached_is_told_until_something_is_delivered(
    database: Database, channel: ScriptedChannel
) -> None:
    async with database.write() as conn:
        await troubles.told(conn, ACCOUNT, "NOT_VERIFIED", Ms(Clock().now_ms() - 1))
    (note,) = (await checking.of_account(database, ACCOUNT)).notes
    assert "did not reach its hook as it was set (NOT_VERIFIED)" in note
    assert await take_in(Intake(database, Clock()), channel, Bell(), RIGHT, b"one") == 200
    assert (await checking.of_account(database, ACCOUNT)).notes == ()


async def test_why_an_account_stopped_is_told_with_what_to_do(database: Database) -> None:
    for reason, words in ((Reason.NOT_ALLOWED, "see its package"), (Reason.LINK, "write a new pair")):
        async with database.write() as conn:
            await accounts.register(conn, ACCOUNT, "zalo_oa")
            await accounts.stop(conn, ACCOUNT, reason)
        (told,) = (await checking.of_account(database, ACCOUNT)).problems
        assert words in told
    async with database.write() as conn:
        await accounts.register(conn, ACCOUNT, "zalo_oa")
    assert (await checking.of_account(database, ACCOUNT)).problems == ()


async def test_an_account_that_is_unknown_or_polls_has_no_hook(
    database: Database, channel: ScriptedChannel
) -> None:
    channel.hooked = False
    assert await take_in(Intake(database, Clock()), channel, Bell(), RIGHT, b"one") == 404
    assert await take_in(Intake(database, Clock()), None, Bell(), RIGHT, b"one") == 404
    assert await _kept(database) == []


async def test_where_the_store_does_not_answer_the_platform_is_told_to_come_again(
    database: Database, channel: ScriptedChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def away(*, first: bool) -> AsyncIterator[None]:
        raise OperationalError("", {}, Exception("database is locked"))
        yield

    monkeypatch.setattr(database, "brisk", away)
    assert await take_in(Intake(database, Clock()), channel, Bell(), RIGHT, b"one") == 503


async def test_deliveries_that_come_together_share_transactions(
    database: Database, channel: ScriptedChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, right = [0], Database.brisk

    def counted(self: Database, *, first: bool) -> object:
        begun[0] += 1
        return right(self, first=first)

    monkeypatch.setattr(Database, "brisk", counted)
    intake, bell = Intake(database, Clock()), Bell()
    bodies = [f"{number}".encode() for number in range(100)]
    answers = await asyncio.gather(*(take_in(intake, channel, bell, RIGHT, body) for body in bodies))
    assert set(answers) == {200}
    async with database.read() as conn:
        assert len(await inbox.waiting(conn, 200)) == 100
    assert begun[0] <= 2


async def test_what_cannot_be_kept_is_nobody_elses_fault(
    database: Database, channel: ScriptedChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = inbox.keep

    async def keep(conn: AsyncConnection, account: str, updates: Sequence[RawUpdate], now: int) -> None:
        await right(conn, account, updates, now)
        if updates[0].payload == "bad":
            raise DataError("INSERT", {}, Exception("no such value"))

    monkeypatch.setattr(inbox, "keep", keep)
    intake, bell = Intake(database, Clock()), Bell()
    bodies = (b"one", b"bad", b"two")
    answers = await asyncio.gather(*(take_in(intake, channel, bell, RIGHT, body) for body in bodies))
    assert answers == [200, 503, 200]
    assert sorted(await _kept(database)) == ["one", "two"]


async def test_a_delivery_is_answered_before_a_backlog_is_handled(
    channel: ScriptedChannel, tmp_path: Path
) -> None:
    """A request takes some turns of the event loop, and each of them could be a whole group of updates."""
    intakes, groups = list[Intake](), [0]

    def give_way(database: Database) -> GiveWay:
        intakes.append(Intake(database, Clock()))

        async def counted() -> None:
            groups[0] += 1
            await intakes[0].caught_up()

        return counted

    async with front(tmp_path, give_way=give_way) as at:
        chats = [f"chat{number}" for number in range(WINDOW * 20)]
        raw = [RawUpdate(chat, chat, _payload(chat)) for chat in chats]
        async with at.database.write() as conn:
            await inbox.keep(conn, ACCOUNT, raw, 0)
        at.bell.ring()
        await until(lambda: bool(at.replied))
        for number in range(5):
            before, body = groups[0], _payload(f"delivered {number}").encode()
            await asyncio.sleep(0)  # as the server hands a request over
            assert await asyncio.create_task(take_in(intakes[0], channel, at.bell, RIGHT, body)) == 200
            assert groups[0] - before <= 2
        assert len(at.done) < len(chats)  # there was a backlog all the time
        await until(lambda: len(at.replied) == len(chats) + 5)


def _payload(text: str) -> str:
    return f'{{"chat": "{text}", "text": "{text}"}}'


async def test_deliveries_go_before_all_that_waits_to_write(
    database: Database, channel: ScriptedChannel
) -> None:
    order: list[str] = []
    intake, bell = Intake(database, Clock()), Bell()

    async def write(name: str) -> None:
        async with database.write():
            order.append(name)

    async def deliver(body: bytes) -> None:
        assert await take_in(intake, channel, bell, RIGHT, body) == 200
        order.append(body.decode())

    async with database.write():
        waiting = [asyncio.create_task(write(name)) for name in ("run", "import")]
        await until(lambda: database.crowded)
        waiting.append(asyncio.create_task(deliver(b"tap")))
        await until(lambda: len(intake._waiting) == 0 and intake._work is not None)
    await asyncio.gather(*waiting)
    assert order[0] == "tap"
    assert sorted(order[1:]) == ["import", "run"]
