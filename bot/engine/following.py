"""What follows a run: reminders fall due, and are planned, in the planner's own rounds."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.composing import Composed, keep
from bot.core.kernel.values import Ms
from bot.engine.points import reached
from bot.engine.ways import FindWays, any_way
from bot.storage.database import Database
from bot.storage.delivery import correcting, followed, following, runs
from bot.storage.delivery.runs import RunRow

Compose = Callable[[AsyncConnection, RunRow], Awaitable[Composed | None]]
FallDue = Callable[[AsyncConnection, int, int], Awaitable[None]]  # run, now (ms UTC)


async def nothing(*_: object) -> None:
    """Nothing follows by itself."""


async def no_words(*_: object) -> Composed | None:
    """Nobody has words of their own."""
    return None


class Following:
    """Runs that follow others. `fall_due` does what is due of a run: see `bot.acts.reminders`.

    `corrected` composes the words of a correction for groups that lack theirs: see `bot.acts.corrected`.
    `ways`: which addresses are worse now.
    """

    def __init__(
        self,
        database: Database,
        fall_due: FallDue,
        corrected: Compose = no_words,
        ways: FindWays = any_way,
    ) -> None:
        self._ways = ways
        self._database = database
        self._fall_due = fall_due
        self._corrected = corrected

    async def step(self, now: Ms) -> bool:
        """What fell due by now, a transaction each. True if there was any."""
        async with self._database.read() as conn:
            waiting = await followed.due(conn, now)
        for run_id in waiting:
            async with self._database.write() as conn:
                await self._fall_due(conn, run_id, now)
        return bool(waiting)

    async def plan(self, run: RunRow, limit: int, now: Ms) -> bool:
        """One chunk of a run that follows another. True when it was the last."""
        if run.kind in following.CORRECTING and await self._compose(run, now):
            return False
        async with self._database.write() as conn:
            fresh = await runs.get(conn, run.id)
            done = fresh is not None and fresh.state == "planning"
            if fresh is not None and done:
                corrects = fresh.kind in following.CORRECTING
                plan_some = correcting.plan_some if corrects else following.plan_some
                done = await plan_some(conn, fresh, limit, now, await self._ways(conn, now))
            reached("planner.chunk.before_commit")
        reached("planner.chunk.after_commit")
        return done

    async def _compose(self, run: RunRow, now: Ms) -> bool:
        async with self._database.read() as conn:
            made = await self._corrected(conn, run)
        if made is not None:
            async with self._database.write() as conn:
                await keep(conn, made, now)
        return made is not None


def waits(run: RunRow, now: Ms) -> bool:
    """Whether it is to be planned later: it costs nothing until then."""
    return run.about is not None and run.state == "planning" and run.at > now
