"""What goes on in the whole deployment, for who watches its terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import OPEN, State
from bot.core.kernel.values import Ms
from bot.storage.delivery import deliveries, runs
from bot.storage.talk import inbox


@dataclass(frozen=True, slots=True)
class Going:
    """A run in figures. `at` in ms UTC; `waiting`: deliveries not decided yet."""

    id: int
    at: Ms
    state: str
    audience: int
    waiting: int
    sent: int
    read: int


async def going_on(conn: AsyncConnection, limit: int) -> tuple[Sequence[Going], Mapping[str, int]]:
    """The newest runs, and the updates received by their state."""
    found = []
    for run in (await runs.every(conn))[-limit:]:
        counts = await deliveries.counts(conn, run.id)
        waiting = sum(counts[state] for state in (*OPEN, State.INFLIGHT))
        figures = (run.audience, waiting, counts["sent"], counts["acknowledged"])
        found.append(Going(run.id, run.at, run.state, *figures))
    return found, await inbox.counts(conn)
