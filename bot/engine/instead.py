"""What takes the place of replies that were refused for good, in the transaction that records it."""

from collections.abc import Awaitable, Callable

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import Priority, State, anew
from bot.core.kernel.values import Ms
from bot.core.talk.reply import AnswerReply, EditReply, Reply, ReplyAdapter, SendReply
from bot.storage.delivery import replies, settling
from bot.storage.delivery.settling import Settled
from bot.storage.talk import watches

log = structlog.get_logger()
InItsPlace = Callable[[AsyncConnection, str, str, Reply, int, Reason], Awaitable[SendReply | None]]
"""What is said (account, chat, the reply, which part of it, why) where a reply was refused; None: nothing."""


async def nothing(*_: object) -> None:
    """Nobody is owed a word."""


async def instead(
    conn: AsyncConnection, account: str, result: Settled, in_its_place: InItsPlace, token: int, now: Ms
) -> Settled:
    """What becomes of a row: a refused edit goes as a new message; of another refused reply its chat is told.

    Rows of runs stay as they are, and so does what went to a chat that is gone.
    """
    row, to = result.row, result.transition
    if row.run_id is not None or row.act is None:
        return result
    if to.state is not State.FAILED or to.close or not await settling.holds(conn, row.id, token):
        return result
    try:
        act = ReplyAdapter.validate_json(row.act)
    except ValidationError:
        return result
    chat_id = act.chat_id if isinstance(act, AnswerReply) else row.chat_id
    if chat_id is None:
        return result
    said = await in_its_place(conn, account, chat_id, act, row.part, to.reason or Reason.OTHER)
    if isinstance(act, EditReply):
        # Live screens move where the message stands; where it does not, they stop.
        await watches.follow(conn, account, chat_id, act.message_id, row.id if said else None)
    if said is None:
        log.warning("a refused reply has nothing in its place", delivery=row.id, reason=str(to.reason))
        return result
    if isinstance(act, EditReply):
        return result._replace(transition=anew(to), act=said)
    stranger = row.priority == Priority.STRANGER
    await replies.put(conn, account, chat_id, said, now, stranger=stranger)
    return result
