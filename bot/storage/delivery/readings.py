"""What a member was sent of a briefing, and when they confirmed it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import DELIVERY, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId, Ms
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import ask, in_state
from bot.storage.guidance.tables import broadcast, edition
from bot.storage.moves import to_state

ARRIVED = ("sent", "accepted", "uncertain", "abandoned")  # a tap turns the last two into sent


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """A delivery that may have arrived, and when it was confirmed, ms UTC."""

    delivery_id: int
    briefing_id: int
    acknowledged_at: Ms | None
    addenda: str = ""


@dataclass(frozen=True, slots=True)
class TappedRow:
    """What a delivery brought: which briefing, whether as urgent, and when it was confirmed, ms UTC.

    `addenda`: with which, as `core.guidance.addenda.key` writes them.
    """

    briefing_id: int
    urgent: bool
    acknowledged_at: Ms | None
    run_id: int
    addenda: str


@dataclass(frozen=True, slots=True)
class SentRow:
    """What is kept of one delivery. Times in ms UTC."""

    briefing_id: int
    state: str
    created_at: Ms
    sent_at: Ms | None
    acknowledged_at: Ms | None


_ADDENDA = func.coalesce(edition.c.addenda, "")


def _readings(member_id: int) -> Select[Any]:
    return (
        select(delivery.c.id, broadcast.c.briefing_id, delivery.c.acknowledged_at, _ADDENDA)
        .join(run, run.c.id == delivery.c.run_id)
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .outerjoin(edition, edition.c.id == delivery.c.edition_id)
        .where(delivery.c.member_id == member_id, in_state(delivery.c.state, *ARRIVED))
        .where(run.c.about.is_(None))
    )


async def of_briefing(conn: AsyncConnection, member_id: int, briefing_id: int) -> ReadingRow | None:
    """A member's latest delivery of a briefing; one that was confirmed before any other."""
    query = _readings(member_id).where(broadcast.c.briefing_id == briefing_id)
    order = (delivery.c.acknowledged_at.is_(None), delivery.c.id.desc())
    row = (await conn.execute(query.order_by(*order).limit(1))).first()
    return ReadingRow(*row) if row else None


async def latest(conn: AsyncConnection, member_id: int, *, unconfirmed: bool = False) -> ReadingRow | None:
    """The latest delivery, one that surely arrived before any in doubt; `unconfirmed`: not yet read."""
    query = _readings(member_id)
    if unconfirmed:
        query = query.where(delivery.c.acknowledged_at.is_(None))
    doubtful = case((in_state(delivery.c.state, "sent", "accepted"), 0), else_=1)
    row = (await conn.execute(query.order_by(doubtful, delivery.c.id.desc()).limit(1))).first()
    return ReadingRow(*row) if row else None


_CAME_AFTER = (
    select(delivery.c.id)
    .where(delivery.c.member_id == bindparam("of"), delivery.c.account == bindparam("in_account"))
    .where(delivery.c.chat_id == bindparam("in_chat"), in_state(delivery.c.state, "sent", "accepted"))
    .where(delivery.c.run_id.is_not(None), delivery.c.sent_at > bindparam("since"))
    .where(delivery.c.priority < bindparam("below"))
    .order_by(delivery.c.sent_at.desc(), delivery.c.id.desc())
    .limit(1)
)


async def came_after(
    conn: AsyncConnection, member_id: int, account: str, chat_id: ChatId, since: Ms, below: int
) -> int | None:
    """The latest delivery that surely came to a member's chat after an instant (ms UTC), of lanes below."""
    values = {"of": member_id, "in_account": account, "in_chat": chat_id, "since": since, "below": int(below)}
    found = (await ask(conn, _CAME_AFTER, values)).first()
    return None if found is None else int(found[0])


async def may_have_come(
    conn: AsyncConnection, member_id: int, account: str, chat_id: ChatId, since: Ms
) -> bool:
    """Whether a delivery to a member's chat that was planned after an instant (ms UTC) is in doubt."""
    theirs = delivery.c.member_id == member_id, delivery.c.account == account, delivery.c.chat_id == chat_id
    doubtful = in_state(delivery.c.state, "uncertain"), delivery.c.created_at > since
    query = select(delivery.c.id).where(*theirs, *doubtful, delivery.c.run_id.is_not(None)).limit(1)
    return (await conn.execute(query)).first() is not None


async def counts(conn: AsyncConnection, member_id: int) -> tuple[int, int]:
    """How many briefings that were to go to a member are kept, and how many of them are confirmed."""
    query = select(func.count(), func.count(delivery.c.acknowledged_at)).join_from(
        delivery, run, run.c.id == delivery.c.run_id
    )
    row = (await conn.execute(query.where(delivery.c.member_id == member_id, run.c.about.is_(None)))).one()
    return int(row[0]), int(row[1])


async def every(conn: AsyncConnection, member_id: int) -> list[SentRow]:
    """All deliveries of a member, the older first."""
    query = (
        select(
            broadcast.c.briefing_id,
            delivery.c.state,
            delivery.c.created_at,
            delivery.c.sent_at,
            delivery.c.acknowledged_at,
        )
        .join(run, run.c.id == delivery.c.run_id)
        .join(broadcast, broadcast.c.id == run.c.broadcast_id)
        .where(delivery.c.member_id == member_id)
    )
    return [SentRow(*row) for row in await conn.execute(query.order_by(delivery.c.id))]


async def tapped(conn: AsyncConnection, delivery_id: int, member_id: int) -> TappedRow | None:
    """A member's own delivery that may have arrived."""
    query = (
        select(broadcast.c.briefing_id, broadcast.c.urgent, delivery.c.acknowledged_at, run.c.id, _ADDENDA)
        .join(run, run.c.broadcast_id == broadcast.c.id)
        .join(delivery, delivery.c.run_id == run.c.id)
        .outerjoin(edition, edition.c.id == delivery.c.edition_id)
        .where(delivery.c.id == delivery_id, delivery.c.member_id == member_id)
        .where(in_state(delivery.c.state, "inflight", *ARRIVED) | delivery.c.resent)
    )
    found = (await conn.execute(query)).first()
    return None if found is None else TappedRow(found[0], bool(found[1]), *found[2:])


async def confirm_in_flight(conn: AsyncConnection, delivery_id: int, member_id: int, now: Ms) -> Ms | None:
    """A tap that was quicker than the record of its sending. Returns when it was confirmed, ms UTC.

    The state stays the sender's to change; None where the row is not in flight, or not this member's.
    """
    mine = update(delivery).where(
        delivery.c.id == delivery_id,
        delivery.c.member_id == member_id,
        in_state(delivery.c.state, "inflight"),
        delivery.c.acknowledged_at.is_(None),
    )
    done = await conn.execute(mine.values(acknowledged_at=now))
    return now if done.rowcount == 1 else None


async def long_read(conn: AsyncConnection, run_id: int, sent_at: Ms, read_at: Ms | None) -> None:
    """All of a run's rows stand as sent and confirmed at these times (ms UTC): a past for sample people."""
    theirs = update(delivery).where(delivery.c.run_id == run_id)
    await conn.execute(to_state(theirs, DELIVERY, State.INFLIGHT, Loop.SENDER, only=(State.PENDING,)))
    sent = to_state(theirs, DELIVERY, State.SENT, Loop.SENDER, only=(State.INFLIGHT,))
    await conn.execute(sent.values(sent_at=sent_at, acknowledged_at=read_at))
