"""What conversations say: rows of the outbox that belong to no run, edits and marks among them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Update,
    bindparam,
    delete,
    false,
    func,
    insert,
    literal_column,
    null,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import DELIVERY, Priority, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId, Ms
from bot.core.talk.reply import UNASKED, DeleteReply, EditReply, MenuReply, Reply, SendReply, written
from bot.storage.delivery import offers
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import ask, is_open, many
from bot.storage.group import Group
from bot.storage.moves import to_state

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


async def say(conn: AsyncConnection, account: str, chat_id: ChatId | None, act: Reply, now: Ms) -> int:
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
    chat_id: ChatId | None,
    act: Reply,
    now: Ms,
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
    conn: AsyncConnection, chats: Sequence[tuple[str, ChatId]], act: SendReply, now: Ms
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


async def stand_still(conn: AsyncConnection, account: str, chat_id: ChatId) -> None:
    """A chat's person has asked for something else: what was to move by itself there does not any more."""
    await ask(conn, _UNASKED, {"new_account": account, "new_chat_id": chat_id})


def _lane(chat_id: ChatId | None, act: Reply) -> Priority:
    if isinstance(act, MenuReply):
        return Priority.MENU
    if chat_id is None:
        return Priority.ANSWER
    if isinstance(act, DeleteReply):
        return Priority.EDIT
    if isinstance(act, EditReply):
        return Priority.EDIT if act.message.text else Priority.MARK
    return Priority.REPLY


def _row(account: str, chat_id: ChatId | None, act: Reply, now: Ms) -> dict[str, Any]:
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


async def forget(conn: AsyncConnection, before: Ms, limit: int) -> int:
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
