"""The inbox: every update is kept before it is understood, and takes effect once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import bindparam, delete, func, literal_column, null, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId, Ms
from bot.core.ports import RawUpdate
from bot.core.talk.updates import INBOX
from bot.storage import database
from bot.storage.dialect import ask, each, in_state, many
from bot.storage.moves import to_state
from bot.storage.sealed import seal, unseal
from bot.storage.talk.tables import inbox


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One update that waits. `attempts` counts the times its handling failed.

    `payload` is None where it was sealed with another key than the present one.
    """

    id: int
    account: str
    chat_id: ChatId
    payload: str | None
    attempts: int
    received_at: Ms


def _arrived(insert: Any) -> Any:
    given = ("account", "update_key", "chat_id", "payload", "received_at")
    begun: dict[Any, Any] = {
        inbox.c.state: literal_column(f"'{INBOX.begin('new')}'"),
        inbox.c.attempts: literal_column("0"),
    }
    row = insert(inbox).values(begun | {inbox.c[name]: bindparam(name) for name in given})
    return row.on_conflict_do_nothing(index_elements=["account", "update_key"])


_ARRIVED = {"sqlite": _arrived(sqlite.insert), "postgresql": _arrived(postgresql.insert)}


async def keep(conn: AsyncConnection, account: str, updates: Sequence[RawUpdate], now: Ms) -> None:
    """Keep updates; those already kept are left as they are."""
    if updates:
        rows = [
            {
                "account": account,
                "update_key": one.key,
                "chat_id": one.chat_id,
                "payload": seal(conn, one.payload),
                "received_at": now,
            }
            for one in updates
        ]
        await many(conn, _ARRIVED[conn.dialect.name], rows)


async def unknown(conn: AsyncConnection, account: str, updates: Sequence[RawUpdate]) -> int:
    """How many of these updates are not kept yet: some platforms give the same ones again and again."""
    keys = {one.key for one in updates}
    kept = [(await ask(conn, _KEPT, {"mine": account, "key": key})).first() for key in keys]
    return kept.count(None)


_KEPT = select(inbox.c.id).where(inbox.c.account == bindparam("mine"), inbox.c.update_key == bindparam("key"))


_WAITING = (
    select(
        inbox.c.id,
        inbox.c.account,
        inbox.c.chat_id,
        inbox.c.payload,
        inbox.c.attempts,
        inbox.c.received_at,
    )
    .where(in_state(inbox.c.state, "new"), inbox.c.id > bindparam("after"))
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_CLOSE = to_state(
    update(inbox).where(inbox.c.id.op("IN")(each(bindparam("ids")))),
    INBOX,
    "done",
    Loop.DISPATCHER,
    found=True,
).values(chat_id="", payload=null(), done_at=bindparam("now"))


async def waiting(conn: AsyncConnection, limit: int, after: int = 0) -> list[InboxRow]:
    """The oldest updates not yet handled, of those that came after row `after`."""
    rows = await ask(conn, _WAITING, {"after": after, "most": limit})
    return [
        InboxRow(number, account, chat_id, unseal(conn, payload), attempts, at)
        for number, account, chat_id, payload, attempts, at in rows
    ]


async def close_all(conn: AsyncConnection, row_ids: Collection[int], now: Ms) -> bool:
    """Handled: its number stays, so that it is known; whose it was and its words go. False if done before."""
    done = await ask(conn, _CLOSE, {"ids": str(list(row_ids)), "now": now})
    return done.rowcount == len(row_ids)


async def close(conn: AsyncConnection, row_id: int, now: Ms) -> bool:
    """The same for one update."""
    return await close_all(conn, (row_id,), now)


def leave_no_trace(conn: AsyncConnection) -> None:
    """The update being handled holds what must not stay: its row is emptied with this transaction."""
    database.leave_no_trace(conn)


async def failed(conn: AsyncConnection, row_id: int, error: str, most: int, now: Ms) -> bool:
    """Count a failed handling; after `most` of them quarantine the row. True if it is quarantined now."""
    mine = update(inbox).where(inbox.c.id == row_id)
    counted = mine.where(in_state(inbox.c.state, "new"))
    await conn.execute(counted.values(attempts=inbox.c.attempts + 1, error=error))
    given_up = to_state(mine.where(inbox.c.attempts >= most), INBOX, "quarantined", Loop.DISPATCHER)
    row = (await conn.execute(given_up.values(done_at=now).returning(inbox.c.payload))).first()
    readable = unseal(conn, row[0]) if row is not None and row[0] is not None else None
    if row is not None and readable not in (None, row[0]):
        await conn.execute(mine.values(payload=readable))  # a person is to look at it
    return row is not None


async def waits_since(conn: AsyncConnection) -> Ms | None:
    """When the oldest update that waits came (ms UTC); None where none waits."""
    oldest = select(func.min(inbox.c.received_at)).where(in_state(inbox.c.state, "new"))
    return cast("Ms | None", (await conn.execute(oldest)).scalar())


async def given_up(conn: AsyncConnection) -> tuple[int, Ms | None]:
    """How many updates could not be handled and are still to be read, and when the oldest came (ms UTC)."""
    query = select(func.count(), func.min(inbox.c.received_at)).where(
        in_state(inbox.c.state, "quarantined"), inbox.c.payload.is_not(None)
    )
    row = (await conn.execute(query)).one()
    return int(row[0]), cast("Ms | None", row[1])


async def counts(conn: AsyncConnection) -> dict[str, int]:
    """Updates by state."""
    rows = await conn.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state))
    return {row[0]: row[1] for row in rows}


async def forget(conn: AsyncConnection, before: Ms, limit: int) -> int:
    """Drop rows handled or given up before an instant (ms UTC), at most `limit`."""
    old = select(inbox.c.id).where(inbox.c.state != "new", inbox.c.done_at < before).limit(limit)
    return (await conn.execute(delete(inbox).where(inbox.c.id.in_(old)))).rowcount


async def empty_given_up(conn: AsyncConnection, before: Ms) -> int:
    """Of updates quarantined before an instant (ms UTC) whose they were, and their words, go; how many.

    Nobody has looked at them by then, and they may be of people who are not in.
    """
    old = update(inbox).where(
        in_state(inbox.c.state, "quarantined"), inbox.c.done_at < before, inbox.c.payload.is_not(None)
    )
    return (await conn.execute(old.values(chat_id="", payload=None, error=None))).rowcount
