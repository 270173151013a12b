"""The outbox, which is the ledger: one table for what runs deliver and what conversations reply.

Here is what people, runs and operators do with it. `replies` puts in what is replied, `claims` is what a
sender does with rows.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import (
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, OPEN, Priority, State
from bot.core.guidance.broadcast import RUN
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms
from bot.core.people.permissions import Act
from bot.storage.accounts.tables import account, endpoint
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.moves import to_either, to_state
from bot.storage.people.states import suspended

UNDELIVERED = ("failed", "skipped", "uncertain", "abandoned", "unfetched")


async def end_open(
    conn: AsyncConnection, run_id: int, state: str, reason: str, limit: int, fetched: Collection[str] = ()
) -> int:
    """Move up to `limit` open rows of a run to a terminal state; returns how many.

    Those on the accounts `fetched`, and those under way to who wrote, wait until their members write.
    """
    ended = 0
    for waits in (*OPEN, State.UNFETCHED) if state == State.CANCELLED else OPEN:  # each has its index
        theirs = delivery.c.run_id == run_id, in_state(delivery.c.state, waits)
        some = select(delivery.c.id).where(*theirs).limit(limit - ended)
        mine = update(delivery).where(delivery.c.id.in_(some))
        if fetched:
            kept = or_(delivery.c.account.in_(fetched), delivery.c.priority >= Priority.FETCHED_FIRST)
            why = case((kept, str(Reason.UNFETCHED)), else_=reason)
            moves = ((kept, State.UNFETCHED),)
            mine = to_either(mine, DELIVERY, waits, Loop.PLANNER, *moves, otherwise=state, found=True)
            ended += (await conn.execute(mine.values(reason=why))).rowcount
        else:
            mine = to_state(mine, DELIVERY, state, Loop.PLANNER, only=(waits,), found=True)
            ended += (await conn.execute(mine.values(reason=reason))).rowcount
    return ended


async def has_open(conn: AsyncConnection, run_id: int) -> bool:
    """Whether a run still has rows to send or in flight."""
    theirs = delivery.c.run_id == run_id
    waiting = select(delivery.c.id).where(theirs, in_state(delivery.c.state, "pending"))
    if (await conn.execute(waiting.limit(1))).first() is not None:
        return True
    # Few are under way, on all accounts together: they are looked through, not the run's rows.
    theirs = (delivery.c.run_id + 0 == run_id) & delivery.c.account.in_(select(account.c.name))
    for state in ("inflight", "retry"):
        query = select(delivery.c.id).where(theirs, in_state(delivery.c.state, state))
        if (await conn.execute(query.limit(1))).first() is not None:
            return True
    return False


async def acknowledge(conn: AsyncConnection, delivery_id: int, member_id: int, now: Ms) -> Ms | None:
    """A tap proves arrival: uncertain becomes sent. Returns when it was first acknowledged, ms UTC.

    None where the row is not this member's, or was never sent.
    """
    mine = update(delivery).where(delivery.c.id == delivery_id, delivery.c.member_id == member_id)
    await arrived(conn, delivery_id, member_id, now)
    there = in_state(delivery.c.state, "sent", "accepted")
    await conn.execute(mine.where(there, delivery.c.acknowledged_at.is_(None)).values(acknowledged_at=now))
    query = select(delivery.c.acknowledged_at).where(
        delivery.c.id == delivery_id, delivery.c.member_id == member_id
    )
    found = (await conn.execute(query)).first()
    return None if found is None or found[0] is None else Ms(found[0])


async def arrived(conn: AsyncConnection, delivery_id: int, member_id: int, now: Ms) -> int | None:
    """Any tap on a delivery proves that it arrived. Returns its run; None where it is not this member's."""
    mine = update(delivery).where(delivery.c.id == delivery_id, delivery.c.member_id == member_id)
    gone_before = delivery.c.resent | ~in_state(delivery.c.state, *OPEN, State.UNFETCHED)
    there = to_state(mine.where(gone_before), DELIVERY, State.SENT, Act.ACKNOWLEDGE)
    await conn.execute(there.values(sent_at=now, reason=None))
    query = select(delivery.c.run_id).where(
        delivery.c.id == delivery_id, delivery.c.member_id == member_id, delivery.c.run_id.is_not(None)
    )
    found = (await conn.execute(query)).first()
    return None if found is None else int(found[0])


async def waiting(conn: AsyncConnection, account: str) -> int:
    """How many rows wait for this account."""
    mine = (delivery.c.account == account) & in_state(delivery.c.state, "pending", "retry")
    query = select(func.count()).select_from(delivery).where(mine)
    return int((await conn.execute(query)).scalar_one())


class Awaiting(NamedTuple):
    """Rows of a run that wait for an account. `why` a try failed, None before one; `at` the next, ms UTC."""

    account: str
    state: str
    stopped: str | None
    why: str | None
    rows: int
    at: Ms


async def awaiting(conn: AsyncConnection, run_ids: Sequence[int]) -> list[Awaiting]:
    """What waits of these runs, by account."""
    failed = case((in_state(delivery.c.state, "retry"), delivery.c.reason))
    query = (
        select(
            delivery.c.account,
            account.c.state,
            account.c.reason,
            failed,
            func.count(),
            func.min(delivery.c.not_before),
        )
        .join(account, account.c.name == delivery.c.account)
        .where(delivery.c.run_id.in_(run_ids), in_state(delivery.c.state, "pending", "retry"))
        .group_by(delivery.c.account, account.c.state, account.c.reason, failed)
        .order_by(delivery.c.account)
    )
    return [Awaiting(*row) for row in await conn.execute(query)]


async def counts(conn: AsyncConnection, run_id: int) -> dict[str, int]:
    """Rows by stored state, and "acknowledged"; the states sum to the run's audience."""
    read = func.count(delivery.c.acknowledged_at)
    query = select(delivery.c.state, func.count(), read).where(delivery.c.run_id == run_id)
    found = {str(state): 0 for state in State}
    found["acknowledged"] = 0
    for state, count, acknowledged in await conn.execute(query.group_by(delivery.c.state)):
        found[state] += count
        found["acknowledged"] += acknowledged
    return found


async def reasons(conn: AsyncConnection, run_id: int, *states: str) -> list[tuple[str, str, int]]:
    """(state, reason, rows) of what failed, was skipped, is in doubt or unfetched, the most frequent first.

    `states`: only these.
    """
    wanted = in_state(delivery.c.state, *(states or UNDELIVERED))
    query = (
        select(delivery.c.state, delivery.c.reason, func.count())
        .where(delivery.c.run_id == run_id, wanted)
        .group_by(delivery.c.state, delivery.c.reason)
    )
    rows = [(state, reason or "", count) for state, reason, count in await conn.execute(query)]
    return sorted(rows, key=lambda row: -row[2])


async def resolve(conn: AsyncConnection, run_id: int, to: str, now: Ms) -> int:
    """An operator's word on a run's uncertain rows; returns how many moved.

    "pending" sends them again, from the part that is in doubt; "accepted" takes them for arrived, "abandoned"
    for failed. Only who can still be reached is sent to again, and only in a run that was neither cancelled
    nor is past its time; one that had finished goes on.
    """
    mine = to_state(update(delivery).where(delivery.c.run_id == run_id), DELIVERY, to, Act.RESOLVE)
    if to != State.PENDING:
        return (await conn.execute(mine)).rowcount
    goes_on = ("differs", "running", "paused", "finished")
    fit = select(run.c.state).where(run.c.id == run_id, run.c.state.in_(goes_on), run.c.expires_at > now)
    if (await conn.execute(fit.with_for_update())).first() is None:
        return 0
    reached = (
        select(literal_column("1"))
        .where(
            endpoint.c.member_id == delivery.c.member_id,
            endpoint.c.account == delivery.c.account,
            endpoint.c.chat_id == delivery.c.chat_id,
            endpoint.c.state == "open",
        )
        .exists()
    )
    again = {"resent": True, "attempts": 0, "not_before": now, "reason": None}
    reachable = mine.where(reached, ~suspended(delivery.c.member_id))
    moved = (await conn.execute(reachable.values(**again))).rowcount
    if moved:
        finished = to_state(update(run).where(run.c.id == run_id), RUN, "running", Act.RESOLVE)
        await conn.execute(finished.values(finished_at=None))
    return moved
