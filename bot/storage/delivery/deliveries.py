"""The outbox, which is the ledger: one table for what runs deliver and what conversations reply.

Here is what people, runs and operators do with it; what a sender does with its rows is in `claims`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Update,
    bindparam,
    case,
    delete,
    false,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, OPEN, Priority, State
from bot.core.guidance.broadcast import RUN
from bot.core.kernel.lifecycle import Loop
from bot.core.people.permissions import Act
from bot.core.talk.reply import UNASKED, EditReply, MenuReply, Reply, SendReply, written
from bot.storage.accounts.tables import account, endpoint
from bot.storage.delivery import offers
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import ask, in_state, is_open, many
from bot.storage.group import Group
from bot.storage.moves import to_either, to_state
from bot.storage.people.states import suspended

UNDELIVERED = ("failed", "skipped", "uncertain", "abandoned", "unfetched")
_INSERT = insert(delivery).values(
    {
        delivery.c[name]: bindparam(f"new_{name}")
        for name in ("account", "chat_id", "priority", "act", "not_before", "created_at")
    }
    | {
        delivery.c.state: literal_column(f"'{DELIVERY.begin(State.PENDING)}'"),
        delivery.c.attempts: literal_column("0"),
        delivery.c.part: literal_column("0"),
        delivery.c.resent: false(),
    }
)
_INSERT_RETURNING = _INSERT.returning(delivery.c.id)


def _hidden(which: ColumnElement[bool]) -> Update:
    """Edits that wait in a chat go no more (`bot.core.talk.reply.hides`): neither words nor chat are kept."""
    waiting = update(delivery).where(
        delivery.c.account == bindparam("new_account"),
        delivery.c.chat_id == bindparam("new_chat_id"),
        delivery.c.run_id.is_(None),
        is_open(delivery.c.state),  # as the index of chats has it
        which,
    )
    ended = to_state(waiting, DELIVERY, State.SKIPPED, Loop.DISPATCHER)
    return ended.values(reason=literal_column("'replaced'"), act=null(), chat_id=null())


_FROM: ColumnElement[int] = literal_column("1")
_REPLACED = _hidden(func.substr(delivery.c.act, _FROM, func.length(bindparam("edits"))) == bindparam("edits"))
_UNASKED = _hidden(
    func.substr(delivery.c.act, func.length(delivery.c.act) - literal_column(str(len(UNASKED) - 1)))
    == literal_column(f"'{UNASKED}'")
)


async def say(conn: AsyncConnection, account: str, chat_id: str | None, act: Reply, now: int) -> int:
    """Put one reply in the outbox; it belongs to the transaction of the step that caused it. Its row.

    `chat_id` None: it belongs to no chat's order (the answer to a tap). Of the edits of one message that
    wait, the latest alone is left.
    """
    row = _row(account, chat_id, act, now)
    if isinstance(conn, Group):
        await conn.flush()
    if row["edits"]:
        await many(conn, _REPLACED, [row])
    if chat_id is not None and isinstance(act, SendReply):
        await offers.keep(conn, [offers.row(account, chat_id, act, now)])
    values = {name: value for name, value in row.items() if name not in ("edits", "offer")}
    return int((await conn.execute(_INSERT_RETURNING, values)).scalar_one())


async def put(
    conn: AsyncConnection,
    account: str,
    chat_id: str | None,
    act: Reply,
    now: int,
    *,
    stranger: bool = False,
    aside: bool = False,
) -> None:
    """As `say`, where nobody asks for the row: replies of a group of steps are written all at once.

    What it shows is what its chat is offered from now on. `stranger`: it is for somebody who is not in, of
    whom no offer is kept. `aside`: a remark below a screen, whose offer stands.
    """
    row = _row(account, chat_id, act, now)
    if stranger and row["new_priority"] not in (Priority.ANSWER, Priority.MENU):
        row["new_priority"] = int(Priority.STRANGER)
    elif chat_id is not None and not aside and isinstance(act, SendReply | EditReply):
        row["offer"] = offers.row(account, chat_id, act, now)
    if isinstance(conn, Group):
        conn.say(row)
    else:
        await put_all(conn, [row])


async def put_to_each(
    conn: AsyncConnection, chats: Sequence[tuple[str, str]], act: SendReply, now: int
) -> None:
    """The same words to many chats (account, chat), which have them as their offer."""
    rows = [
        {**_row(account, chat_id, act, now), "offer": offers.row(account, chat_id, act, now)}
        for account, chat_id in chats
    ]
    if isinstance(conn, Group):
        await conn.flush()
    await put_all(conn, rows)


async def put_all(conn: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put replies in the outbox, in this order; of several edits of one message the last."""
    last = {(row["new_account"], row["new_chat_id"], row["edits"]): at for at, row in enumerate(rows)}
    kept = [
        row
        for at, row in enumerate(rows)
        if not row["edits"] or last[row["new_account"], row["new_chat_id"], row["edits"]] == at
    ]
    await many(conn, _REPLACED, [row for row in kept if row["edits"]])
    await many(conn, _INSERT, kept)
    await offers.keep(conn, [row["offer"] for row in rows if row["offer"]])


async def stand_still(conn: AsyncConnection, account: str, chat_id: str) -> None:
    """A chat's person has asked for something else: what was to move by itself there does not any more."""
    await ask(conn, _UNASKED, {"new_account": account, "new_chat_id": chat_id})


def _lane(chat_id: str | None, act: Reply) -> Priority:
    if isinstance(act, MenuReply):
        return Priority.MENU
    if chat_id is None:
        return Priority.ANSWER
    if isinstance(act, EditReply):
        return Priority.EDIT if act.message.text else Priority.MARK
    return Priority.REPLY


def _row(account: str, chat_id: str | None, act: Reply, now: int) -> dict[str, Any]:
    words = written(act)
    return {
        "new_account": account,
        "new_chat_id": chat_id,
        "new_priority": int(_lane(chat_id, act)),
        "new_act": words,
        "new_not_before": now,
        "new_created_at": now,
        # What an edit of this message begins with, as `written` writes it.
        "offer": None,
        "edits": words[: words.index(',"message":')] if isinstance(act, EditReply) else "",
    }


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


async def resolve(conn: AsyncConnection, run_id: int, to: str, now: int) -> int:
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
