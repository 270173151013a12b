"""Forms half filled in: one row a chat and form."""

from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId, Ms
from bot.core.talk.form import FormState
from bot.storage.accounts.tables import endpoint
from bot.storage.dialect import ask
from bot.storage.group import changed
from bot.storage.talk import sights
from bot.storage.talk.tables import conversation


def _upsert(insert: Any) -> Any:
    row = insert(conversation).values({one: bindparam(one.name) for one in conversation.c})
    return row.on_conflict_do_update(
        index_elements=["account", "chat_id", "form"],
        set_={"state": row.excluded.state, "updated_at": row.excluded.updated_at},
    )


# Statements of every step of a form are built once: building costs more than running them.
_KEEP = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
_CHAT = (conversation.c.account == bindparam("in_account"), conversation.c.chat_id == bindparam("in_chat"))
_FORM = (*_CHAT, conversation.c.form == bindparam("in_form"))
_LATEST = select(func.max(conversation.c.updated_at)).where(*_CHAT)
_GET = select(conversation.c.state).where(*_FORM)
_DROP = delete(conversation).where(*_FORM)


@lru_cache(1)  # one step asks for it several times
def _read(written: str) -> FormState:
    return FormState.model_validate_json(written)


async def current(conn: AsyncConnection, account: str, chat_id: ChatId) -> FormState | None:
    """The form this chat worked on last."""
    form = (await sights.at(conn, account, chat_id)).form
    return _read(form) if form else None


async def get(conn: AsyncConnection, account: str, chat_id: ChatId, form: str) -> FormState | None:
    """A form half filled in in this chat."""
    row = (await ask(conn, _GET, {"in_account": account, "in_chat": chat_id, "in_form": form})).first()
    return FormState.model_validate_json(row[0]) if row else None


async def keep(conn: AsyncConnection, account: str, chat_id: ChatId, state: FormState, now: Ms) -> None:
    """Keep where the chat is in a form: the one it works on last, whatever the clock says."""
    before = (await ask(conn, _LATEST, {"in_account": account, "in_chat": chat_id})).scalar()
    values = {
        "account": account,
        "chat_id": chat_id,
        "form": state.form,
        "state": state.model_dump_json(),
        "updated_at": now if before is None else max(now, before + 1),
    }
    changed(conn, account, chat_id)
    await ask(conn, _KEEP[conn.dialect.name], values)


async def drop(conn: AsyncConnection, account: str, chat_id: ChatId, form: str) -> None:
    """The form is done with."""
    changed(conn, account, chat_id)
    await ask(conn, _DROP, {"in_account": account, "in_chat": chat_id, "in_form": form})


async def forget(conn: AsyncConnection, before: Ms) -> int:
    """Drop forms nobody touched since an instant (ms UTC)."""
    return (await conn.execute(delete(conversation).where(conversation.c.updated_at < before))).rowcount


async def forget_strangers(conn: AsyncConnection, before: Ms) -> int:
    """Drop forms of chats in which nobody is reached that nobody touched since an instant (ms UTC)."""
    reached = exists().where(
        endpoint.c.account == conversation.c.account, endpoint.c.chat_id == conversation.c.chat_id
    )
    old = delete(conversation).where(conversation.c.updated_at < before, ~reached)
    return (await conn.execute(old)).rowcount


async def every(conn: AsyncConnection, account: str, chat_id: ChatId) -> list[FormState]:
    """All forms half filled in in this chat."""
    query = select(conversation.c.state).where(
        conversation.c.account == account, conversation.c.chat_id == chat_id
    )
    rows = await conn.execute(query.order_by(conversation.c.form))
    return [FormState.model_validate_json(row[0]) for row in rows]
