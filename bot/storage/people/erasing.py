"""Members leave or are erased: what goes with them, in the transaction of whoever asks."""

from sqlalchemy import (
    delete,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId
from bot.core.people.joining import MEMBER
from bot.core.people.permissions import Act
from bot.storage import residue
from bot.storage.accounts.tables import endpoint, file
from bot.storage.database import leave_no_trace
from bot.storage.delivery.tables import delivery
from bot.storage.guidance.tables import document
from bot.storage.moves import to_state
from bot.storage.opinion.tables import photo, question_asker, submission_author, understood_by
from bot.storage.people.suspension import skip
from bot.storage.people.tables import (
    join_request,
    link_code,
    member,
    member_role,
    subscription,
    wrong_code,
)
from bot.storage.talk.tables import conversation, inbox, offer, watch
from bot.storage.transcripts import transcripts


async def leave(conn: AsyncConnection, member_id: int) -> None:
    """Leave: nothing more is sent; name and chat ids go, opinions lose their author. Past counts stay."""
    leave_no_trace(conn)
    await residue.owe(conn)
    await skip(conn, member_id, Act.LEAVE)
    for link in (submission_author, question_asker, understood_by):
        await conn.execute(delete(link).where(link.c.member_id == member_id))
    mine = to_state(update(member).where(member.c.id == member_id), MEMBER, "left", Act.LEAVE)
    await conn.execute(mine.values(name=""))
    for table in (file, document, photo):  # photos that went with a report are nobody's
        await conn.execute(delete(table).where(table.c.owner == member_id))
    await _forget_chats(conn, member_id)
    for table in (endpoint, subscription, member_role, link_code):
        await conn.execute(delete(table).where(table.c.member_id == member_id))


async def erase(conn: AsyncConnection, member_id: int) -> None:
    """Erase: as leaving, and the person's row is gone; what was delivered stays as a number."""
    await leave(conn, member_id)
    await conn.execute(delete(member).where(member.c.id == member_id))


async def _forget_chats(conn: AsyncConnection, member_id: int) -> None:
    chats = select(endpoint.c.account, endpoint.c.chat_id).where(endpoint.c.member_id == member_id)
    for account, chat_id in list(await conn.execute(chats)):
        await forget_chat(conn, account, chat_id)
    await conn.execute(
        update(delivery)
        .where(delivery.c.member_id == member_id, delivery.c.run_id.is_not(None))
        .values(chat_id=None, message_id=None, earlier=None)
    )


async def forget_chat(conn: AsyncConnection, account: str, chat_id: ChatId) -> None:
    """What was begun in a chat, and what came from it and is handled."""
    for table in (conversation, join_request, offer, watch, document, photo, wrong_code):
        await conn.execute(delete(table).where(table.c.account == account, table.c.chat_id == chat_id))
    await transcripts.forget(conn, account, chat_id)
    handled = update(inbox).where(inbox.c.account == account, inbox.c.chat_id == chat_id)
    await conn.execute(handled.values(chat_id="", payload=None, error=None).where(inbox.c.state != "new"))
