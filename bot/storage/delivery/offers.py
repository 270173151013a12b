"""What the last screen of a member's chat offered: one row a chat, an empty one where it offered nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import DAY_MS, ChatId, Ms
from bot.core.talk.offer import Choice, choices
from bot.core.talk.reply import EditReply, SendReply
from bot.storage.dialect import ask, many
from bot.storage.group import Group
from bot.storage.talk.tables import offer

KEPT_MS = 7 * DAY_MS  # who answers later than that has read something else meanwhile


class OfferRow(NamedTuple):
    """The choices, and when they were said, ms UTC."""

    choices: tuple[Choice, ...]
    at: Ms


def _upsert(insert: Any) -> Any:
    names = ("account", "chat_id", "choices", "at")
    row = insert(offer).values({offer.c[name]: bindparam(f"new_{name}") for name in names})
    return row.on_conflict_do_update(
        index_elements=["account", "chat_id"],
        set_={"choices": row.excluded.choices, "at": row.excluded.at},
    )


_KEEP = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}


def row(account: str, chat_id: ChatId, act: SendReply | EditReply, now: Ms) -> dict[str, Any]:
    """What is kept of a screen that is said now."""
    shown = json.dumps([one[:2] for one in choices(act.message.buttons)], ensure_ascii=False)
    return {"new_account": account, "new_chat_id": chat_id, "new_choices": shown, "new_at": now}


async def keep(conn: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """These are the chats' last screens; of several of one chat the last."""
    last = {(one["new_account"], one["new_chat_id"]): one for one in rows}
    # In one order in every transaction, so that two never wait for one another.
    await many(conn, _KEEP[conn.dialect.name], [last[chat] for chat in sorted(last)])


async def renew(conn: AsyncConnection, account: str, chat_id: ChatId, act: EditReply, said_at: Ms) -> None:
    """A screen that was said at that instant shows this now: where it is the chat's last, it offers this."""
    shown = row(account, chat_id, act, said_at)["new_choices"]
    mine = offer.c.account == account, offer.c.chat_id == chat_id, offer.c.at == said_at
    await conn.execute(update(offer).where(*mine).values(choices=shown))


_AT = select(offer.c.choices, offer.c.at).where(
    offer.c.account == bindparam("in_account"), offer.c.chat_id == bindparam("in_chat")
)


async def at(conn: AsyncConnection, account: str, chat_id: ChatId) -> OfferRow | None:
    """What was offered last in a chat, by an earlier update of the same group too."""
    if isinstance(conn, Group) and conn.waits_to_say(account, chat_id):
        await conn.flush()
    found = (await ask(conn, _AT, {"in_account": account, "in_chat": chat_id})).first()
    if found is None:
        return None
    return OfferRow(tuple(Choice(*one) for one in json.loads(found[0])), found[1])


async def hand_on(
    conn: AsyncConnection, account: str, chat_id: ChatId, data: str, words: str, typed: str
) -> None:
    """The last screen's button with this data hands on what was typed above it, while the screen stands."""
    last = await at(conn, account, chat_id)
    if last is None:
        return
    handing = [one._replace(words=words, typed=typed) if one.data == data else one for one in last.choices]
    shown = json.dumps([one if one.words else one[:2] for one in handing], ensure_ascii=False)
    mine = offer.c.account == account, offer.c.chat_id == chat_id
    await conn.execute(update(offer).where(*mine).values(choices=shown))


async def forget(conn: AsyncConnection, now: Ms) -> int:
    """Drop what is too old to be answered; how many."""
    return (await conn.execute(delete(offer).where(offer.c.at < now - KEPT_MS))).rowcount


async def not_ahead(conn: AsyncConnection, now: Ms) -> int:
    """What was said by a clock that has gone back was said by now (ms UTC): what comes is newer. How many."""
    return (await conn.execute(update(offer).where(offer.c.at > now).values(at=now))).rowcount
