"""Runs end: what is cancelled, out of time, or sent to everybody."""

from collections.abc import Awaitable, Callable, Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.guidance.reminding import Follow
from bot.core.kernel.values import Ms
from bot.engine.points import reached
from bot.storage.database import Database
from bot.storage.delivery import correcting, deliveries, runs
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import broadcasts
from bot.storage.guidance.broadcasts import BroadcastRow

CHUNK = 5_000  # rows a transaction: replies wait for no longer than one of them
ENDS = {"cancelled": ("cancelling",), "missed": ("differs",), "finished": ("running", "paused")}
Tell = Callable[[AsyncConnection, BroadcastRow, RunRow, Ms], Awaitable[None]]


async def of_run(conn: AsyncConnection, run: RunRow) -> BroadcastRow:
    """The broadcast that a run is of. Raises LookupError where there is none."""
    row = await broadcasts.get(conn, run.broadcast_id)
    if row is None:
        raise LookupError(f"run {run.id} has no broadcast")
    return row


class Ending:
    """Ends runs. `tell`, `counted`: as the planner has them."""

    def __init__(self, database: Database, tell: Tell, counted: Callable[[], Collection[str]]) -> None:
        self._database = database
        self._tell = tell
        self._counted = counted

    async def end(self, run: RunRow, state: str, reason: Reason, now: Ms) -> bool:
        """Ends a run's open rows, a chunk at a time, and then the run. True if anything changed."""
        rows = "cancelled" if state == "cancelled" else "skipped"
        late = run.state == "running" and run.kind in (None, Follow.CORRECTION)
        fetched = self._counted() if late and state == "finished" else ()
        async with self._database.write() as conn:
            await runs.hold(conn, run.id)
            moved = await deliveries.end_open(conn, run.id, rows, reason, CHUNK, fetched)
            if moved < CHUNK and not await deliveries.has_open(conn, run.id):
                ended = await runs.set_state(conn, run.id, ENDS[state], state, now)
                if ended and state == "finished" and run.about is not None:
                    await correcting.finished(conn, run.id, now)
                fresh = await runs.get(conn, run.id) if ended and state == "missed" else None
                if fresh is not None:
                    await self._tell(conn, await of_run(conn, fresh), fresh, now)
                return ended
        return moved > 0

    async def finish(self, run: RunRow, now: Ms) -> bool:
        """Ends a run that has nothing left to send. True where it did."""
        async with self._database.read() as conn:
            if await deliveries.has_open(conn, run.id):
                return False
        async with self._database.write() as conn:
            await runs.hold(conn, run.id)
            if await deliveries.has_open(conn, run.id):
                return False
            finished = await runs.set_state(conn, run.id, ("running",), "finished", now)
            if finished and run.about is not None:
                await correcting.finished(conn, run.id, now)
            reached("planner.end.before_commit")
        reached("planner.end.after_commit")
        return finished
