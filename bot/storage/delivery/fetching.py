"""What members missed and fetch by writing: what could not be pushed, and what waits for the next month."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, Priority, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId, Ms
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.guidance.tables import broadcast
from bot.storage.moves import to_state

GOES = ("running", "finished")  # what was paused or cancelled is fetched by nobody
MOST_READ = 200  # of one member's, looked at to find the first


class Missed(NamedTuple):
    """A delivery that waits for its member. `urgent`: its broadcast is."""

    id: int
    topic: str
    urgent: bool


async def missed(
    conn: AsyncConnection, member_id: int, account: str, now: Ms, *, spent: bool
) -> list[Missed]:
    """What a member who writes on this account has not got, the older first.

    `spent`: the account may push no more this month, so that what waits on it is meant too. What has begun
    on another account goes on there alone.
    """
    there = or_(delivery.c.part == 0, delivery.c.account == account)
    found = await _read(conn, member_id, in_state(delivery.c.state, State.UNFETCHED), there)
    if spent:
        waits = in_state(delivery.c.state, State.PENDING), delivery.c.account == account
        ordinary = delivery.c.priority.in_((int(Priority.URGENT), int(Priority.ORDINARY)))
        under_way = run.c.state == "running", run.c.expires_at > now
        found += await _read(conn, member_id, *waits, ordinary, *under_way)
    return sorted(found)


async def _read(conn: AsyncConnection, member_id: int, *conditions: ColumnElement[bool]) -> list[Missed]:
    query = (
        select(delivery.c.id, broadcast.c.topic, broadcast.c.urgent)
        .join(run, run.c.id == delivery.c.run_id)
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .where(delivery.c.member_id == member_id, run.c.state.in_(GOES), *conditions)
        .order_by(delivery.c.id)
        .limit(MOST_READ)
    )
    return [Missed(row[0], row[1], bool(row[2])) for row in await conn.execute(query)]


async def fetch(
    conn: AsyncConnection, ids: Collection[int], lane: Priority, account: str, chat_id: ChatId, now: Ms
) -> None:
    """These go now, in the chat where their member wrote, before the answer."""
    if not ids:
        return
    mine = update(delivery).where(delivery.c.id.in_(ids))
    goes = to_state(mine, DELIVERY, State.PENDING, Loop.DISPATCHER, found=True)
    here = {"account": account, "chat_id": chat_id, "not_before": now, "attempts": 0, "reason": None}
    await conn.execute(goes.values(priority=int(lane), **here))
    waits = in_state(delivery.c.state, State.PENDING), delivery.c.priority < int(Priority.FETCHED_FIRST)
    await conn.execute(mine.where(*waits).values(priority=int(lane)))


async def expire(conn: AsyncConnection, before: Ms, limit: int) -> int:
    """Give up what was planned before an instant (ms UTC) and nobody fetched; returns how many."""
    unfetched = in_state(delivery.c.state, State.UNFETCHED)
    old = select(delivery.c.id).where(unfetched, delivery.c.created_at < before).limit(limit)
    mine = update(delivery).where(delivery.c.id.in_(old))
    from_there = (State.UNFETCHED,)
    given_up = to_state(mine, DELIVERY, State.SKIPPED, Loop.RETENTION, only=from_there, found=True)
    return (await conn.execute(given_up.values(reason=str(Reason.EXPIRED)))).rowcount
