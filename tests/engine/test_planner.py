"""The planner's promises: each occurrence once or reported missed, and every run ends."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.outcome import Uncertain
from bot.core.guidance.audience import LISTENERS, Audience
from bot.core.guidance.briefing import Topic
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Monthly, Once, Schedule
from bot.core.schedule.quiet import Rest
from bot.core.schedule.weekly import Daily
from bot.engine import chunks
from bot.engine.planner import Planner
from bot.storage.delivery import deliveries, runs
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import briefings, broadcasts
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import members
from bot.storage.tables import broadcast
from tests.engine.desk import until
from tests.engine.script import ScriptedClock, in_parts
from tests.storage.scene import HOUR, NOW, TOPIC, Scene, briefing, scene
from tests.stores import store

ZONE = "Asia/Ho_Chi_Minh"
TOPICS = {TOPIC: Topic(code=TOPIC, name={"vi": TOPIC})}


@dataclass
class Office:
    """A planner with a clock, and whom it told what."""

    home: Scene
    clock: ScriptedClock = field(default_factory=ScriptedClock)
    missed: list[int] = field(default_factory=list)
    differing: list[tuple[int | None, int]] = field(default_factory=list)
    topics: dict[str, Topic] = field(default_factory=lambda: dict(TOPICS))
    rest: Rest = field(default_factory=lambda: Rest(ZONE, 21 * 60, 6 * 60, weekends=True))
    rings: int = 0

    def planner(self) -> Planner:
        """One more process."""
        return Planner(
            self.home.database,
            self.topics,
            self._tell,
            in_parts,
            self._rings,
            self.clock,
            rest=lambda: self.rest,
        )

    async def _tell(self, conn: AsyncConnection, row: BroadcastRow, run: RunRow, now: int) -> None:
        if run.state == "missed":
            self.missed.append(run.at)
        else:
            self.differing.append((run.promised, run.audience))

    def _rings(self) -> None:
        self.rings += 1

    async def work(self, planner: Planner | None = None) -> None:
        """Rounds until there is nothing to do."""
        planner = planner or self.planner()
        while await planner.step():
            pass

    async def runs(self) -> list[RunRow]:
        """Every run."""
        async with self.home.database.read() as conn:
            return await runs.every(conn)

    async def monthly(self, **options: Any) -> int:
        """A broadcast on the 31st of every month, or its last day, at 8."""
        schedule: Schedule = Monthly(day=31, hour=8, minute=0, timezone=ZONE)
        async with self.home.database.write() as conn:
            version = await briefings.keep(conn, briefing("thang"), [], NOW)
            values = {"late_limit_ms": HOUR, "expiry_ms": 24 * HOUR, "created_by": None, **options}
            meant = Audience(unit="66", topic=TOPIC, roles=LISTENERS)
            return await broadcasts.create(conn, version, meant, schedule, now=self.clock.wall, **values)


@pytest.fixture(params=["sqlite", "postgres"])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    async with store(request.param, tmp_path) as database:
        yield Office(await scene(database))


def instant(*when: int) -> int:
    return int(datetime(*when, tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)  # type: ignore[arg-type, misc]


async def test_a_broadcast_that_falls_due_is_planned_and_rings(office: Office) -> None:
    await office.home.member("an")
    await office.home.broadcast()
    await office.work()
    (run,) = await office.runs()
    assert (run.state, run.audience, run.at) == ("running", 1, NOW)
    assert office.rings > 0
    await office.work()
    assert len(await office.runs()) == 1


async def test_two_planners_at_once_plan_each_occurrence_and_member_once(office: Office) -> None:
    chunk, chunks.CHUNK = chunks.CHUNK, 2
    try:
        for name in ("an", "binh", "chi", "dung", "em"):
            await office.home.member(name)
        for slug in ("mot", "hai"):
            await office.home.broadcast(slug)
        await asyncio.gather(*(office.work(office.planner()) for _ in range(3)))
    finally:
        chunks.CHUNK = chunk
    runs = await office.runs()
    assert [(run.state, run.audience) for run in runs] == [("running", 5)] * 2
    for run in runs:
        assert await office.home.states(run.id) == {"pending": 5}


async def test_what_falls_due_while_nobody_runs_is_sent_if_not_too_late(office: Office) -> None:
    await office.home.member("an")
    await office.home.broadcast()
    office.clock.wall += HOUR - 1
    await office.work()
    assert [run.state for run in await office.runs()] == ["running"]
    assert office.missed == []


async def test_each_missed_occurrence_is_reported_once(office: Office) -> None:
    office.clock.wall = instant(2027, 1, 15, 12)
    await office.monthly()
    office.clock.wall = instant(2027, 4, 30, 8, 30)
    await asyncio.gather(*(office.work(office.planner()) for _ in range(2)))
    expected = [instant(2027, 1, 31, 8), instant(2027, 2, 28, 8), instant(2027, 3, 31, 8)]
    assert office.missed == expected
    runs = await office.runs()
    assert [run.at for run in runs] == [*expected, instant(2027, 4, 30, 8)]
    assert [run.state for run in runs][:3] == ["missed"] * 3


async def test_a_clock_set_back_sends_nothing_twice(office: Office) -> None:
    await office.home.member("an")
    office.clock.wall = instant(2027, 1, 31, 7)
    await office.monthly()
    for hours in (2, -1, -24 * 365, 24 * 365, 1):
        office.clock.wall += hours * HOUR
        await office.work()
    assert [run.at for run in await office.runs()] == [instant(2027, 1, 31, 8)]


async def test_a_run_that_has_gone_out_is_finished(office: Office) -> None:
    await office.home.member("an")
    run = await office.home.run()
    await office.work()
    assert (await office.home.look(run.id)).state == "running"
    (row,) = await office.home.queue(run.id)
    await office.home.claim([row])
    await office.work()
    assert (await office.home.look(run.id)).state == "running"
    await office.home.settle(row, Uncertain("timeout"))
    await office.work()
    assert (await office.home.look(run.id)).state == "finished"


async def test_what_has_not_gone_out_when_a_run_expires_is_skipped(office: Office) -> None:
    for name in ("an", "binh"):
        await office.home.member(name)
    run = await office.home.run(expiry_ms=HOUR)
    row, _ = await office.home.queue(run.id)
    await office.home.claim([row])
    office.clock.wall += HOUR
    await office.work()
    assert (await office.home.look(run.id)).state == "running"  # one is still under way
    assert await office.home.states(run.id) == {"inflight": 1, "skipped": 1}
    await office.home.settle(row)
    await office.work()
    assert (await office.home.look(run.id)).state == "finished"
    async with office.home.database.read() as conn:
        assert await deliveries.reasons(conn, run.id) == [("skipped", "expired", 1)]


async def test_a_cancelled_run_ends_when_nothing_is_under_way(office: Office) -> None:
    for name in ("an", "binh"):
        await office.home.member(name)
    run = await office.home.run()
    row, _ = await office.home.queue(run.id)
    await office.home.claim([row])
    async with office.home.database.write() as conn:
        await broadcasts.set_state(conn, run.broadcast_id, "cancelled")
    await office.work()
    assert (await office.home.look(run.id)).state == "cancelling"
    await office.home.settle(row)
    await office.work()
    assert (await office.home.look(run.id)).state == "cancelled"
    assert await office.home.states(run.id) == {"sent": 1, "cancelled": 1}


async def test_a_broadcast_cancelled_or_paused_before_its_time_is_not_sent(office: Office) -> None:
    await office.home.member("an")
    first, second = await office.home.broadcast("mot"), await office.home.broadcast("hai")
    async with office.home.database.write() as conn:
        await broadcasts.set_state(conn, first, "cancelled")
        await broadcasts.set_state(conn, second, "paused")
    await office.work()
    assert await office.runs() == []
    async with office.home.database.write() as conn:
        for broadcast_id in (first, second):
            await broadcasts.set_state(conn, broadcast_id, "scheduled")
    await office.work()
    assert [run.broadcast_id for run in await office.runs()] == [second]


async def test_a_topic_taken_out_of_the_content_reaches_those_who_chose_it(office: Office) -> None:
    chose = await office.home.member("an")
    await office.home.member("binh", roles=(Role.REPORTER,))
    async with office.home.database.write() as conn:
        await members.follow(conn, chose, TOPIC, True)
    await office.home.broadcast()
    async with office.home.database.write() as conn:  # as one that was scheduled before audiences were kept
        await conn.execute(update(broadcast).values(audience=None))
    office.topics.clear()
    await office.work()
    (run,) = await office.runs()
    assert [row.member_id for row in await office.home.queue(run.id)] == [chose]


async def test_an_operators_resend_keeps_a_finished_run_alive_until_it_has_gone(office: Office) -> None:
    await office.home.member("an")
    run = await office.home.run()
    (row,) = await office.home.queue(run.id)
    await office.home.claim([row])
    await office.home.settle(row, Uncertain("timeout"))
    await office.work()
    async with office.home.database.write() as conn:
        assert await deliveries.resolve(conn, run.id, "pending", NOW) == 1
    await office.work()
    assert (await office.home.look(run.id)).state == "running"
    (again,) = await office.home.queue(run.id)
    await office.home.claim([again])
    await office.home.settle(again)
    await office.work()
    assert (await office.home.look(run.id)).state == "finished"


async def test_the_loop_wakes_up_for_what_others_schedule(office: Office) -> None:
    await office.home.member("an")
    task = asyncio.create_task(office.planner().run())
    try:
        await office.home.broadcast()
        await until(lambda: office.rings >= 2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert [run.audience for run in await office.runs()] == [1]


async def differing(office: Office, promised: int = 9, **options: Any) -> RunRow:
    """Nine were promised, three are planned."""
    for name in ("an", "binh", "chi"):
        await office.home.member(name)
    await office.home.broadcast(promised=promised, **options)
    await office.work()
    (run,) = await office.runs()
    return run


async def change(office: Office, run: RunRow, to: str) -> bool:
    async with office.home.database.write() as conn:
        return await broadcasts.set_state(conn, run.broadcast_id, to)


async def test_a_plan_that_differs_stops_and_asks_before_anything_is_sent(office: Office) -> None:
    run = await differing(office)
    assert (run.state, run.promised, run.audience) == ("differs", 9, 3)
    assert office.differing == [(9, 3)]
    assert await office.home.queue(run.id) == []
    await office.work(office.planner())  # another process: it stays so, and nobody is told again
    assert (await office.home.look(run.id)).state == "differs"
    assert office.differing == [(9, 3)]
    assert not await change(office, run, "paused")
    assert await change(office, run, "scheduled")
    assert len(await office.home.queue(run.id)) == 3


async def test_a_plan_may_be_off_by_a_few(office: Office) -> None:
    run = await differing(office, promised=5)
    assert (run.state, run.promised, office.differing) == ("running", 5, [])


async def test_a_plan_in_chunks_is_held_against_its_promise_as_a_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK", 2)
    for number in range(7):
        await office.home.member(f"m{number}")
    for slug, promised, state in (("mot", 7, "running"), ("hai", 20, "differs")):
        await office.home.broadcast(slug, promised=promised)
        await office.work()
        assert ((await office.runs())[-1].state, (await office.runs())[-1].audience) == (state, 7)


async def test_an_audience_of_nobody_is_told_and_no_success(office: Office) -> None:
    await office.home.broadcast()
    await office.work()
    (run,) = await office.runs()
    assert (run.state, run.audience, office.differing) == ("differs", 0, [(None, 0)])


async def test_what_differs_and_is_cancelled_never_goes(office: Office) -> None:
    run = await differing(office)
    assert await change(office, run, "cancelled")
    await office.work()
    assert (await office.home.look(run.id)).state == "cancelled"
    assert await office.home.states(run.id) == {"cancelled": 3}


async def test_what_differs_expires_as_what_is_paused_does_and_was_missed(office: Office) -> None:
    run = await differing(office, expiry_ms=HOUR)
    office.clock.wall += HOUR
    await office.work()
    assert (await office.home.look(run.id)).state == "missed"
    assert await office.home.states(run.id) == {"skipped": 3}
    assert office.missed == [run.at]
    assert not await change(office, run, "scheduled")


async def test_what_recurs_is_held_against_the_last_run_that_went_out(office: Office) -> None:
    async def month(number: int, day: int) -> RunRow:
        office.clock.wall = instant(2027, number, day, 8)
        await office.work()
        return (await office.runs())[-1]

    async def finish(run: RunRow) -> None:
        office.home.now = office.clock.wall
        for row in await office.home.queue(run.id):
            await office.home.claim([row])
            await office.home.settle(row)
        await office.work()

    for number in range(4):
        await office.home.member(f"m{number}")
    office.clock.wall = instant(2027, 1, 15, 12)
    await office.monthly(promised=10)
    first = await month(1, 31)
    assert (first.state, first.promised, first.audience) == ("differs", 10, 4)
    await change(office, first, "scheduled")  # somebody lets it go to four: these are counted on from now on
    await finish(first)
    second = await month(2, 28)
    assert (second.state, second.promised, second.audience) == ("running", 4, 4)
    await finish(second)
    for number in range(4, 8):
        await office.home.member(f"m{number}")
    third = await month(3, 31)
    assert (third.state, third.promised, third.audience) == ("differs", 4, 8)
    fourth = await month(4, 30)  # nobody decided about the third, which ran out of time
    assert (fourth.state, fourth.promised) == ("differs", 4)
    assert (await office.home.look(third.id)).state == "missed"


async def test_what_falls_into_quiet_hours_waits_and_goes_once(office: Office) -> None:
    await office.home.member("an")
    await office.work()
    friday = instant(2026, 12, 11, 22, 30)
    office.clock.wall = friday - HOUR
    async with office.home.database.write() as conn:
        version = await briefings.keep(conn, briefing("dem"), [], NOW)
        meant = Audience(unit="66", topic=TOPIC, roles=LISTENERS)
        kept: dict[str, Any] = {"late_limit_ms": 3 * HOUR, "expiry_ms": 24 * HOUR, "created_by": None}
        kept["now"] = office.clock.wall
        quiet = await broadcasts.create(conn, version, meant, Once(at=friday), rest=office.rest, **kept)
        urgent = await broadcasts.create(conn, version, meant, Once(at=friday), urgent=True, **kept)
        daily = Daily(hour=8, minute=0, timezone=ZONE)
        news = await broadcasts.create(conn, version, meant, daily, rest=office.rest, **kept)
    for _ in range(40):  # awake every two hours, until Monday noon
        await office.work()
        await office.work(office.planner())  # and another process
        office.clock.wall += 2 * HOUR
    opened = sorted((run.broadcast_id, run.at, run.state) for run in await office.runs())
    monday = instant(2026, 12, 14, 8)
    states = {run[2] for run in opened}
    assert "missed" not in states, opened  # on Monday it was not late
    assert [run[:2] for run in opened if run[0] in (quiet, urgent)] == [(quiet, friday), (urgent, friday)]
    assert [at for number, at, _ in opened if number == news and at <= monday] == [monday]
    async with office.home.database.read() as conn:
        ended = await broadcasts.get(conn, quiet)
        going = await broadcasts.get(conn, news)
    assert ended is not None
    assert going is not None
    assert (ended.state, ended.quiet) == ("finished", True)
    assert going.next_at is not None
    assert going.next_at > monday


async def test_quiet_hours_that_are_changed_meanwhile_hold(office: Office) -> None:
    await office.home.member("an")
    await office.work()
    at = instant(2026, 12, 9, 22)
    office.clock.wall = at - HOUR
    async with office.home.database.write() as conn:
        version = await briefings.keep(conn, briefing("dem"), [], NOW)
        meant = Audience(unit="66", topic=TOPIC, roles=LISTENERS)
        number = await broadcasts.create(
            conn, version, meant, Once(at=at), rest=office.rest, late_limit_ms=HOUR, expiry_ms=24 * HOUR,
            created_by=None, now=office.clock.wall,
        )  # fmt: skip
    office.rest = Rest(ZONE, 21 * 60, 9 * 60)
    office.clock.wall = instant(2026, 12, 10, 6)
    await office.work()
    assert [run for run in await office.runs() if run.broadcast_id == number] == []
    async with office.home.database.read() as conn:
        row = await broadcasts.get(conn, number)
    assert row is not None
    assert (row.state, row.next_at) == ("scheduled", instant(2026, 12, 10, 9))
    office.clock.wall = instant(2026, 12, 10, 9)
    await office.work()
    (run,) = [run for run in await office.runs() if run.broadcast_id == number]
    assert run.at == at
