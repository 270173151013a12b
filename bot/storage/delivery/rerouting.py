"""Deliveries that go another way: the member's next endpoint, while nothing of them has arrived."""

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import ANY_WAY, Ways
from bot.core.delivery.states import DELIVERY, OPEN, Priority, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import EPOCH_MS, Ms
from bot.storage.accounts.endpoints import before_others
from bot.storage.accounts.tables import account, endpoint
from bot.storage.delivery import reachable
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.delivery.tables import delivery
from bot.storage.moves import to_state
from bot.storage.people.states import suspended


async def reroute(
    conn: AsyncConnection,
    row: ClaimedRow,
    token: int,
    *,
    besides: str = "",
    ways: Ways = ANY_WAY,
    now: Ms = EPOCH_MS,
) -> bool:
    """The row's endpoint was closed, or on `besides` may not be written to: it waits for the member's next
    open one. True if there is one.

    Before `settle`, which then finds nothing of it to change.
    """
    usable = endpoint.c.account != besides, ~reachable.shut(ways, now), ~endpoint.c.account.in_(ways.spent)
    query = (
        select(endpoint.c.account, endpoint.c.chat_id)
        .join(account, account.c.name == endpoint.c.account)
        .where(endpoint.c.member_id == row.member_id, endpoint.c.state == "open")
        .where(~suspended(endpoint.c.member_id), *(usable if besides else ()))
        .order_by(account.c.state != "open", *before_others(endpoint))
    )
    found = (await conn.execute(query.limit(1))).first()
    if found is None or row.run_id is None or row.part:
        return False
    mine = update(delivery).where(delivery.c.id == row.id, delivery.c.token == token)
    again = to_state(mine, DELIVERY, State.PENDING, Loop.SENDER, only=(State.INFLIGHT,))
    to = {"account": found.account, "chat_id": found.chat_id, "token": None}
    return (await conn.execute(again.values(**to, attempts=row.attempts + 1))).rowcount == 1


_THERE = endpoint.alias("there")
_BEST_ELSEWHERE = (
    select(_THERE.c.id)
    .join(account, account.c.name == _THERE.c.account)
    .where(_THERE.c.member_id == delivery.c.member_id, _THERE.c.state == "open", account.c.state == "open")
    .where(_THERE.c.account != bindparam("left"))
    .order_by(*before_others(_THERE))
    .limit(1)
    .correlate(delivery)
    .scalar_subquery()
)
_LEAVE = to_state(
    update(delivery).where(
        delivery.c.account == bindparam("left"),
        delivery.c.run_id.is_not(None),
        delivery.c.part == 0,  # nothing of it has arrived here
        endpoint.c.member_id == delivery.c.member_id,
        endpoint.c.id == _BEST_ELSEWHERE,
    ),
    DELIVERY,
    State.PENDING,
    Loop.SENDER,
    only=OPEN,
).values(account=endpoint.c.account, chat_id=endpoint.c.chat_id)


async def spread(conn: AsyncConnection, spent: str, ways: Ways, now: Ms) -> int:
    """The account may push no more this month: what waits on it goes another way that is let be used now."""
    there = (endpoint.c.member_id == delivery.c.member_id) & (endpoint.c.state == "open")
    usable = ~endpoint.c.account.in_((spent, *sorted(ways.spent))), ~reachable.shut(ways, now)
    working = endpoint.c.account.in_(select(account.c.name).where(account.c.state == "open"))
    best = select(endpoint.c.id).where(there, *usable, working)
    best = best.order_by(*before_others(endpoint)).limit(1).correlate(delivery)
    other = endpoint.alias("other")
    waits = update(delivery).where(
        delivery.c.account == spent,
        delivery.c.run_id.is_not(None),
        delivery.c.part == 0,
        delivery.c.priority < int(Priority.FETCHED_FIRST),
        other.c.member_id == delivery.c.member_id,
        other.c.id == best.scalar_subquery(),
    )
    moved = to_state(waits, DELIVERY, State.PENDING, Loop.SENDER, only=(State.PENDING,))
    return (await conn.execute(moved.values(account=other.c.account, chat_id=other.c.chat_id))).rowcount


async def leave(conn: AsyncConnection, stopped: str) -> None:
    """The account has stopped: what waits on it goes another way, where the member has one.

    Replies wait: they belong to their chat. So does what has nowhere else to go.
    """
    await conn.execute(_LEAVE, {"left": stopped})
