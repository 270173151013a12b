"""Suspended: nothing is sent to a member and no act of theirs is done, until they are reinstated.

What waits in the outbox for them is skipped, not held: a briefing that arrives after weeks would be read as
news, a run that waited for it could not finish, and they find it in `/moinhat` when they are back.
"""

from sqlalchemy import delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.storage.accounts.tables import endpoint
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.group import changed
from bot.storage.people.tables import link_code, member
from bot.storage.talk.tables import conversation, offer, watch

REASON = str(Reason.SUSPENDED)


async def suspend(conn: AsyncConnection, member_id: int) -> bool:
    """Stop a member: open forms, offers, live screens and codes fall. False where they are not active."""
    mine = update(member).where(member.c.id == member_id, in_state(member.c.state, "active"))
    if (await conn.execute(mine.values(state="suspended"))).rowcount == 0:
        return False
    await skip(conn, member_id, REASON)
    await conn.execute(delete(link_code).where(link_code.c.member_id == member_id))
    chats = select(endpoint.c.account, endpoint.c.chat_id).where(endpoint.c.member_id == member_id)
    for account, chat_id in list(await conn.execute(chats)):
        waiting = update(delivery).where(
            delivery.c.account == account,
            delivery.c.chat_id == chat_id,
            delivery.c.run_id.is_(None),
            in_state(delivery.c.state, "pending", "retry"),
        )
        # A reply that has ended keeps neither its words nor its chat.
        await conn.execute(waiting.values(state="skipped", reason=REASON, act=null(), chat_id=null()))
        for table in (conversation, offer, watch):
            await conn.execute(delete(table).where(table.c.account == account, table.c.chat_id == chat_id))
        changed(conn, account, chat_id)
    return True


async def reinstate(conn: AsyncConnection, member_id: int) -> bool:
    """As before: roles, topics and chats were kept. False where they are not suspended."""
    mine = update(member).where(member.c.id == member_id, in_state(member.c.state, "suspended"))
    return (await conn.execute(mine.values(state="active"))).rowcount == 1


async def skip(conn: AsyncConnection, member_id: int, reason: str) -> None:
    """Nothing that a run still has for a member goes out."""
    # A planner at work would add a row that this does not see: it ends first, or finds the member changed.
    await conn.execute(select(run.c.id).where(run.c.state == "planning").with_for_update())
    mine = update(delivery).where(
        delivery.c.member_id == member_id, in_state(delivery.c.state, "pending", "retry")
    )
    await conn.execute(mine.values(state="skipped", reason=reason))
