"""A run's deliveries are planned a chunk at a time, for others wait to write until a chunk is done."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.composing import keep
from bot.core.guidance.audience import Audience, audience
from bot.core.guidance.briefing import Topic
from bot.core.kernel.values import Ms
from bot.core.people.members import parse_roles
from bot.engine.editions import ScreenOf, WithAdded, by_unit, write
from bot.engine.ending import CHUNK, Tell, of_run
from bot.engine.points import reached
from bot.engine.times import Clock
from bot.engine.ways import FindWays
from bot.storage.database import Database
from bot.storage.delivery import grouping, planning, runs
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import approvals
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import rules, units
from bot.storage.people.units import UnitRow

log = structlog.get_logger()
BESIDE = 1_000  # rows a transaction while others wait to write: about 10 ms
ROUND_S = 0.25  # of chunks of one run, before the planner looks at all else again


class Chunks:
    """Plans the deliveries of runs. All parts as the planner has them."""

    def __init__(
        self,
        database: Database,
        topics: Mapping[str, Topic],
        tell: Tell,
        screen_of: ScreenOf,
        planned: Callable[[], None],
        clock: Clock,
        ways: FindWays,
        with_added: WithAdded | None,
    ) -> None:
        self._database = database
        self._topics = topics
        self._tell = tell
        self._screen_of = screen_of
        self._planned = planned
        self._clock = clock
        self._ways = ways
        self._with_added = with_added
        self._crowded = False  # others waited while the last chunk was written

    async def plan(self, run: RunRow, now: Ms) -> bool:
        """Some chunks of a run that is being planned. True if anything changed."""
        until = self._clock.monotonic() + ROUND_S
        async with self._database.read() as conn:
            row = await of_run(conn, run)
            grouped = row.addenda_ms is not None and await grouping.has_added(conn, run.id)
        added = self._with_added if grouped else None
        changed = False
        while await self._some(run, added, now):
            changed = True
            if self._clock.monotonic() >= until:
                break
            await asyncio.sleep(0)  # replies between two chunks
        return changed

    async def _some(self, run: RunRow, added: WithAdded | None, now: Ms) -> bool:
        """One chunk; False where the run is not being planned any more."""
        limit = min(BESIDE, CHUNK) if self._crowded else CHUNK
        if added is not None and await self._composed(run, added, limit, now):
            return True
        # A few rows at once; many from a thread of their own, to which each statement goes and comes back.
        writing = self._database.brisk(tells=True) if self._crowded else self._database.write()
        async with writing as conn:
            fresh = await runs.get(conn, run.id)
            if fresh is None or fresh.state != "planning":
                return False
            row = await of_run(conn, fresh)
            meant, place = await self._audience(conn, row)
            chosen = planning.chosen(meant, place.path)
            if added is not None and await grouping.lacking(conn, fresh, chosen, limit, 1):
                return True  # somebody came in meanwhile whose words are to be composed
            version = row.briefing_id, row.urgent, await approvals.approver(conn, row)
            words = partial(write, conn, self._screen_of, version, now=now)
            where = place.path, limit, now, words, place.name, await self._ways(conn, now)
            done = await planning.plan_some(conn, fresh, meant, *where, grouped=added is not None)
            planned = await runs.get(conn, run.id) if done else None
            if planned is not None and planned.state == "differs":
                await self._tell(conn, row, planned, now)
            self._crowded = self._database.crowded
            reached("planner.chunk.before_commit")
        reached("planner.chunk.after_commit")
        if planned is not None:
            _note(planned)
            self._planned()
        return True

    async def _composed(self, run: RunRow, added: WithAdded, limit: int, now: Ms) -> bool:
        """Compose words with addenda for the next recipients; False where nobody lacks them."""
        async with self._database.read() as conn:
            fresh = await runs.get(conn, run.id)
            if fresh is None or fresh.state != "planning":
                return False
            row = await of_run(conn, fresh)
            meant, place = await self._audience(conn, row)
            people, words = planning.chosen(meant, place.path), (self._screen_of, added)
            version = row.briefing_id, row.urgent, await approvals.approver(conn, row)
            made = await by_unit(conn, words, fresh, version, people, limit)
        if made is None:
            return False
        async with self._database.write() as conn:
            still = await runs.get(conn, run.id)
            if still is not None and still.state == "planning":
                await keep(conn, made, now)
        return True

    async def _audience(self, conn: AsyncConnection, row: BroadcastRow) -> tuple[Audience, UnitRow]:
        place = await units.get(conn, row.unit)
        if place is None:
            raise LookupError(f"broadcast {row.id} names unit {row.unit}, which is not known")
        if row.audience is not None:
            return await self._in_earnest(conn, row, row.audience, place), place
        roles = parse_roles(row.roles)  # scheduled before audiences were kept
        topic = self._topics.get(row.topic)
        if topic is None:  # taken out of the content since: whoever chose it still gets it
            return Audience(unit=row.unit, topic=row.topic, roles=roles, followed=False), place
        return audience(row.unit, topic, roles), place

    async def _in_earnest(
        self, conn: AsyncConnection, row: BroadcastRow, meant: Audience, place: UnitRow
    ) -> Audience:
        """Nobody, where its unit went into training since it fell due."""
        own = row.issuer in (None, place.code)
        issuer = place if own else await units.get(conn, str(row.issuer))
        practising = issuer is not None and await rules.practises(conn, issuer.path)
        return meant.model_copy(update={"only": ()}) if practising and meant.only is None else meant


def _note(run: RunRow) -> None:
    if run.state == "differs":
        log.error(
            "a run differs from what was promised: nothing is sent until somebody decides",
            run=run.id,
            broadcast=run.broadcast_id,
            promised=run.promised,
            planned=run.audience,
        )
    else:
        log.info("run planned", run=run.id)
