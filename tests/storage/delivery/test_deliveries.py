"""The ledger's promises: one claim a row, one worker's word on it, order within a chat."""

import asyncio

import pytest
from sqlalchemy import update

from bot.core.delivery.outcome import Moved, NotSent, Rejected, Sent, Throttled, Uncertain, Unreachable
from bot.storage.accounts import endpoints
from bot.storage.database import Database
from bot.storage.delivery import claims, deliveries, recovery, replies, rerouting
from bot.storage.people import erasing
from bot.storage.tables import delivery
from tests.storage.scene import ACCOUNT, HOUR, NOW, OTHER, scene


async def test_a_row_is_claimed_by_one_worker_only(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    rows = await home.queue((await home.run()).id)
    await home.claim(rows, token=1)
    with pytest.raises(RuntimeError, match="another worker"):
        await home.claim(rows, token=2)
    assert (await home.row(rows[0].id)).token == 1


async def test_of_two_workers_at_once_each_row_goes_to_one(database: Database) -> None:
    home = await scene(database)
    for name in ("an", "binh", "chi", "dung"):
        await home.member(name)
    run = await home.run()

    async def work(token: int) -> list[int]:
        async with database.write() as conn:
            rows = await claims.of_run(conn, ACCOUNT, run.id, 3)
            await claims.claim(conn, rows, token)
        return [row.id for row in rows]

    taken = await asyncio.gather(work(1), work(2))
    assert len(set(taken[0] + taken[1])) == len(taken[0] + taken[1])
    for token, ids in zip((1, 2), taken, strict=True):
        for row_id in ids:
            row = await home.row(row_id)
            assert (row.state, row.token) == ("inflight", token)


async def test_somebody_who_leaves_at_the_moment_of_a_claim_stops_no_worker(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    run = await home.run()

    async def leave() -> None:
        async with database.write() as conn:
            await erasing.leave(conn, member_id)

    async with database.write() as conn:
        (row,) = await claims.of_run(conn, ACCOUNT, run.id, 10)
        leaving = asyncio.create_task(leave())
        await asyncio.wait([leaving], timeout=0.1)
        assert not leaving.done()  # it waits for this transaction
        await claims.claim(conn, [row], 1)
    await leaving
    await home.settle(row, NotSent("no route"))
    assert await home.states(run.id) == {"skipped": 1}


async def test_a_stale_worker_changes_nothing(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an", at=((ACCOUNT, "an"), (OTHER, "an")))
    (row,) = await home.queue((await home.run()).id)
    await home.claim([row], token=1)
    before = await home.row(row.id)
    for outcome in (Sent("9"), Uncertain("?"), Throttled(5), Unreachable("blocked"), Moved("-1")):
        await home.settle(row, outcome, token=2)
    async with database.write() as conn:
        assert not await rerouting.reroute(conn, row, 2)
        await recovery.unclaim(conn, ACCOUNT, 2, ())
        assert len(await endpoints.of(conn, member_id)) == 2
    assert await home.row(row.id) == before


async def test_a_result_is_recorded_once(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    (row,) = await home.queue((await home.run()).id)
    await home.claim([row])
    await home.settle(row, Sent("m1"))
    await home.settle(row, Rejected("too late"))
    found = await home.row(row.id)
    assert (found.state, found.message_id, found.sent_at, found.token) == ("sent", "m1", NOW, None)


async def test_what_was_claimed_and_never_begun_waits_again(database: Database) -> None:
    home = await scene(database)
    for name in ("an", "binh"):
        await home.member(name)
    run = await home.run()
    rows = await home.queue(run.id)
    await home.claim(rows)
    async with database.write() as conn:
        await recovery.unclaim(conn, ACCOUNT, 1, {rows[0].id})
    assert await home.states(run.id) == {"inflight": 1, "pending": 1}


async def test_what_was_never_begun_does_not_wait_for_who_has_left(database: Database) -> None:
    home = await scene(database)
    leaving = await home.member("an")
    run = await home.run()
    await home.claim(await home.queue(run.id))
    async with database.write() as conn:
        await erasing.leave(conn, leaving)
        await recovery.unclaim(conn, ACCOUNT, 1, ())
    assert await home.states(run.id) == {"skipped": 1}
    async with database.read() as conn:
        assert await deliveries.reasons(conn, run.id) == [("skipped", "left", 1)]


async def test_what_was_confirmed_before_it_was_begun_once_more_does_not_wait(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    async with database.write() as conn:
        await conn.execute(update(delivery).where(delivery.c.id == row.id).values(acknowledged_at=NOW + 1))
        await recovery.unclaim(conn, ACCOUNT, 1, ())
    found = await home.row(row.id)
    assert (found.state, found.sent_at) == ("sent", NOW + 1)


async def test_after_a_crash_what_was_in_flight_is_uncertain_and_never_sent_by_itself(
    database: Database,
) -> None:
    home = await scene(database)
    for name in ("an", "binh"):
        await home.member(name)
    run = await home.run()
    rows = await home.queue(run.id)
    await home.claim(rows[:1])
    async with database.write() as conn:
        assert await recovery.recover(conn, ACCOUNT, NOW) == {"again": 0, "uncertain": 1, "went": 1}
        assert await recovery.recover(conn, ACCOUNT, NOW) == {"again": 0, "uncertain": 0, "went": 0}
    assert await home.states(run.id) == {"uncertain": 1, "pending": 1}
    assert [row.id for row in await home.queue(run.id)] == [rows[1].id]
    await home.settle(rows[0], Sent("m1"), token=1)
    assert (await home.row(rows[0].id)).state == "uncertain"


async def test_after_a_crash_an_urgent_row_goes_again_once(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run(urgent=True)
    once, twice = {"again": 1, "uncertain": 0, "went": 1}, {"again": 0, "uncertain": 1, "went": 1}
    for expected in (once, twice):
        await home.claim(await home.queue(run.id))
        async with database.write() as conn:
            assert await recovery.recover(conn, ACCOUNT, NOW) == expected
    assert await home.states(run.id) == {"uncertain": 1}


async def test_after_a_crash_edits_and_answers_go_again_and_words_do_not(database: Database) -> None:
    home = await scene(database)
    said, edited, answered = await home.say("an"), await home.edit("binh"), await home.say(None)
    await home.claim(await home.queue())
    async with database.write() as conn:
        assert await recovery.recover(conn, ACCOUNT, NOW) == {"again": 2, "uncertain": 1, "went": 1}
    assert {(await home.row(one)).state for one in (edited, answered)} == {"pending"}
    assert (await home.row(said)).state == "uncertain"


async def test_recovery_waits_for_a_claim_that_is_being_committed(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()

    async def recover() -> dict[str, int]:
        async with database.write() as conn:
            return await recovery.recover(conn, ACCOUNT, NOW)

    async with database.write() as conn:  # of a process that has died; the server has yet to finish it
        await claims.claim(conn, await claims.of_run(conn, ACCOUNT, run.id, 10), 1)
        recovering = asyncio.create_task(recover())
        await asyncio.wait([recovering], timeout=0.1)
        assert not recovering.done()
    assert await recovering == {"again": 0, "uncertain": 1, "went": 1}


async def test_recovery_leaves_other_accounts_alone(database: Database) -> None:
    home = await scene(database)
    await home.member("an", at=((OTHER, "an"),))
    run = await home.run()
    await home.claim(await home.queue(run.id, OTHER))
    async with database.write() as conn:
        await recovery.recover(conn, ACCOUNT, NOW)
    assert await home.states(run.id) == {"inflight": 1}


async def test_a_retry_waits_for_its_time(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    await home.settle(row, Throttled(60))
    for wait, expected in ((59_999, "retry"), (60_000, "pending")):
        async with database.write() as conn:
            await claims.promote(conn, OTHER, NOW + wait)
            await claims.promote(conn, ACCOUNT, NOW + wait)
        assert await home.states(run.id) == {expected: 1}


async def test_a_clock_set_back_a_year_does_not_hold_a_retry_for_a_year(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    await home.settle(row, NotSent("no route"))
    async with database.write() as conn:
        await claims.promote(conn, ACCOUNT, NOW - 365 * 24 * HOUR)
    assert await home.states(run.id) == {"pending": 1}


async def test_replies_of_a_chat_go_one_at_a_time_in_order(database: Database) -> None:
    home = await scene(database)
    first, second = await home.say("an"), await home.say("an")
    other, tap = await home.say("binh"), await home.say(None)
    assert [row.id for row in await home.queue()] == [first, other, tap]
    rows = await home.queue()
    await home.claim(rows)
    assert await home.queue() == []
    await home.settle(rows[0], NotSent("no route"))
    assert await home.queue() == []  # the second must not overtake the first
    async with database.write() as conn:
        await claims.promote(conn, ACCOUNT, NOW + HOUR)
    (again,) = await home.queue()
    assert (again.id, again.attempts) == (first, 1)
    await home.claim([again])
    await home.settle(again, Uncertain("?"))
    assert [row.id for row in await home.queue()] == [second]


async def test_a_reply_that_ended_keeps_neither_words_nor_chat(database: Database) -> None:
    home = await scene(database)
    await home.say("an", "bí mật")
    (row,) = await home.queue()
    await home.claim([row])
    await home.settle(row, NotSent("no route"))
    kept = await home.row(row.id)
    assert (kept.state, kept.chat_id) == ("retry", "an")
    assert "bí mật" in kept.act
    async with database.write() as conn:
        await claims.promote(conn, ACCOUNT, NOW + HOUR)
    await home.claim([row])
    await home.settle(row)
    ended = await home.row(row.id)
    assert (ended.state, ended.chat_id, ended.act) == ("sent", None, None)


async def test_a_message_in_parts_goes_on_where_it_stood(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    for part in range(3):
        (row,) = await home.queue(run.id)
        assert (row.part, row.attempts) == (part, 0)
        await home.claim([row])
        await home.settle(row, parts=3)
    assert await home.states(run.id) == {"sent": 1}


async def test_old_replies_are_forgotten_and_what_is_open_or_a_runs_is_not(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    for row in await home.queue(run.id):
        await home.claim([row])
        await home.settle(row)
    done, waits = await home.say("an"), await home.say("an")
    (row,) = await home.queue()
    assert row.id == done
    await home.claim([row])
    await home.settle(row)
    async with database.write() as conn:
        assert await replies.forget(conn, NOW, 10) == 0
        assert await replies.forget(conn, NOW + 1, 10) == 1
    assert (await home.row(waits)).state == "pending"
    assert await home.states(run.id) == {"sent": 1}
