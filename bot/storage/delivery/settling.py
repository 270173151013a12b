"""What became of claimed rows, recorded.

Every change is a compare-and-set on the row's state and token: a stale worker changes nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    String,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, OPEN, State, Transition
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms
from bot.core.talk.reply import Reply, written
from bot.storage.delivery.claims import ClaimedRow
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import in_state, many
from bot.storage.moves import require, to_either, to_state
from bot.storage.people.states import suspended


class Settled(NamedTuple):
    """A claimed row with what became of it. `act`: what it says from now on, where it is something else."""

    row: ClaimedRow
    transition: Transition
    message_id: str | None = None
    act: Reply | None = None


GOES_ON = (*OPEN, State.UNFETCHED)
_MINE = update(delivery).where(delivery.c.id == bindparam("row"), delivery.c.token == bindparam("mine"))
_NEXT: ColumnElement[str] = literal_column("'\n'")
_SUSPENDED: ColumnElement[str] = literal_column(f"'{Reason.SUSPENDED}'")
# Its member was suspended while it was under way: it does not go on, or again.
_STOPPED = and_(bindparam("new_open", type_=Boolean), suspended(delivery.c.member_id))
_UNSAID = delivery.c.act.is_(None)  # of a reply: who was to read it was suspended or removed meanwhile
_RECORD = _MINE.values(
    attempts=bindparam("new_attempts"),
    part=bindparam("new_part"),
    not_before=bindparam("new_not_before"),
    reason=case((_STOPPED, _SUSPENDED), else_=bindparam("new_reason")),
    resent=or_(delivery.c.resent, bindparam("new_resent")),
    sent_at=func.coalesce(bindparam("new_sent_at"), delivery.c.acknowledged_at),
    message_id=func.coalesce(bindparam("new_message_id"), delivery.c.message_id),
    earlier=case(
        (bindparam("new_message_id", type_=String).is_(None), delivery.c.earlier),
        (delivery.c.message_id.is_(None), delivery.c.earlier),
        else_=func.coalesce(delivery.c.earlier.concat(_NEXT), literal_column("''")).concat(
            delivery.c.message_id
        ),
    ),
    token=null(),
)
_SETTLE = to_either(
    _RECORD,
    DELIVERY,
    State.INFLIGHT,
    Loop.SENDER,
    (delivery.c.acknowledged_at.is_not(None), State.SENT),  # a tap was quicker
    (delivery.c.chat_id.is_(None), bindparam("new_without_chat")),
    (_STOPPED, State.SKIPPED),
    otherwise=bindparam("new_state"),
)
# A reply that has ended keeps neither its words nor its chat.
_SETTLE_REPLY = to_either(
    _RECORD,
    DELIVERY,
    State.INFLIGHT,
    Loop.SENDER,
    (_UNSAID, bindparam("new_without_chat")),
    otherwise=bindparam("new_state"),
).values(
    reason=bindparam("new_reason"),
    act=case(
        (or_(bindparam("ended"), _UNSAID), null()),
        else_=func.coalesce(bindparam("new_act", type_=Text), delivery.c.act),
    ),
    chat_id=case((bindparam("ended"), null()), else_=delivery.c.chat_id),
)


# What nearly every row comes to, at half the cost: its only part has arrived.
_SETTLE_SENT = to_state(_MINE, DELIVERY, State.SENT, Loop.SENDER).values(
    attempts=bindparam("new_attempts"),
    part=bindparam("new_part"),
    sent_at=bindparam("new_sent_at"),
    message_id=bindparam("new_message_id"),
    reason=null(),
    token=null(),
)


async def holds(conn: AsyncConnection, row_id: int, token: int) -> bool:
    """Whether the reply is still this worker's, and still to be said."""
    mine = (
        delivery.c.id == row_id,
        in_state(delivery.c.state, "inflight"),
        delivery.c.token == token,
        ~_UNSAID,
    )
    return (await conn.execute(select(delivery.c.id).where(*mine))).first() is not None


async def settle(conn: AsyncConnection, settled: Sequence[Settled], token: int, now: Ms) -> None:
    """Record what became of claimed rows."""
    sent, for_runs, for_replies = [], [], []
    for one in settled:
        to = one.transition
        require(DELIVERY, State.INFLIGHT, to.state, Loop.SENDER)
        only = to.state is State.SENT and not one.row.part
        if only and one.row.run_id is not None and one.message_id is not None:
            as_sent: dict[str, object] = {
                "row": one.row.id,
                "mine": token,
                "new_attempts": to.attempts,
                "new_part": to.part,
                "new_sent_at": now,
                "new_message_id": one.message_id,
            }
            sent.append(as_sent)
            continue
        if one.row.run_id is not None:
            for_runs.append(_recorded(one, token, now))
        else:
            ended = to.state not in (State.PENDING, State.RETRY)
            act = written(one.act) if one.act is not None else None
            for_replies.append({**_recorded(one, token, now), "ended": ended, "new_act": act})
    await many(conn, _SETTLE_SENT, sent)
    await many(conn, _SETTLE, for_runs)
    await many(conn, _SETTLE_REPLY, for_replies)


def _recorded(one: Settled, token: int, now: Ms) -> dict[str, object]:
    """What `_RECORD` is given."""
    to = one.transition
    return {
        "row": one.row.id,
        "mine": token,
        "new_state": str(to.state),
        # Somebody left, or was erased, while it was under way: what would go again has nowhere to go.
        "new_open": to.state in GOES_ON,
        "new_without_chat": str(State.SKIPPED if to.state in GOES_ON else to.state),
        "new_attempts": to.attempts,
        "new_part": to.part,
        "new_not_before": to.not_before,
        "new_reason": to.reason,
        "new_resent": to.resent,
        "new_sent_at": now if to.state is State.SENT else None,
        "new_message_id": one.message_id,
    }
