"""Suspended: nothing is sent to a member and no act of theirs is done, until they are reinstated.

What waits in the outbox for them is skipped, not held: a briefing that arrives after weeks would be read as
news, a run that waited for it could not finish, and they find it in `/moinhat` when they are back.
"""

from sqlalchemy import delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import DELIVERY, Priority, State
from bot.core.kernel.values import ChatId
from bot.core.people.joining import MEMBER
from bot.core.people.permissions import Act
from bot.core.talk.reply import named
from bot.storage.accounts.tables import endpoint, file
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.group import changed
from bot.storage.moves import to_state
from bot.storage.people.tables import link_code, member
from bot.storage.talk.tables import conversation, offer, watch

REASONS = {
    Act.SUSPEND: str(Reason.SUSPENDED),
    Act.REMOVE: str(Reason.LEFT),
    Act.LEAVE: str(Reason.LEFT),
    Act.ERASE: str(Reason.LEFT),
}


async def suspend(conn: AsyncConnection, member_id: int) -> bool:
    """Stop a member: open forms, offers, live screens, codes and files made for them fall.

    False where they are not active.
    """
    mine = update(member).where(member.c.id == member_id)
    if (await conn.execute(to_state(mine, MEMBER, "suspended", Act.SUSPEND))).rowcount == 0:
        return False
    await skip(conn, member_id, Act.SUSPEND)
    await conn.execute(delete(link_code).where(link_code.c.member_id == member_id))
    await conn.execute(delete(file).where(file.c.owner == member_id, file.c.until.is_not(None)))
    for account, chat_id in await silence(conn, member_id, Act.SUSPEND):
        for table in (conversation, offer, watch):
            await conn.execute(delete(table).where(table.c.account == account, table.c.chat_id == chat_id))
        changed(conn, account, chat_id)
    return True


async def silence(conn: AsyncConnection, member_id: int, act: Act) -> list[tuple[str, ChatId]]:
    """Nothing that was to be said in a member's chats is; the chats (account, id).

    A reply under way loses its words and its chat: what becomes of it is recorded, and it does not go again.
    """
    query = select(endpoint.c.account, endpoint.c.chat_id).where(endpoint.c.member_id == member_id)
    chats = [(row[0], row[1]) for row in await conn.execute(query)]
    for account, chat_id in chats:
        await silence_chat(conn, account, chat_id, act)
    return chats


async def silence_chat(conn: AsyncConnection, account: str, chat_id: ChatId, act: Act) -> None:
    """The same of one chat."""
    # An answer to a press stands in no chat's line: it names the chat in its words.
    notice = (
        delivery.c.chat_id.is_(None),
        delivery.c.priority == Priority.ANSWER,
        delivery.c.act.contains(named(chat_id), autoescape=True),
    )
    for theirs in ((delivery.c.chat_id == chat_id,), notice):
        mine = update(delivery).where(delivery.c.account == account, *theirs, delivery.c.run_id.is_(None))
        # A reply that has ended keeps neither its words nor its chat.
        unsaid = mine.values(act=null(), chat_id=null())
        await conn.execute(unsaid.where(in_state(delivery.c.state, State.INFLIGHT)))
        await conn.execute(to_state(unsaid, DELIVERY, State.SKIPPED, act).values(reason=REASONS[act]))


async def reinstate(conn: AsyncConnection, member_id: int) -> bool:
    """As before: roles, topics and chats were kept. False where they are not suspended."""
    mine = update(member).where(member.c.id == member_id)
    return (await conn.execute(to_state(mine, MEMBER, "active", Act.REINSTATE))).rowcount == 1


async def skip(conn: AsyncConnection, member_id: int, act: Act) -> None:
    """Nothing that a run still has for a member goes out."""
    # A planner at work would add a row that this does not see: it ends first, or finds the member changed.
    await conn.execute(select(run.c.id).where(run.c.state == "planning").with_for_update())
    mine = to_state(update(delivery).where(delivery.c.member_id == member_id), DELIVERY, State.SKIPPED, act)
    await conn.execute(mine.values(reason=REASONS[act]))
