"""What could not be pushed waits for its member: it goes when they write, before the answer, and once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Rejected
from bot.core.delivery.quota import Ways
from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import Priority
from bot.core.guidance.audience import Audience
from bot.engine.planner import Planner
from bot.storage.accounts import endpoints, usage
from bot.storage.delivery import fetching, planning, recovery
from bot.storage.guidance import broadcasts
from bot.storage.tables import delivery, endpoint
from bot.storage.tables import run as run_table
from tests.engine.desk import Desk, desk
from tests.engine.script import in_parts
from tests.engine.test_meter import Counted
from tests.storage.scene import ACCOUNT, HOUR, NOW, OTHER, TOPIC

WEEK = 7 * 24 * HOUR
CHAT = f"m0@{ACCOUNT}"
SHUT = Rejected(Reason.OUT_OF_WINDOW)


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, people=1) as found:
        yield found


async def rows(at: Desk) -> list[tuple[str, str | None, str | None]]:
    """(state, account, reason) of every delivery of a run, by id."""
    query = select(delivery.c.state, delivery.c.account, delivery.c.reason).where(
        delivery.c.run_id.is_not(None)
    )
    async with at.database.read() as conn:
        return [(row[0], row[1], row[2]) for row in await conn.execute(query.order_by(delivery.c.id))]


async def missed(at: Desk, *, spent: bool = False) -> list[int]:
    async with at.database.read() as conn:
        return [row.id for row in await fetching.missed(conn, 1, ACCOUNT, at.home.now, spent=spent)]


async def writes(at: Desk, first: list[int], then: list[int] | None = None) -> None:
    """The member writes: these go, and an answer after them, in one transaction each."""
    async with at.database.write() as conn:
        await fetching.fetch(conn, first, Priority.FETCHED_FIRST, ACCOUNT, CHAT, at.home.now)
        await fetching.fetch(conn, then or [], Priority.FETCHED, ACCOUNT, CHAT, at.home.now)
    await at.home.say(CHAT, "đây")


async def goes(at: Desk) -> list[str]:
    """All that goes, in order, each once the one before it was taken."""
    sender, went = at.sender(), list[str]()
    while words := await at.step(sender):
        went += words
        await at.answer()
    return went


async def refused(at: Desk, outcome: Rejected = SHUT) -> None:
    """A run's rows go, and the platform says so of each."""
    sender = at.sender()
    await at.step(sender)
    await at.answer(outcome)
    await at.step(sender)


async def test_who_wrote_too_long_ago_gets_it_before_the_answer_when_they_write(one: Desk) -> None:
    run = await one.home.run()
    await refused(one)
    assert await rows(one) == [("unfetched", ACCOUNT, "out of window")]
    assert await goes(one) == []
    await writes(one, await missed(one))
    assert await goes(one) == ["Nội dung mot", "đây"]
    assert await one.home.states(run.id) == {"sent": 1}
    assert await missed(one) == []
    await writes(one, [1])  # asked for once more: it is there
    assert await goes(one) == ["đây"]


async def test_what_is_compulsory_comes_first_the_oldest_before(one: Desk) -> None:
    for slug in ("mot", "hai", "ba"):
        await one.home.run(slug)
        await refused(one)
    mot, hai, ba = await missed(one)
    await writes(one, [hai, ba], [mot])
    assert await goes(one) == ["Nội dung hai", "Nội dung ba", "Nội dung mot", "đây"]


async def test_a_spent_month_is_fetched_from_what_is_kept_for_answers(tmp_path: Path) -> None:
    async with desk(tmp_path, people=2) as at:
        counted = Counted(at)
        async with at.database.write() as conn:
            await usage.add(conn, ACCOUNT, "2027-01", 9)
        run = await at.home.run()
        sender = counted.sender()
        assert await counted.sends(sender) == []
        assert await missed(at) == []
        waiting = await missed(at, spent=True)
        assert len(waiting) == 1
        await writes(at, waiting)
        assert await counted.sends(sender) == ["Nội dung mot", "đây"]
        assert await at.home.states(run.id) == {"sent": 1, "pending": 1}


async def test_as_a_month_ends_who_is_reached_otherwise_does_not_wait(tmp_path: Path) -> None:
    async with desk(tmp_path, people=3) as at:
        for number in (1, 2):
            async with at.database.write() as conn:
                await endpoints.attach(conn, number, OTHER, f"other{number}", NOW)
        counted = Counted(at)

        async def spent(_conn: AsyncConnection, _now: int) -> Ways:
            return Ways(spent=frozenset({ACCOUNT}))

        counted.meter._ways = spent
        async with at.database.write() as conn:
            await usage.add(conn, ACCOUNT, "2027-01", 8)
        run = await at.home.run()
        went = await counted.sends(counted.sender())
        assert len(went) == 1
        stand = [(state, account) for state, account, _ in await rows(at)]
        assert stand == [("sent", ACCOUNT), ("pending", OTHER), ("pending", ACCOUNT)]
        assert len(await at.home.queue(run.id, OTHER)) == 1


async def planner(at: Desk) -> Planner:
    async def tell(_conn: AsyncConnection, *_: object) -> None:
        raise AssertionError("nobody is told")

    return Planner(at.database, {}, tell, in_parts, lambda: None, at.clock, counted=lambda: (ACCOUNT,))


async def test_a_run_that_ends_leaves_it_to_be_fetched_and_that_ends_too(one: Desk) -> None:
    run = await one.home.run(expiry_ms=HOUR)
    one.time.advance(2 * 3600)
    one.home.now = one.time.wall
    works = await planner(one)
    while await works.step():
        pass
    assert (await one.home.look(run.id)).state == "finished"
    assert await rows(one) == [("unfetched", ACCOUNT, "unfetched")]
    async with one.database.write() as conn:
        assert await fetching.expire(conn, NOW, 10) == 0
    await writes(one, await missed(one))
    assert await goes(one) == ["Nội dung mot", "đây"]

    await one.home.run("hai")
    await refused(one)
    async with one.database.write() as conn:
        assert await fetching.expire(conn, one.home.now + 1, 10) == 1
    assert (await rows(one))[1] == ("skipped", ACCOUNT, "expired")
    assert await missed(one) == []


async def test_a_cancelled_run_is_fetched_by_nobody(one: Desk) -> None:
    run = await one.home.run()
    async with one.database.write() as conn:
        await conn.execute(update(delivery).values(state="unfetched"))
        await conn.execute(update(run_table).values(state="cancelling"))
    assert await missed(one) == []
    works = await planner(one)
    while await works.step():
        pass
    assert (await one.home.look(run.id)).state == "cancelled"
    assert await rows(one) == [("cancelled", ACCOUNT, "cancelled")]


async def test_what_was_asked_for_stops_with_its_run_and_the_answer_comes(one: Desk) -> None:
    run = await one.home.run()
    await refused(one)
    await writes(one, await missed(one))
    async with one.database.write() as conn:
        paused = (await conn.execute(select(run_table.c.broadcast_id))).scalar_one()
        assert await broadcasts.set_state(conn, paused, "paused")
    assert await goes(one) == ["đây"]
    assert await one.home.states(run.id) == {"pending": 1}
    async with one.database.write() as conn:
        assert await broadcasts.set_state(conn, paused, "scheduled")
    assert await goes(one) == ["Nội dung mot"]


async def test_killed_on_the_way_it_is_in_doubt_and_does_not_go_again(one: Desk) -> None:
    await one.home.run()
    await refused(one)
    await writes(one, await missed(one))
    sender = one.sender()
    assert await one.step(sender) == ["Nội dung mot"]
    async with one.database.write() as conn:
        await recovery.recover(conn, ACCOUNT, one.home.now)
    await writes(one, await missed(one))
    # What the dead process asked for still hangs at the platform: nothing asked for it once more.
    assert await goes(one) == ["Nội dung mot", "đây", "đây"]
    assert (await rows(one))[0][0] == "uncertain"


async def test_one_who_is_reached_otherwise_gets_it_there_once(one: Desk) -> None:
    async with one.database.write() as conn:
        await endpoints.attach(conn, 1, OTHER, "other", NOW)
    run = await one.home.run()
    await refused(one)
    assert await rows(one) == [("pending", OTHER, None)]
    (row,) = await one.home.queue(run.id, OTHER)
    await one.home.claim([row])
    async with one.database.read() as conn:
        assert (
            await conn.execute(select(endpoint.c.heard_at).where(endpoint.c.account == ACCOUNT))
        ).scalar() == 0
    await one.home.settle(row)
    assert await one.home.states(run.id) == {"sent": 1}


@pytest.mark.parametrize(
    ("heard", "ways", "expected"),
    [
        ((NOW - WEEK - 1, None), Ways({ACCOUNT: WEEK}), ("pending", OTHER, None)),
        ((NOW - WEEK + 1, None), Ways({ACCOUNT: WEEK}), ("pending", ACCOUNT, None)),
        ((None, None), Ways({ACCOUNT: WEEK}), ("pending", ACCOUNT, None)),
        ((0, 0), Ways({ACCOUNT: WEEK, OTHER: WEEK}), ("unfetched", ACCOUNT, "out of window")),
        ((None, None), Ways(spent=frozenset({ACCOUNT})), ("pending", OTHER, None)),
        ((None, None), Ways(spent=frozenset({ACCOUNT, OTHER})), ("pending", ACCOUNT, None)),
        ((None, 0), Ways({OTHER: WEEK}, frozenset({ACCOUNT})), ("pending", ACCOUNT, None)),
    ],
)
async def test_planning_chooses_the_address_that_may_be_written_to(
    one: Desk,
    heard: tuple[int | None, int | None],
    ways: Ways,
    expected: tuple[str, str, str | None],
) -> None:
    run = await one.home.opened()
    async with one.database.write() as conn:
        await endpoints.attach(conn, 1, OTHER, "other", NOW)
        for account, at in zip((ACCOUNT, OTHER), heard, strict=True):
            await conn.execute(update(endpoint).where(endpoint.c.account == account).values(heard_at=at))
        meant = Audience(unit="66", topic=TOPIC)
        words = await one.home.words(conn, run)
        await planning.plan_some(conn, run, meant, "/TW/66/", 10, NOW, words, None, ways)
    assert await rows(one) == [expected]


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (Ways(), OTHER),
        (Ways({ACCOUNT: WEEK}), OTHER),
        (Ways(spent=frozenset({OTHER})), ACCOUNT),
        (Ways(spent=frozenset({ACCOUNT, OTHER})), OTHER),
    ],
)
async def test_planning_keeps_to_what_the_member_chose_where_that_can_be(
    one: Desk, ways: Ways, expected: str
) -> None:
    run = await one.home.opened()
    async with one.database.write() as conn:
        await endpoints.attach(conn, 1, OTHER, "other", NOW)
        await endpoints.choose(conn, 1, OTHER, "other", NOW)
        words = await one.home.words(conn, run)
        meant = Audience(unit="66", topic=TOPIC)
        await planning.plan_some(conn, run, meant, "/TW/66/", 10, NOW, words, None, ways)
    assert await rows(one) == [("pending", expected, None)]
