"""Suspended: whatever was on its way to a member stops where it stands, and is told in the ledger."""

import asyncio

import pytest
from sqlalchemy import insert, select, update

from bot.core.delivery.outcome import Denied, NotSent, Outcome, Sent, Uncertain, Unreachable
from bot.core.delivery.reasons import Reason
from bot.core.guidance.audience import Audience
from bot.storage.accounts import endpoints
from bot.storage.database import Database
from bot.storage.delivery import audiences, claims, deliveries, planning, recovery, rerouting, runs
from bot.storage.people import links, members, suspension
from bot.storage.tables import conversation, member, offer, watch
from bot.storage.talk import sights
from tests.storage.scene import ACCOUNT, NOW, OTHER, PATHS, TOPIC, Scene, scene

SKIPPED = [("skipped", "suspended", 1)]


async def suspend(home: Scene, member_id: int) -> None:
    async with home.database.write() as conn:
        assert await suspension.suspend(conn, member_id)


async def reasons(home: Scene, run_id: int) -> list[tuple[str, str, int]]:
    async with home.database.read() as conn:
        return await deliveries.reasons(conn, run_id)


async def under_way(home: Scene, *, urgent: bool = False) -> tuple[int, int, claims.ClaimedRow]:
    """A member suspended while a row of theirs was in flight: member, run, row."""
    member_id = await home.member("an", at=((ACCOUNT, "an"), (OTHER, "an2")))
    run = await home.run(urgent=urgent)
    (row,) = await home.queue(run.id)
    await home.claim([row])
    await suspend(home, member_id)
    return member_id, run.id, row


async def test_what_waits_is_skipped_and_nothing_more_is_planned(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    await home.member("binh")
    run = await home.run()
    await home.say("an")
    said = await home.say("binh")
    await suspend(home, member_id)
    assert await home.states(run.id) == {"pending": 1, "skipped": 1}
    assert await reasons(home, run.id) == SKIPPED
    assert [row.id for row in await home.queue()] == [said]
    audience = Audience(unit="66", topic=TOPIC)
    async with database.read() as conn:
        assert (await audiences.survey(conn, audience, PATHS["66"])).count == 1
    assert await home.states((await home.run("hai")).id) == {"pending": 1}


@pytest.mark.parametrize("outcome", [NotSent("no route"), Denied("token"), Unreachable("blocked")])
async def test_what_is_under_way_does_not_go_again(database: Database, outcome: Outcome) -> None:
    home = await scene(database)
    _, run_id, row = await under_way(home)
    if isinstance(outcome, Unreachable):
        async with database.write() as conn:
            await endpoints.close(conn, ACCOUNT, "an", "blocked", NOW)
            assert not await rerouting.reroute(conn, row, 1)
        await home.settle(row, outcome)
        assert await reasons(home, run_id) == [("failed", "blocked", 1)]
    else:
        await home.settle(row, outcome)
        assert await reasons(home, run_id) == SKIPPED


async def test_of_a_message_of_many_parts_no_further_one_goes(database: Database) -> None:
    home = await scene(database)
    _, run_id, row = await under_way(home)
    await home.settle(row, Sent("m1"), parts=3)
    assert await reasons(home, run_id) == SKIPPED


async def test_what_had_gone_out_has_arrived(database: Database) -> None:
    home = await scene(database)
    _, run_id, row = await under_way(home)
    await home.settle(row, Sent("m1"))
    assert await home.states(run_id) == {"sent": 1}


async def test_a_claim_given_back_and_a_crash_send_nothing(database: Database) -> None:
    home = await scene(database)
    _, run_id, _ = await under_way(home)
    async with database.write() as conn:
        await recovery.unclaim(conn, ACCOUNT, 1, ())
    assert await reasons(home, run_id) == SKIPPED


async def test_an_urgent_row_in_doubt_after_a_crash_is_not_sent_once_more(database: Database) -> None:
    home = await scene(database)
    _, run_id, _ = await under_way(home, urgent=True)
    async with database.write() as conn:
        await recovery.recover(conn, ACCOUNT, NOW)
    assert await reasons(home, run_id) == [("uncertain", str(Reason.STOPPED), 1)]


async def test_an_operators_word_sends_nothing_to_who_is_suspended(database: Database) -> None:
    home = await scene(database)
    member_id, run_id, row = await under_way(home)
    await home.settle(row, Uncertain("timeout"))
    async with database.write() as conn:
        assert await deliveries.resolve(conn, run_id, "pending", NOW) == 0
        assert await suspension.reinstate(conn, member_id)
        assert await deliveries.resolve(conn, run_id, "pending", NOW) == 1


async def test_a_retry_that_was_recorded_at_the_same_moment_does_not_go(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    (row,) = await home.queue(run.id)
    await home.claim([row])
    await home.settle(row, NotSent("no route"))
    async with database.write() as conn:  # as if the two had not seen one another
        await conn.execute(update(member).values(state="suspended"))
        await claims.promote(conn, ACCOUNT, NOW + 3_600_000)
    assert await reasons(home, run.id) == SKIPPED


async def test_a_planner_at_work_adds_nobody_who_is_suspended_meanwhile(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    run = await home.opened()
    audience = Audience(unit="66", topic=TOPIC)
    async with database.write() as conn:
        row = await runs.get(conn, run.id)
        assert row is not None
        words = await home.words(conn, row)
        await planning.plan_some(conn, row, audience, PATHS["66"], 1000, NOW, words)
        suspending = asyncio.create_task(suspend(home, member_id))
        await asyncio.wait([suspending], timeout=0.1)
        assert not suspending.done()  # it waits for this transaction
    await suspending
    assert await reasons(home, run.id) == SKIPPED


async def test_forms_offers_live_screens_and_codes_fall(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    await home.member("binh")
    async with database.write() as conn:
        for chat_id in ("an", "binh"):
            chat = {"account": ACCOUNT, "chat_id": chat_id}
            await conn.execute(insert(conversation).values(**chat, form="gopy", state="{}", updated_at=NOW))
            await conn.execute(insert(offer).values(**chat, choices="[]", at=NOW))
            await conn.execute(insert(watch).values(**chat, subject="runs", shown="x", until=NOW))
        await links.keep(conn, member_id, "CODE", NOW + 1000)
    await suspend(home, member_id)
    async with database.read() as conn:
        for table in (conversation, offer, watch):
            assert (await conn.execute(select(table.c.chat_id))).scalars().all() == ["binh"]
        assert await links.holder(conn, "CODE", NOW) is None


async def test_who_is_suspended_is_seen_as_such_and_then_as_before(database: Database) -> None:
    home = await scene(database)
    member_id = await home.member("an")
    async with database.read() as conn:
        before = await sights.at(conn, ACCOUNT, "an")
    await suspend(home, member_id)
    async with database.write() as conn:
        sight = await sights.at(conn, ACCOUNT, "an")
        assert (sight.member, sight.suspended) == (None, before.member)
        assert await members.get(conn, member_id) is await members.at(conn, ACCOUNT, "an") is None
        assert await members.known_at(conn, ACCOUNT, "an") == "suspended"
        assert await members.reached_on(conn, ACCOUNT) == []
        assert not await suspension.suspend(conn, member_id)
        assert await suspension.reinstate(conn, member_id)
        assert not await suspension.reinstate(conn, member_id)
        assert await sights.at(conn, ACCOUNT, "an") == before
