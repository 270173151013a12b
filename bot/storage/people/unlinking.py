"""A chat is its member's no more, and they stay: what was to go there goes to another chat of theirs."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import DELIVERY, OPEN, State
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import ChatId, Ms
from bot.core.people.permissions import Act
from bot.storage import residue
from bot.storage.accounts.endpoints import before_others
from bot.storage.accounts.tables import endpoint
from bot.storage.database import leave_no_trace
from bot.storage.delivery.tables import delivery
from bot.storage.group import changed
from bot.storage.moves import to_state
from bot.storage.people import erasing, refusals, suspension


async def unlink(conn: AsyncConnection, member_id: int, account: str, chat_id: ChatId, now: Ms) -> bool:
    """Take one of several chats from a member. False where it is none of theirs, or their only one.

    It is remembered as one that somebody left from, so that neither a backup nor an old list brings it back.
    """
    here = endpoint.c.account == account, endpoint.c.chat_id == chat_id
    theirs = select(endpoint.c.id, endpoint.c.account, endpoint.c.chat_id).where(
        endpoint.c.member_id == member_id
    )
    this = (await conn.execute(theirs.where(*here))).first()
    order = endpoint.c.state != "open", *before_others(endpoint)
    others = theirs.where(endpoint.c.id != this.id).order_by(*order) if this else None
    other = (await conn.execute(others.limit(1))).first() if others is not None else None
    if this is None or other is None:
        return False
    leave_no_trace(conn)
    await residue.owe(conn)
    await suspension.silence_chat(conn, account, chat_id, Act.LEAVE)
    waits = update(delivery).where(
        delivery.c.account == account, delivery.c.chat_id == chat_id, delivery.c.run_id.is_not(None)
    )
    # Of what has half arrived there the whole goes: the other half alone would tell nobody anything.
    again = to_state(waits, DELIVERY, State.PENDING, Loop.SENDER, only=OPEN)
    await conn.execute(again.values(account=other.account, chat_id=other.chat_id, part=0))
    await refusals.remember(conn, account, chat_id, now)
    await erasing.forget_chat(conn, account, chat_id)
    await conn.execute(delete(endpoint).where(*here))
    changed(conn, account, chat_id)
    return True
