"""From a broadcast to rows: who is meant, once each, and what pausing and cancelling do."""

from contextlib import suppress

import pytest
from sqlalchemy import func, select

from bot.core.guidance.audience import Audience
from bot.core.people.members import Role
from bot.storage.accounts import accounts, endpoints
from bot.storage.database import Database
from bot.storage.delivery import audiences, deliveries, planning, progress, runs
from bot.storage.guidance import broadcasts, falling_due
from bot.storage.people import erasing, members
from bot.storage.tables import delivery, member
from tests.storage.scene import ACCOUNT, HOUR, NOW, OTHER, PATHS, TOPIC, Scene, scene

ALL = Audience(unit="66", topic=TOPIC)


async def planned_for(home: Scene, audience: Audience) -> set[str]:
    """The names of the members that planning chose."""
    run = await home.opened(unit=audience.unit)
    assert await home.plan(run.id, audience)
    query = select(member.c.name).join(delivery, delivery.c.member_id == member.c.id)
    async with home.database.read() as conn:
        chosen = {row[0] for row in await conn.execute(query.where(delivery.c.run_id == run.id))}
        survey = await audiences.survey(conn, audience, PATHS[audience.unit])
    assert survey.count == sum(survey.by_language.values()) == len(chosen)
    assert sum(survey.platforms.values()) + survey.unreached.total() == len(chosen)
    assert len(chosen) == (await home.look(run.id)).audience
    return chosen


async def follow(home: Scene, member_id: int, following: bool, topic: str = TOPIC) -> None:
    async with home.database.write() as conn:
        await members.follow(conn, member_id, topic, following)


async def test_a_unit_means_all_below_it_and_nobody_else(database: Database) -> None:
    home = await scene(database)
    for name, unit in (("an", "66"), ("binh", "24169"), ("chi", "24133"), ("dung", "67")):
        await home.member(name, unit)
    assert await planned_for(home, ALL) == {"an", "binh", "chi"}
    assert await planned_for(home, Audience(unit="24169", topic=TOPIC)) == {"binh"}


async def test_only_the_roles_meant_are_reached(database: Database) -> None:
    home = await scene(database)
    await home.member("an", roles=(Role.REPORTER,))
    await home.member("binh", roles=(Role.COMMUNICATOR, Role.ADMINISTRATOR))
    await home.member("chi", roles=(Role.ADMINISTRATOR,))
    await home.member("dung", roles=())
    assert await planned_for(home, ALL) == {"an", "binh"}
    reporters = Audience(unit="66", topic=TOPIC, roles=frozenset({Role.REPORTER}))
    assert await planned_for(home, reporters) == {"an"}


@pytest.mark.parametrize(
    ("compulsory", "followed", "expected"),
    [
        (False, True, {"silent", "follows"}),
        (False, False, {"follows"}),
        (True, True, {"silent", "follows", "declined"}),
        (True, False, {"silent", "follows", "declined"}),
    ],
)
async def test_a_topic_reaches_its_followers_and_whom_it_compels(
    database: Database, compulsory: bool, followed: bool, expected: set[str]
) -> None:
    home = await scene(database)
    await home.member("silent")
    await follow(home, await home.member("follows"), True)
    declined = await home.member("declined")
    await follow(home, declined, False)
    await follow(home, declined, True, "another")
    compelled = frozenset({Role.COMMUNICATOR}) if compulsory else frozenset[Role]()
    audience = Audience(unit="66", topic=TOPIC, compulsory_for=compelled, followed=followed)
    assert await planned_for(home, audience) == expected


async def test_who_has_no_open_endpoint_is_skipped_with_that_reason(database: Database) -> None:
    home = await scene(database)
    await home.member("an", at=())
    await home.member("binh", at=((ACCOUNT, "b1"), (OTHER, "b2")))
    await home.member("chi", at=((ACCOUNT, "c1"), (OTHER, "c2")))
    async with database.write() as conn:
        await endpoints.close(conn, ACCOUNT, "b1", "blocked", NOW)
    run = await home.run()
    assert await home.states(run.id) == {"skipped": 1, "pending": 2}
    async with database.read() as conn:
        assert await deliveries.reasons(conn, run.id) == [("skipped", "no endpoint", 1)]
    assert [row.chat_id for row in await home.queue(run.id)] == ["c1"]
    assert [row.chat_id for row in await home.queue(run.id, OTHER)] == ["b2"]


async def test_a_stopped_account_is_passed_over_where_there_is_another(database: Database) -> None:
    home = await scene(database)
    await home.member("an", at=((ACCOUNT, "a1"), (OTHER, "a2")))
    await home.member("binh", at=((ACCOUNT, "b1"),))
    async with database.write() as conn:
        assert await accounts.stop(conn, ACCOUNT, "401")
    run = await home.run()
    assert [row.chat_id for row in await home.queue(run.id, OTHER)] == ["a2"]
    assert [row.chat_id for row in await home.queue(run.id)] == ["b1"]  # waits: there is no other


async def test_planning_in_pieces_gives_each_member_one_row(database: Database) -> None:
    home = await scene(database)
    for number in range(7):
        await home.member(f"m{number}")
    run = await home.opened()
    done = [await home.plan(run.id, ALL, limit=3) for _ in range(3)]
    assert done == [False, False, True]
    assert (await home.look(run.id)).state == "running"
    assert await home.states(run.id) == {"pending": 7}


async def test_planning_cut_short_goes_on_where_it_stood(database: Database) -> None:
    home = await scene(database)
    for number in range(5):
        await home.member(f"m{number}")
    run = await home.opened()
    await home.plan(run.id, ALL, limit=2)
    again = await home.look(run.id)
    with suppress(KeyboardInterrupt):
        async with database.write() as conn:
            await planning.plan_some(conn, again, ALL, PATHS["66"], 2, NOW, await home.words(conn, again))
            raise KeyboardInterrupt
    await home.plan(run.id, ALL, limit=10)
    assert await home.states(run.id) == {"pending": 5}


async def test_of_two_who_plan_the_same_piece_one_does(database: Database) -> None:
    home = await scene(database)
    for number in range(5):
        await home.member(f"m{number}")
    stale = await home.opened()
    for _ in range(2):
        async with database.write() as conn:
            await planning.plan_some(conn, stale, ALL, PATHS["66"], 3, NOW, await home.words(conn, stale))
    assert await home.states(stale.id) == {"pending": 3}


async def test_the_audience_is_frozen_once_planned(database: Database) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    await home.member("late")
    await home.plan(run.id, ALL)
    assert await home.states(run.id) == {"pending": 1}


async def test_who_leaves_while_a_run_is_planned_is_counted_once_or_not_at_all(database: Database) -> None:
    home = await scene(database)
    ids = [await home.member(f"m{number}") for number in range(6)]
    run = await home.opened()
    await home.plan(run.id, ALL, limit=2)
    async with database.write() as conn:
        await erasing.erase(conn, ids[0])
        await erasing.leave(conn, ids[4])
    while not await home.plan(run.id, ALL, limit=2):
        pass
    assert await home.states(run.id) == {"skipped": 1, "pending": 4}


async def test_a_broadcast_cancelled_meanwhile_opens_no_run(database: Database) -> None:
    home = await scene(database)
    broadcast_id = await home.broadcast()
    async with database.read() as conn:
        (as_read,) = await falling_due.due(conn, NOW)
    async with database.write() as conn:
        assert await broadcasts.set_state(conn, broadcast_id, "cancelled")
        assert not await falling_due.planned(conn, as_read, NOW)
        assert await falling_due.due(conn, NOW + HOUR) == []


async def test_an_occurrence_gets_one_run(database: Database) -> None:
    home = await scene(database)
    run = await home.opened()
    async with database.write() as conn:
        row = await broadcasts.get(conn, run.broadcast_id)
        assert row is not None
        assert row.state == "finished"
        assert not await falling_due.planned(conn, row, NOW)
        assert await runs.open_for(conn, row, run.at, "planning", NOW + 1) is None


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        (["paused"], "paused"),
        (["paused", "scheduled"], "running"),
        (["paused", "cancelled"], "cancelling"),
        (["cancelled", "scheduled"], "cancelling"),
    ],
)
async def test_a_run_follows_its_broadcast(database: Database, acts: list[str], expected: str) -> None:
    home = await scene(database)
    await home.member("an")
    run = await home.run()
    for act in acts:
        async with database.write() as conn:
            await broadcasts.set_state(conn, run.broadcast_id, act)
    assert (await home.look(run.id)).state == expected
    assert bool(await home.queue(run.id)) == (expected == "running")


async def test_a_run_paused_while_it_is_planned_is_held_and_planned_on_later(database: Database) -> None:
    home = await scene(database)
    for number in range(3):
        await home.member(f"m{number}")
    run = await home.opened()
    await home.plan(run.id, ALL, limit=1)
    async with database.write() as conn:
        await broadcasts.set_state(conn, run.broadcast_id, "paused")
    assert (await home.look(run.id)).state == "held"
    assert not await home.plan(run.id, ALL)
    assert await home.states(run.id) == {"pending": 1}
    async with database.write() as conn:
        await broadcasts.set_state(conn, run.broadcast_id, "scheduled")
    await home.plan(run.id, ALL)
    assert await home.states(run.id) == {"pending": 3}


async def test_cancelling_ends_what_is_open_and_leaves_what_was_sent(database: Database) -> None:
    home = await scene(database)
    for number in range(4):
        await home.member(f"m{number}")
    run = await home.run()
    first, second, *_ = await home.queue(run.id)
    await home.claim([first, second])
    await home.settle(first)
    async with database.write() as conn:
        await broadcasts.set_state(conn, run.broadcast_id, "cancelled")
        assert await deliveries.end_open(conn, run.id, "cancelled", "by hand", 1) == 1
        assert await deliveries.end_open(conn, run.id, "cancelled", "by hand", 100) == 1
        assert await deliveries.has_open(conn, run.id)
    await home.settle(second)
    assert await home.states(run.id) == {"sent": 2, "cancelled": 2}
    async with database.read() as conn:
        assert not await deliveries.has_open(conn, run.id)


async def test_progress_by_unit_sums_to_the_audience(database: Database) -> None:
    home = await scene(database)
    for name, unit in (("an", "66"), ("binh", "24169"), ("chi", "24169"), ("dung", "24133")):
        await home.member(name, unit)
    run = await home.run()
    async with database.write() as conn:
        await erasing.erase(conn, (await home.queue(run.id))[0].member_id or 0)
        found = await progress.by_unit(conn, run.id)
        assert {one.path: one.audience for one in found} == {
            PATHS["66"]: 1,
            PATHS["24169"]: 2,
            PATHS["24133"]: 1,
        }
        total = (await conn.execute(select(func.count()).where(delivery.c.run_id == run.id))).scalar_one()
    assert total == run.audience == 4
