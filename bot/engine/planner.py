"""From schedules to the outbox. Occurrences, not timers: what fell due is read from the store each time."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.guidance.briefing import Topic
from bot.core.kernel.values import Ms
from bot.core.schedule.occurrences import due, late
from bot.core.schedule.quiet import Rest
from bot.engine.bell import Bell
from bot.engine.chunks import Chunks
from bot.engine.editions import ScreenOf, WithAdded
from bot.engine.ending import CHUNK, Ending, Tell
from bot.engine.following import Compose, FallDue, Following, no_words, nothing, waits
from bot.engine.held import Held
from bot.engine.loop import Loop
from bot.engine.points import reached
from bot.engine.times import Clock
from bot.engine.ways import FindWays, any_way
from bot.storage.database import Database
from bot.storage.delivery import followed, grouping, runs
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import broadcasts, falling_due
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import rules

log = structlog.get_logger()
UNDER_WAY = ("planning", "differs", "running", "paused", "cancelling")
WORKED_ON = frozenset({"planning", "running", "cancelling"})  # the others wait for somebody, or expire
NOTICE_S = 0.5  # how soon a change is seen that nobody rings for
Withhold = Callable[[AsyncConnection, BroadcastRow, Ms], Awaitable[bool]]


class Planner:
    """Opens a run for each occurrence, plans its deliveries, and ends runs that are done.

    `tell` somebody of a run that needs a person: one that was missed, or differs from what was promised.
    `topics` as they are in force; `refresh` looks whether the content changed. `withhold` keeps back what may
    not go out yet, and is True where it did. `fall_due` sees to what follows a run.
    `rest`: the quiet hours in force. `counted`: accounts whose platform says how much, or when, they write;
    what they could not push in time is fetched. `ways`: which of their addresses are worse now. `with_added`:
    a briefing with the addenda of units below its issuer; `corrected`: the same where it was corrected.
    """

    def __init__(
        self,
        database: Database,
        topics: Mapping[str, Topic],
        tell: Tell,
        screen_of: ScreenOf,
        planned: Callable[[], None],
        clock: Clock,
        idle_s: float = NOTICE_S,
        refresh: Callable[[], Awaitable[object]] | None = None,
        withhold: Withhold | None = None,
        fall_due: FallDue = nothing,
        rest: Callable[[], Rest] | None = None,
        counted: Callable[[], Collection[str]] = tuple,
        ways: FindWays = any_way,
        with_added: WithAdded | None = None,
        corrected: Compose = no_words,
    ) -> None:
        self._ending = Ending(database, tell, counted)
        self._chunks = Chunks(database, topics, tell, screen_of, planned, clock, ways, with_added)
        self._rest = rest
        self._following = Following(database, fall_due, corrected, ways)
        self._database = database
        self._topics = topics
        self._tell = tell
        self._planned = planned
        self._clock = clock
        self._alarm = Bell()
        self._idle_s = idle_s
        self._refresh = refresh
        self._withhold = withhold
        self._active = False  # runs are under way: they end without a ring
        self._expires: int | None = None  # when the first of them expires, ms UTC
        self._held = Held(clock)
        # The truth is in the store; the alarm clock may forget everything and lose nothing.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    async def run(self) -> None:
        """Plan until cancelled."""
        await self.loop().run()

    def loop(self) -> Loop:
        """Its life in the program, with an alarm clock set to the next occurrence."""
        self._scheduler.start()
        return Loop("planner", self._turn, self._rest_s, self._clock, self._alarm, stop=self._stop)

    def wake(self) -> None:
        """Something was scheduled, paused or cancelled in this process."""
        self._alarm.ring()

    async def _turn(self) -> bool:
        worked = await self.step()
        if not worked:
            await self._set_alarm()
        return worked

    def _rest_s(self) -> float:
        return NOTICE_S if self._active else self._idle_s

    async def _stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def _set_alarm(self) -> None:
        async with self._database.read() as conn:
            times = self._expires, await falling_due.next_at(conn), await followed.next_at(conn)
        at = min((one for one in times if one is not None), default=None)
        if at is not None:
            # The alarm clock reads the machine's wall clock, which may not be the one that is believed.
            moment = datetime.now(UTC) + timedelta(seconds=max(NOTICE_S, (at - self._clock.now_ms()) / 1000))
            self._scheduler.add_job(self.wake, DateTrigger(moment), id="next", replace_existing=True)

    async def step(self) -> bool:
        """One round: what fell due, one chunk of planning, what ends. True if anything changed."""
        now = self._clock.now_ms()
        async with self._database.read() as conn:
            if await self._held.on(conn):
                return False
            waiting = await falling_due.due(conn, now)
            active = [one for one in await runs.every(conn, states=UNDER_WAY) if not waits(one, now)]
        self._active = any(one.state in WORKED_ON for one in active)
        self._expires = min((one.expires_at for one in active), default=None)
        changed = await self._following.step(now)
        for broadcast in waiting:
            await self._fall_due(broadcast, now)
            changed = True
        for run in active:
            match run.state:
                case "planning" if run.about is not None:
                    await self._follow(run, now)
                    changed = True
                case "planning":
                    changed = await self._chunks.plan(run, now) or changed
                case "cancelling":
                    changed = await self._ending.end(run, "cancelled", Reason.CANCELLED, now) or changed
                case "differs" if run.expires_at <= now:  # nobody decided: it never went out
                    changed = await self._ending.end(run, "missed", Reason.EXPIRED, now) or changed
                case _ if run.expires_at <= now:
                    changed = await self._ending.end(run, "finished", Reason.EXPIRED, now) or changed
                case "running":
                    changed = await self._ending.finish(run, now) or changed
        return changed

    async def _fall_due(self, row: BroadcastRow, now: Ms) -> None:
        if row.topic not in self._topics and self._refresh is not None:
            await (
                self._refresh()
            )  # made a moment ago, with a broadcast to it: by a command that knew it already
        async with self._database.write() as conn:
            # Read again inside the transaction: it may have been cancelled, or planned by another process.
            fresh = await broadcasts.get(conn, row.id)
            if fresh is None or await self._kept_back(conn, fresh, now):
                return
            rest = self._rest() if fresh.quiet and self._rest is not None else None
            if rest is not None:
                rest = await rules.rest_of(conn, rest, fresh.issuer or fresh.unit)
            if not await falling_due.planned(conn, fresh, now, rest):
                return
            for at in due(fresh.schedule, fresh.planned_to, now, rest=rest):
                goes = at if rest is None else rest.deferred(at)
                too_late = late(goes, now, fresh.late_limit_ms)
                opened = await runs.open_for(conn, fresh, at, "missed" if too_late else "planning", now)
                if too_late and opened is not None:
                    await self._tell(conn, fresh, opened, now)
                elif opened is not None and fresh.addenda_ms is not None:
                    await grouping.freeze(conn, fresh.id, opened.id)
            reached("planner.open.before_commit")
        reached("planner.open.after_commit")
        self._planned()

    async def _kept_back(self, conn: AsyncConnection, row: BroadcastRow, now: Ms) -> bool:
        if self._withhold is None or row.state != "scheduled":
            return False
        return await self._withhold(conn, row, now)

    async def _follow(self, run: RunRow, now: Ms) -> None:
        if await self._following.plan(run, CHUNK, now):
            self._planned()
        await asyncio.sleep(0)  # replies between two chunks
