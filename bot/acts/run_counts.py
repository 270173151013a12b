"""Figures of a run, as whoever follows it may see them: those of a large one are counted apart."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

from bot.acts.context import Context
from bot.acts.runs import Run
from bot.core.delivery.states import State
from bot.core.guidance.figures import UnitCount
from bot.core.kernel.values import UnitPath
from bot.storage.delivery import deliveries, recipients
from bot.storage.delivery import progress as ledger

T = TypeVar("T")
LITTLE = 5_000  # recipients whose figures are counted in a moment


async def _counted(ctx: Context, what: str, run: Run, count: Callable[[Context, Run], Awaitable[T]]) -> T:
    """Figures of a run: those of a large one are counted apart."""
    if run.audience <= LITTLE:
        return await count(ctx, run)

    async def apart(there: Context) -> T:
        return await count(there, run)

    return await ctx.apart((what, run.id), apart)


async def counts(ctx: Context, run: Run) -> Mapping[str, int]:
    """A run's deliveries by state, and "acknowledged"."""
    return await _counted(ctx, "counts", run, _counts)


async def _counts(ctx: Context, run: Run) -> Mapping[str, int]:
    if not run.cut:
        return await deliveries.counts(ctx.conn, run.id)
    found = {**dict.fromkeys(map(str, State), 0), "acknowledged": 0}
    for state, count, confirmed in await recipients.counts(ctx.conn, run.id, run.cut):
        found[state] += count
        found["acknowledged"] += confirmed
    return found


async def reasons(ctx: Context, run: Run, *states: str) -> list[tuple[str, str, int]]:
    """(state, reason, rows) of what did not surely arrive; `states`: only these."""
    return await _counted(ctx, f"reasons {states}", run, partial(_reasons, states=states))


async def _reasons(ctx: Context, run: Run, states: tuple[str, ...]) -> list[tuple[str, str, int]]:
    if run.cut:
        rows = await recipients.reasons(ctx.conn, run.id, run.cut)
        return [row for row in rows if not states or row[0] in states]
    return await deliveries.reasons(ctx.conn, run.id, *states)


async def by_unit(ctx: Context, run: Run) -> list[UnitCount]:
    """A run's figures by the unit people stood in; of a run that is cut down, by the one they are in now."""
    return await _counted(ctx, "by unit", run, _by_unit)


async def of_unit(ctx: Context, run: Run, path: UnitPath) -> list[UnitCount]:
    """The figures of those who are in the unit at a path now, or below it, by unit."""

    async def count(there: Context, run: Run) -> list[UnitCount]:
        return await recipients.by_unit(there.conn, run.id, path)

    return await _counted(ctx, f"by unit {path}", run, count)


async def _by_unit(ctx: Context, run: Run) -> list[UnitCount]:
    if run.cut:
        return await recipients.by_unit(ctx.conn, run.id, run.cut)
    return await ledger.by_unit(ctx.conn, run.id)
