"""The outbox, which is the ledger: one table for what runs deliver and what conversations reply.

Every change of a claimed row is a compare-and-set on its state and token: a stale worker changes nothing.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery import (
    OPEN,
    THROTTLE_LONGEST_S,
    Act,
    AnswerAct,
    EditAct,
    MenuAct,
    Priority,
    State,
    Transition,
)
from bot.storage.dialect import in_state, is_open, locking, many
from bot.storage.tables import delivery, endpoint, member, run

REPEATABLE = (EditAct, AnswerAct, MenuAct)


@dataclass(frozen=True, slots=True)
class ClaimedRow:
    """A row this worker may send once. `act` is None for a run's delivery. Times in ms UTC."""

    id: int
    run_id: int | None
    member_id: int | None
    chat_id: str | None
    priority: int
    act: str | None
    attempts: int
    part: int
    resent: bool
    created_at: int
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Settled:
    """A claimed row with what became of it."""

    row: ClaimedRow
    transition: Transition
    message_id: str | None = None


def _written(act: Act) -> str:
    # Defaults are left out, but not the kind: reading needs it, and recovery looks for it at the front.
    values = {"kind": act.kind, **act.model_dump(mode="json", exclude_defaults=True)}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


async def say(conn: AsyncConnection, account: str, chat_id: str | None, act: Act, now: int) -> int:
    """Put one reply in the outbox; it belongs to the transaction of the step that caused it.

    `chat_id` None: it belongs to no chat's order (the answer to a tap).
    """
    values = {
        "account": account,
        "chat_id": chat_id,
        "priority": int(Priority.REPLY),
        "state": "pending",
        "act": _written(act),
        "not_before": now,
        "attempts": 0,
        "part": 0,
        "resent": False,
        "created_at": now,
    }
    return int((await conn.execute(insert(delivery).values(**values).returning(delivery.c.id))).scalar_one())


_ROW = (
    delivery.c.id,
    delivery.c.run_id,
    delivery.c.member_id,
    delivery.c.chat_id,
    delivery.c.priority,
    delivery.c.act,
    delivery.c.attempts,
    delivery.c.part,
    delivery.c.resent,
    delivery.c.created_at,
)


_earlier = delivery.alias("earlier")
_BLOCKED = (
    select(literal_column("1"))
    .where(
        _earlier.c.account == delivery.c.account,
        _earlier.c.chat_id == delivery.c.chat_id,
        _earlier.c.run_id.is_(None),
        is_open(_earlier.c.state),
        _earlier.c.id < delivery.c.id,
    )
    .exists()
)
_WAITING = (
    delivery.c.account == bindparam("account"),
    delivery.c.priority == bindparam("priority"),
    in_state(delivery.c.state, "pending"),
)
# Statements of the sender's loop are built once: building costs more than running them.
_REPLIES = locking(
    select(*_ROW)
    .where(*_WAITING, delivery.c.run_id.is_(None), ~_BLOCKED)
    .order_by(delivery.c.id)
    .limit(bindparam("most")),
    delivery,
)
_OF_RUN = locking(
    select(*_ROW, func.coalesce(member.c.language, "vi"))
    .outerjoin(member, member.c.id == delivery.c.member_id)
    .where(*_WAITING, delivery.c.run_id == bindparam("run"))
    .order_by(delivery.c.id)
    .limit(bindparam("most")),
    delivery,
)
_OPEN_RUNS = (
    select(run.c.priority, run.c.id)
    .where(run.c.state == "running", run.c.expires_at > bindparam("now"))
    .order_by(run.c.priority, run.c.id)
)
_CLAIM = (
    update(delivery)
    .where(delivery.c.id.in_(bindparam("ids", expanding=True)), in_state(delivery.c.state, "pending"))
    .values(state="inflight", token=bindparam("mine"))
)


async def replies(conn: AsyncConnection, account: str, limit: int) -> list[ClaimedRow]:
    """Replies that may go now, the oldest first: one a chat, and only where none before it is open."""
    values = {"account": account, "priority": int(Priority.REPLY), "most": limit}
    return [ClaimedRow(*row) for row in await conn.execute(_REPLIES, values)]


async def of_run(
    conn: AsyncConnection, account: str, priority: int, run_id: int, limit: int
) -> list[ClaimedRow]:
    """A run's deliveries that may go now, in the order they were planned."""
    values = {"account": account, "priority": priority, "run": run_id, "most": limit}
    return [ClaimedRow(*row) for row in await conn.execute(_OF_RUN, values)]


async def open_runs(conn: AsyncConnection, now: int) -> list[tuple[int, int]]:
    """(priority, run) of every run under way, the older first."""
    return [(row[0], row[1]) for row in await conn.execute(_OPEN_RUNS, {"now": now})]


async def claim(conn: AsyncConnection, rows: Sequence[ClaimedRow], token: int) -> None:
    """Intend to send these rows, all of them pending in this same transaction."""
    for start in range(0, len(rows), 500):
        ids = [row.id for row in rows[start : start + 500]]
        done = await conn.execute(_CLAIM, {"ids": ids, "mine": token})
        if done.rowcount != len(ids):
            raise RuntimeError(f"claimed {done.rowcount} of {len(ids)} rows: another worker has this account")


async def unclaim(conn: AsyncConnection, account: str, token: int, busy: Collection[int]) -> None:
    """Rows claimed with this token that are not `busy` were never begun: they wait again."""
    query = select(delivery.c.id).where(
        delivery.c.account == account, in_state(delivery.c.state, "inflight"), delivery.c.token == token
    )
    idle = [row[0] for row in await conn.execute(query) if row[0] not in busy]
    if idle:
        mine = update(delivery).where(delivery.c.id.in_(idle), in_state(delivery.c.state, "inflight"))
        await conn.execute(mine.values(state="pending", token=None))


_SETTLE = (
    update(delivery)
    .where(
        delivery.c.id == bindparam("row"),
        in_state(delivery.c.state, "inflight"),
        delivery.c.token == bindparam("mine"),
    )
    .values(
        state=case(
            (delivery.c.acknowledged_at.is_not(None), literal_column("'sent'")),  # a tap was quicker
            (delivery.c.chat_id.is_(None), bindparam("new_without_chat")),
            else_=bindparam("new_state"),
        ),
        attempts=bindparam("new_attempts"),
        part=bindparam("new_part"),
        not_before=bindparam("new_not_before"),
        reason=bindparam("new_reason"),
        resent=or_(delivery.c.resent, bindparam("new_resent")),
        sent_at=func.coalesce(bindparam("new_sent_at"), delivery.c.acknowledged_at),
        message_id=func.coalesce(bindparam("new_message_id"), delivery.c.message_id),
        token=null(),
    )
)
# A reply that has ended keeps neither its words nor its chat.
_SETTLE_REPLY = _SETTLE.values(
    state=bindparam("new_state"),
    act=case((bindparam("ended"), null()), else_=delivery.c.act),
    chat_id=case((bindparam("ended"), null()), else_=delivery.c.chat_id),
)


# What nearly every row comes to, at half the cost.
_SETTLE_SENT = (
    update(delivery)
    .where(
        delivery.c.id == bindparam("row"),
        in_state(delivery.c.state, "inflight"),
        delivery.c.token == bindparam("mine"),
    )
    .values(
        state=literal_column("'sent'"),
        attempts=bindparam("new_attempts"),
        part=bindparam("new_part"),
        sent_at=bindparam("new_sent_at"),
        message_id=bindparam("new_message_id"),
        reason=null(),
        token=null(),
    )
)


async def settle(conn: AsyncConnection, settled: Sequence[Settled], token: int, now: int) -> None:
    """Record what became of claimed rows."""
    sent, for_runs, for_replies = [], [], []
    for one in settled:
        to = one.transition
        if to.state is State.SENT and one.row.run_id is not None and one.message_id is not None:
            values: dict[str, object] = {
                "row": one.row.id,
                "mine": token,
                "new_attempts": to.attempts,
                "new_part": to.part,
                "new_sent_at": now,
                "new_message_id": one.message_id,
            }
            sent.append(values)
            continue
        values = {
            "row": one.row.id,
            "mine": token,
            "new_state": str(to.state),
            # Somebody left, or was erased, while it was under way: what would go again has nowhere to go.
            "new_without_chat": str(State.SKIPPED if to.state in OPEN else to.state),
            "new_attempts": to.attempts,
            "new_part": to.part,
            "new_not_before": to.not_before,
            "new_reason": to.reason,
            "new_resent": to.resent,
            "new_sent_at": now if to.state is State.SENT else None,
            "new_message_id": one.message_id,
        }
        if one.row.run_id is not None:
            for_runs.append(values)
        else:
            ended = to.state not in (State.PENDING, State.RETRY)
            for_replies.append({**values, "ended": ended})
    await many(conn, _SETTLE_SENT, sent)
    await many(conn, _SETTLE, for_runs)
    await many(conn, _SETTLE_REPLY, for_replies)


_PROMOTE = (
    update(delivery)
    .where(
        delivery.c.account == bindparam("mine"),
        in_state(delivery.c.state, "retry"),
        or_(delivery.c.not_before <= bindparam("now"), delivery.c.not_before > bindparam("furthest")),
    )
    .values(state="pending")
)


async def promote(conn: AsyncConnection, account: str, now: int) -> None:
    """Retries whose time has come wait in the queue again.

    A time further ahead than any wait is was reckoned by a clock that has been set back since.
    """
    furthest = now + int(THROTTLE_LONGEST_S * 1000)
    await conn.execute(_PROMOTE, {"mine": account, "now": now, "furthest": furthest})


async def next_retry(conn: AsyncConnection, account: str) -> int | None:
    """When the next retry is due, ms UTC."""
    query = select(func.min(delivery.c.not_before))
    query = query.where(delivery.c.account == account, in_state(delivery.c.state, "retry"))
    found = (await conn.execute(query)).scalar_one()
    return None if found is None else int(found)


async def reroute(conn: AsyncConnection, row: ClaimedRow, token: int) -> bool:
    """The row's endpoint was closed for good: it waits for the member's next open one. True if there is one.

    Before `settle`, which then finds nothing of it to change.
    """
    query = select(endpoint.c.account, endpoint.c.chat_id).where(
        endpoint.c.member_id == row.member_id, endpoint.c.state == "open"
    )
    found = (await conn.execute(query.order_by(endpoint.c.id).limit(1))).first()
    if found is None or row.run_id is None or row.part:
        return False
    mine = update(delivery).where(
        delivery.c.id == row.id, in_state(delivery.c.state, "inflight"), delivery.c.token == token
    )
    to = {"state": "pending", "account": found.account, "chat_id": found.chat_id, "token": None}
    return (await conn.execute(mine.values(**to, attempts=row.attempts + 1))).rowcount == 1


async def recover(conn: AsyncConnection, account: str, now: int) -> dict[str, int]:
    """After a crash: rows in flight become uncertain; what may be repeated goes again. Counts by new state.

    Only for the process that holds the account: nothing of it is in flight in truth.
    """
    mine = update(delivery).where(delivery.c.account == account, in_state(delivery.c.state, "inflight"))
    kind = [delivery.c.act.like(f'{{"kind":"{name}"%') for name in ("edit", "answer", "menu")]
    again = await conn.execute(
        mine.where(delivery.c.run_id.is_(None), or_(*kind)).values(state="pending", token=None)
    )
    # Confirmed before its answer was recorded: the tap proves that it arrived.
    await conn.execute(
        mine.where(delivery.c.acknowledged_at.is_not(None)).values(
            state="sent", sent_at=delivery.c.acknowledged_at, token=None
        )
    )
    urgent = (delivery.c.priority == int(Priority.URGENT)) & ~delivery.c.resent
    reached = delivery.c.chat_id.is_not(None)
    resent = await conn.execute(mine.where(urgent, reached).values(state="pending", token=None, resent=True))
    doubt = mine.values(state="uncertain", token=None, reason="stopped while sending")
    lost = await conn.execute(doubt.where(delivery.c.run_id.is_not(None)))
    replies_lost = await conn.execute(doubt.values(act=None, chat_id=None))  # as any that has ended
    return {"again": again.rowcount + resent.rowcount, "uncertain": lost.rowcount + replies_lost.rowcount}


async def end_open(conn: AsyncConnection, run_id: int, state: str, reason: str, limit: int) -> int:
    """Move up to `limit` open rows of a run to a terminal state; returns how many."""
    some = (
        select(delivery.c.id)
        .where(delivery.c.run_id == run_id, is_open(delivery.c.state))
        .where(in_state(delivery.c.state, "pending", "retry"))
        .limit(limit)
    )
    mine = update(delivery).where(delivery.c.id.in_(some), in_state(delivery.c.state, "pending", "retry"))
    return (await conn.execute(mine.values(state=state, reason=reason))).rowcount


async def has_open(conn: AsyncConnection, run_id: int) -> bool:
    """Whether a run still has rows to send or in flight."""
    query = select(delivery.c.id).where(delivery.c.run_id == run_id, is_open(delivery.c.state))
    return (await conn.execute(query.limit(1))).first() is not None


async def acknowledge(conn: AsyncConnection, delivery_id: int, member_id: int, now: int) -> int | None:
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
    return None if found is None or found[0] is None else int(found[0])


async def arrived(conn: AsyncConnection, delivery_id: int, member_id: int, now: int) -> int | None:
    """Any tap on a delivery proves that it arrived. Returns its run; None where it is not this member's."""
    mine = update(delivery).where(delivery.c.id == delivery_id, delivery.c.member_id == member_id)
    waits_again = in_state(delivery.c.state, "pending", "retry") & delivery.c.resent
    doubtful = in_state(delivery.c.state, "uncertain", "abandoned") | waits_again
    await conn.execute(mine.where(doubtful).values(state="sent", sent_at=now, reason=None))
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


async def reasons(conn: AsyncConnection, run_id: int) -> list[tuple[str, str, int]]:
    """(state, reason, rows) of what failed, was skipped or is uncertain, the most frequent first."""
    query = (
        select(delivery.c.state, delivery.c.reason, func.count())
        .where(
            delivery.c.run_id == run_id,
            in_state(delivery.c.state, "failed", "skipped", "uncertain", "abandoned"),
        )
        .group_by(delivery.c.state, delivery.c.reason)
    )
    rows = [(state, reason or "", count) for state, reason, count in await conn.execute(query)]
    return sorted(rows, key=lambda row: -row[2])


async def resolve(conn: AsyncConnection, run_id: int, to: str, now: int) -> int:
    """An operator's word on a run's uncertain rows; returns how many moved.

    "pending" sends them again, from the part that is in doubt; "accepted" takes them for arrived, "abandoned"
    for failed. Only who can still be reached is sent to again, and only in a run that was neither cancelled
    nor is past its time; one that had finished goes on.
    """
    mine = update(delivery).where(delivery.c.run_id == run_id, in_state(delivery.c.state, "uncertain"))
    if to != "pending":
        if to not in ("accepted", "abandoned"):
            raise ValueError(f"{to!r}: allowed are pending, accepted, abandoned")
        return (await conn.execute(mine.values(state=to))).rowcount
    goes_on = ("running", "paused", "finished")
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
    again = {"state": "pending", "resent": True, "attempts": 0, "not_before": now, "reason": None}
    moved = (await conn.execute(mine.where(reached).values(**again))).rowcount
    if moved:
        finished = update(run).where(run.c.id == run_id, run.c.state == "finished")
        await conn.execute(finished.values(state="running", finished_at=None))
    return moved


async def forget(conn: AsyncConnection, before: int, limit: int) -> int:
    """Drop replies that ended before an instant (ms UTC); returns how many rows went."""
    old = (
        select(delivery.c.id)
        .where(
            delivery.c.run_id.is_(None),
            delivery.c.created_at < before,
            ~is_open(delivery.c.state),
        )
        .limit(limit)
    )
    return (await conn.execute(delete(delivery).where(delivery.c.id.in_(old)))).rowcount
