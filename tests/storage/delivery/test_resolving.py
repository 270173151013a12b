"""What is in doubt: settled by a member's tap or by an operator, and by nobody else."""

import pytest

from bot.core.delivery.outcome import Outcome, Rejected, Sent, Uncertain
from bot.storage.accounts import endpoints
from bot.storage.database import Database
from bot.storage.delivery import deliveries, readings, runs
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import broadcasts
from bot.storage.people import erasing
from tests.storage.scene import ACCOUNT, HOUR, NOW, Scene, scene


async def doubtful(home: Scene, *names: str) -> tuple[RunRow, list[ClaimedRow]]:
    """A run to these people whose rows are all uncertain."""
    for name in names:
        await home.member(name)
    run = await home.run()
    rows = await home.queue(run.id)
    await home.claim(rows)
    for row in rows:
        await home.settle(row, Uncertain("timeout"))
    return run, rows


async def resolve(home: Scene, run_id: int, to: str) -> int:
    async with home.database.write() as conn:
        return await deliveries.resolve(conn, run_id, to, home.now)


@pytest.mark.parametrize(("to", "reported"), [("accepted", "accepted"), ("abandoned", "abandoned")])
async def test_an_operator_may_take_the_doubtful_for_arrived_or_lost(
    database: Database, to: str, reported: str
) -> None:
    home = await scene(database)
    run, _ = await doubtful(home, "an", "binh")
    assert await resolve(home, run.id, to) == 2
    assert await home.states(run.id) == {reported: 2}
    assert await resolve(home, run.id, "pending") == 0


async def test_an_operator_may_send_the_doubtful_again(database: Database) -> None:
    home = await scene(database)
    run, rows = await doubtful(home, "an")
    async with database.write() as conn:
        await runs.set_state(conn, run.id, ("running",), "finished", NOW)
    assert await resolve(home, run.id, "pending") == 1
    (again,) = await home.queue(run.id)
    assert (again.id, again.resent, again.attempts) == (rows[0].id, True, 0)
    assert (await home.look(run.id)).state == "running"


async def test_the_doubtful_are_sent_again_from_the_part_in_doubt(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    for outcome in (Sent("1"), Uncertain("timeout")):
        (row,) = await home.queue(run.id)
        await home.claim([row])
        await home.settle(row, outcome, parts=3)
    await resolve(home, run.id, "pending")
    (again,) = await home.queue(run.id)
    assert again.part == 1


async def test_who_left_or_blocked_us_is_not_sent_to_again(database: Database) -> None:
    home = await scene(database)
    run, rows = await doubtful(home, "an", "binh", "chi")
    async with database.write() as conn:
        await erasing.leave(conn, rows[0].member_id or 0)
        await endpoints.close(conn, ACCOUNT, "binh", "blocked", NOW)
    assert await resolve(home, run.id, "pending") == 1
    assert [row.chat_id for row in await home.queue(run.id)] == ["chi"]
    assert await home.states(run.id) == {"uncertain": 2, "pending": 1}


@pytest.mark.parametrize("why", ["cancelled", "expired"])
async def test_a_run_that_is_over_is_not_sent_again(database: Database, why: str) -> None:
    home = await scene(database)
    run, _ = await doubtful(home, "an")
    if why == "cancelled":
        async with database.write() as conn:
            await broadcasts.set_state(conn, run.broadcast_id, "cancelled")
    else:
        home.now += 25 * HOUR
    assert await resolve(home, run.id, "pending") == 0
    assert await home.states(run.id) == {"uncertain": 1}


async def test_only_known_words_resolve(database: Database) -> None:
    home = await scene(database)
    run, _ = await doubtful(home, "an")
    with pytest.raises(ValueError, match="allowed are"):
        await resolve(home, run.id, "sent")


async def test_a_tap_proves_that_it_arrived(database: Database) -> None:
    home = await scene(database)
    run, (row,) = await doubtful(home, "an")
    member_id = row.member_id or 0
    async with database.write() as conn:
        assert await deliveries.arrived(conn, row.id, member_id, NOW + 1) == run.id
    found = await home.row(row.id)
    assert (found.state, found.sent_at, found.acknowledged_at, found.reason) == ("sent", NOW + 1, None, None)


async def test_a_tap_proves_an_operator_wrong(database: Database) -> None:
    home = await scene(database)
    run, (row,) = await doubtful(home, "an")
    await resolve(home, run.id, "abandoned")
    async with database.write() as conn:
        assert await deliveries.acknowledge(conn, row.id, row.member_id or 0, NOW + 5) == NOW + 5
    assert await home.states(run.id) == {"sent": 1}


async def test_reading_is_confirmed_once_at_its_first_time(database: Database) -> None:
    home = await scene(database)
    _, (row,) = await doubtful(home, "an")
    for wait in (1, 2):
        async with database.write() as conn:
            assert await deliveries.acknowledge(conn, row.id, row.member_id or 0, NOW + wait) == NOW + 1


async def test_other_peoples_taps_do_nothing(database: Database) -> None:
    home = await scene(database)
    run, (row, _) = await doubtful(home, "an", "binh")
    stranger = await home.member("chi")
    async with database.write() as conn:
        assert await deliveries.acknowledge(conn, row.id, stranger, NOW) is None
        assert await deliveries.arrived(conn, row.id, stranger, NOW) is None
        assert await readings.confirm_in_flight(conn, row.id, stranger, NOW) is None
    assert await home.states(run.id) == {"uncertain": 2}


async def test_a_tap_on_what_never_went_out_does_nothing(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    (row,) = await home.queue(run.id)
    async with database.write() as conn:
        assert await deliveries.acknowledge(conn, row.id, row.member_id or 0, NOW) is None
    await home.claim([row])
    await home.settle(row, Rejected("no"))
    async with database.write() as conn:
        assert await deliveries.acknowledge(conn, row.id, row.member_id or 0, NOW) is None
    assert await home.states(run.id) == {"failed": 1}


async def test_a_tap_quicker_than_the_record_leaves_the_state_to_the_sender(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    async with database.write() as conn:
        assert await readings.confirm_in_flight(conn, row.id, row.member_id or 0, NOW) == NOW
    assert await home.states(run.id) == {"inflight": 1}
    await home.settle(row)
    assert (await home.row(row.id)).acknowledged_at == NOW


async def test_a_tap_on_the_first_copy_spares_the_second(database: Database) -> None:
    home = await scene(database)
    run, (row,) = await doubtful(home, "an")
    await resolve(home, run.id, "pending")
    member_id = row.member_id or 0
    async with database.write() as conn:
        assert await readings.tapped(conn, row.id, member_id) is not None
        assert await deliveries.arrived(conn, row.id, member_id, NOW) == run.id
        assert await deliveries.acknowledge(conn, row.id, member_id, NOW) == NOW
    assert await home.states(run.id) == {"sent": 1}
    assert await home.queue(run.id) == []


@pytest.mark.parametrize("outcome", [Uncertain("timeout"), Rejected("no"), Sent("1")])
async def test_what_was_confirmed_before_its_answer_came_is_sent(
    database: Database, outcome: Outcome
) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    async with database.write() as conn:
        await readings.confirm_in_flight(conn, row.id, row.member_id or 0, NOW - 5)
    await home.settle(row, outcome)
    found = await home.row(row.id)
    assert (found.state, found.acknowledged_at) == ("sent", NOW - 5)
    assert found.sent_at is not None
