"""What the rows of runs wait for: an account that stopped, a month that is used up, another try."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.acts.context import Context
from bot.core.delivery.quota import next_period, period
from bot.core.delivery.reasons import Reason, known
from bot.core.kernel.values import Ms
from bot.core.schedule.instants import milliseconds
from bot.storage.accounts import usage
from bot.storage.delivery import deliveries
from bot.storage.delivery.deliveries import Awaiting


@dataclass(frozen=True, slots=True)
class Waits:
    """So many rows wait for an account. `until` (ms UTC): they go on then; None: once somebody mends it."""

    account: str
    count: int
    why: Reason
    until: Ms | None


async def of_runs(ctx: Context, runs: Sequence[int]) -> list[Waits]:
    """By account; nothing of what is on its way. Needs the database alone."""
    rows = await deliveries.awaiting(ctx.conn, runs) if runs else []
    spent = await usage.told(ctx.conn, period(ctx.moment)) if rows else set()
    found = (_waits(ctx, list(some), spent) for _, some in groupby(rows, key=lambda one: one.account))
    return [one for one in found if one is not None]


def _waits(ctx: Context, rows: Sequence[Awaiting], spent: set[str]) -> Waits | None:
    first, every = rows[0], sum(one.rows for one in rows)
    if first.state != "open":
        return Waits(first.account, every, known(first.stopped), None)
    failed = sorted((one for one in rows if one.why is not None), key=lambda one: one.at)
    if failed:
        why = known(failed[0].why)
        count = every if why is Reason.QUOTA else sum(one.rows for one in failed)
        return Waits(first.account, count, why, failed[0].at)
    if first.account in spent:
        return Waits(first.account, every, Reason.QUOTA, milliseconds(next_period(ctx.moment)))
    return None
