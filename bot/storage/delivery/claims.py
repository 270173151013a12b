"""A sender's side of the outbox: which rows may go, the claim, and what goes again."""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, FETCHING, THROTTLE_LONGEST_S, Priority, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId, Ms
from bot.core.talk.reply import is_said
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import ask, each, in_state, is_open, locking
from bot.storage.moves import to_either, to_state
from bot.storage.people.states import suspended


class ClaimedRow(NamedTuple):
    """A row this worker may send once. `act` is None for a run's delivery. Times in ms UTC."""

    id: int
    run_id: int | None
    member_id: int | None
    chat_id: ChatId | None
    priority: int
    act: str | None
    attempts: int
    part: int
    resent: bool
    created_at: Ms
    edition_id: int | None = None

    @property
    def is_message(self) -> bool:
        """Whether somebody reads it: a run's delivery, or something new that is said."""
        return self.act is None or is_said(self.act)


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
_MENU: ColumnElement[int] = literal_column(str(int(Priority.MENU)))
_MARK: ColumnElement[int] = literal_column(str(int(Priority.MARK)))


def _lacks(query: Select[Any]) -> ColumnElement[bool]:
    """There is no such row: looked up for each, never joined.

    PostgreSQL, which knows a table as it was, would compare all with all. Nor is it asked whether there IS
    NULL, of which it expects that it seldom holds.
    """
    one: ColumnElement[int] = literal_column("1")
    return func.coalesce(query.limit(one).scalar_subquery(), literal_column("0")) != one


_FIRST = _lacks(
    select(literal_column("1")).where(
        _earlier.c.account == delivery.c.account,
        _earlier.c.chat_id == delivery.c.chat_id,
        _earlier.c.run_id.is_(None),
        is_open(_earlier.c.state),
        _earlier.c.id < delivery.c.id,
        # Nobody waits for a menu: the chat's messages do not wait for it, other menus do.
        or_(_earlier.c.priority != _MENU, delivery.c.priority == _MENU),
        # Nor for a mark that waits: a later edit of the same message has taken its place.
        or_(_earlier.c.priority != _MARK, in_state(_earlier.c.state, "inflight")),
    )
)
FETCHED: ColumnElement[int] = literal_column("9")  # and above: `core.delivery.states.FETCHING`
_before = delivery.alias("before")
_HAS_FETCHED: Select[Any] = select(literal_column("1")).where(
    _before.c.account == delivery.c.account,
    _before.c.chat_id == delivery.c.chat_id,
    _before.c.priority >= FETCHED,
    is_open(_before.c.state),
)
_ALL_FETCHED = _lacks(_HAS_FETCHED)
_FIRST_FETCHED = _lacks(
    _HAS_FETCHED.where(
        or_(
            _before.c.priority < delivery.c.priority,
            and_(_before.c.priority == delivery.c.priority, _before.c.id < delivery.c.id),
        )
    )
)
_WAITING = (delivery.c.account == bindparam("account"), in_state(delivery.c.state, "pending"))
# Statements of the sender's loop are built once: building costs more than running them.
_REPLIES = locking(
    select(*_ROW)
    .where(*_WAITING, delivery.c.run_id.is_(None), delivery.c.priority == bindparam("lane"))
    .where(or_(delivery.c.priority == _MENU, _ALL_FETCHED))  # what a chat missed comes before the answer
    .where(_FIRST)
    .order_by(delivery.c.run_id, delivery.c.id)  # as the index of replies has them, and no other
    .limit(bindparam("most")),
    delivery,
)
_FETCHED_ROWS = locking(
    select(*_ROW, delivery.c.edition_id)
    .where(
        delivery.c.account == bindparam("account"),
        delivery.c.priority >= FETCHED,
        is_open(delivery.c.state),  # as the index has it
        in_state(delivery.c.state, "pending"),
        _FIRST_FETCHED,
    )
    .order_by(delivery.c.priority, delivery.c.id)
    .limit(bindparam("most")),
    delivery,
)
_OF_RUN = locking(
    select(*_ROW, delivery.c.edition_id)
    .where(*_WAITING, delivery.c.run_id == bindparam("run"), delivery.c.priority < FETCHED)
    .order_by(delivery.c.id)
    .limit(bindparam("most")),
    delivery,
)
_OPEN_RUNS = (
    select(run.c.priority, run.c.id)
    .where(run.c.state == "running", run.c.expires_at > bindparam("now"))
    .order_by(run.c.priority, run.c.id)
)
_CLAIM = to_state(
    update(delivery).where(delivery.c.id.op("IN")(each(bindparam("ids")))),
    DELIVERY,
    State.INFLIGHT,
    Loop.SENDER,
    found=True,
).values(token=bindparam("mine"))


_OF_RUNS = (Priority.URGENT, Priority.ORDINARY, Priority.REMINDER, *FETCHING)
_LANES = [one for one in Priority if one not in _OF_RUNS]
_ANY_FETCHED: Select[Any] = select(literal_column("1")).where(
    delivery.c.account == bindparam("account"),
    delivery.c.priority >= FETCHED,
    is_open(delivery.c.state),
    in_state(delivery.c.state, "pending"),
)
_OF_LANE: Select[Any] = select(literal_column("1")).where(*_WAITING, delivery.c.run_id.is_(None))
_WAITING_LANES = select(
    *(_OF_LANE.where(delivery.c.priority == literal_column(str(int(lane)))).exists() for lane in _LANES),
    _ANY_FETCHED.exists(),
)


async def lanes(conn: AsyncConnection, account: str) -> set[Priority]:
    """The lanes in which replies wait, or what was fetched: one question for all, where most have none."""
    row = (await ask(conn, _WAITING_LANES, {"account": account})).one()
    return {lane for lane, waits in zip((*_LANES, Priority.FETCHED), row, strict=True) if waits}


async def replies(conn: AsyncConnection, account: str, lane: Priority, limit: int) -> list[ClaimedRow]:
    """A lane's replies that may go now, the oldest first: one a chat, where none before it is open."""
    values = {"account": account, "lane": int(lane), "most": limit}
    return [ClaimedRow(*row) for row in (await ask(conn, _REPLIES, values)).all()]


async def fetched(conn: AsyncConnection, account: str, limit: int) -> list[ClaimedRow]:
    """Deliveries whose members wrote, that may go now: one a chat, the first in its order."""
    values = {"account": account, "most": limit}
    return [ClaimedRow(*row) for row in (await ask(conn, _FETCHED_ROWS, values)).all()]


async def of_run(conn: AsyncConnection, account: str, run_id: int, limit: int) -> list[ClaimedRow]:
    """A run's deliveries that may go now, in the order they were planned."""
    values = {"account": account, "run": run_id, "most": limit}
    return [ClaimedRow(*row) for row in (await ask(conn, _OF_RUN, values)).all()]


async def open_runs(conn: AsyncConnection, now: Ms) -> list[tuple[int, int]]:
    """(priority, run) of every run under way, the older first."""
    return [(row[0], row[1]) for row in await ask(conn, _OPEN_RUNS, {"now": now})]


async def claim(conn: AsyncConnection, rows: Sequence[ClaimedRow], token: int) -> None:
    """Intend to send these rows, all of them pending in this same transaction."""
    if not rows:
        return
    done = await ask(conn, _CLAIM, {"ids": str([row.id for row in rows]), "mine": token})
    if done.rowcount != len(rows):
        raise RuntimeError(f"claimed {done.rowcount} of {len(rows)} rows: another worker has this account")


_SUSPENDED: ColumnElement[str] = literal_column(f"'{Reason.SUSPENDED}'")
_NEXT_RETRY = select(func.min(delivery.c.not_before)).where(
    delivery.c.account == bindparam("account"), in_state(delivery.c.state, "retry")
)
_PROMOTE = to_either(
    update(delivery).where(
        delivery.c.account == bindparam("mine"),
        or_(delivery.c.not_before <= bindparam("now"), delivery.c.not_before > bindparam("furthest")),
    ),
    DELIVERY,
    State.RETRY,
    Loop.SENDER,
    (suspended(delivery.c.member_id), State.SKIPPED),
    otherwise=State.PENDING,
).values(
    reason=case((suspended(delivery.c.member_id), _SUSPENDED), else_=delivery.c.reason),
)


async def next_retry(conn: AsyncConnection, account: str) -> Ms | None:
    """When the next row of an account that failed for now goes again (ms UTC); None if there is none."""
    found = await ask(conn, _NEXT_RETRY, {"account": account})
    return cast("Ms | None", found.scalar())


async def promote(conn: AsyncConnection, account: str, now: Ms) -> None:
    """Retries whose time has come wait in the queue again.

    A time further ahead than any wait is was reckoned by a clock that has been set back since.
    """
    furthest = now + int(THROTTLE_LONGEST_S * 1000)
    await ask(conn, _PROMOTE, {"mine": account, "now": now, "furthest": furthest})
