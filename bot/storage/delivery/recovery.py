"""Claims that came to nothing: given back, or left in flight by a process that died."""

from collections.abc import Collection

from sqlalchemy import Update, bindparam, case, func, literal_column, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, Priority, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import each, in_state, undisturbed
from bot.storage.moves import to_either, to_state
from bot.storage.people.states import suspended


async def release(conn: AsyncConnection, ids: Collection[int], token: int) -> None:
    """These rows, claimed with this token, were never begun: they wait again.

    Not those of who has left, was erased or was suspended meanwhile: nothing is sent to them. Nor what was
    to go once more and was confirmed meanwhile.
    """
    if not ids:
        return
    mine = update(delivery).where(delivery.c.id.op("IN")(each(bindparam("ids"))), delivery.c.token == token)
    confirmed = delivery.c.acknowledged_at.is_not(None)
    ours = ~confirmed & delivery.c.run_id.is_not(None)
    gone, stopped = ours & delivery.c.chat_id.is_(None), ours & suspended(delivery.c.member_id)
    unsaid = delivery.c.run_id.is_(None) & delivery.c.act.is_(None)
    to = to_either(
        mine,
        DELIVERY,
        State.INFLIGHT,
        Loop.SENDER,
        (confirmed, State.SENT),
        (or_(gone, stopped, unsaid), State.SKIPPED),
        otherwise=State.PENDING,
        found=True,
    ).values(
        reason=case(
            (gone, literal_column(f"'{Reason.LEFT}'")),
            (stopped, literal_column(f"'{Reason.SUSPENDED}'")),
            else_=delivery.c.reason,
        ),
        sent_at=func.coalesce(delivery.c.sent_at, delivery.c.acknowledged_at),
        token=null(),
    )
    await conn.execute(to, {"ids": str(list(ids))})


async def unclaim(conn: AsyncConnection, account: str, token: int, busy: Collection[int]) -> None:
    """As `release`, for all rows claimed with this token that are not `busy`, whatever became of the claim.

    Before anything else the transaction writes.
    """
    await undisturbed(conn, delivery)
    query = select(delivery.c.id).where(
        delivery.c.account == account, in_state(delivery.c.state, "inflight"), delivery.c.token == token
    )
    await release(conn, [row[0] for row in await conn.execute(query) if row[0] not in busy], token)


async def recover(conn: AsyncConnection, account: str, now: Ms) -> dict[str, int]:
    """After a crash: rows in flight become uncertain; what may be repeated goes again. Counts by new state;
    "went": messages that the platform has, or may have.

    Only for the process that holds the account: nothing of it is in flight in truth. Before anything else
    the transaction writes.
    """
    await undisturbed(conn, delivery)
    mine = update(delivery).where(delivery.c.account == account)
    kind = [delivery.c.act.like(f'{{"kind":"{name}"%') for name in ("edit", "delete", "answer", "menu")]
    again = await conn.execute(_ends(mine.where(delivery.c.run_id.is_(None), or_(*kind)), State.PENDING))
    # Confirmed before its answer was recorded: the tap proves that it arrived.
    confirmed = mine.where(delivery.c.acknowledged_at.is_not(None))
    known = await conn.execute(_ends(confirmed, State.SENT).values(sent_at=delivery.c.acknowledged_at))
    urgent = (delivery.c.priority == int(Priority.URGENT)) & ~delivery.c.resent
    reached = delivery.c.chat_id.is_not(None) & ~suspended(delivery.c.member_id)
    resent = await conn.execute(_ends(mine.where(urgent, reached), State.PENDING).values(resent=True))
    doubt = _ends(mine, State.UNCERTAIN).values(reason=str(Reason.STOPPED))
    lost = await conn.execute(doubt.where(delivery.c.run_id.is_not(None)))
    replies_lost = await conn.execute(doubt.values(act=None, chat_id=None))  # as any that has ended
    uncertain = lost.rowcount + replies_lost.rowcount
    went = known.rowcount + resent.rowcount + uncertain
    return {"again": again.rowcount + resent.rowcount, "uncertain": uncertain, "went": went}


def _ends(rows: Update, to: State) -> Update:
    """The flight of these rows is over."""
    return to_state(rows, DELIVERY, to, Loop.SENDER, only=(State.INFLIGHT,)).values(token=None)
