"""What is said in answer: rows of the outbox, committed with the step that caused them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId, Ms
from bot.core.talk.message import Message
from bot.core.talk.reply import AnswerReply, DeleteReply, EditReply, KnockReply, MenuReply, SendReply
from bot.storage.delivery import replies
from bot.storage.talk import watches


async def remark(conn: AsyncConnection, account: str, chat_id: ChatId, message: Message, now: Ms) -> None:
    """Say something below a screen that was said just now: the numbers stay the screen's."""
    await replies.put(conn, account, chat_id, SendReply(message=message), now, aside=True)


async def say(
    conn: AsyncConnection,
    account: str,
    chat_id: ChatId,
    message: Message,
    now: Ms,
    *,
    stranger: bool = False,
) -> None:
    """Say something in a chat. `stranger`: to somebody who is not in, of whom no offer is kept."""
    await replies.put(conn, account, chat_id, SendReply(message=message), now, stranger=stranger)


async def say_live(conn: AsyncConnection, account: str, chat_id: ChatId, message: Message, now: Ms) -> int:
    """Say something that will move; its row, by which its message is known once it is sent."""
    return await replies.say(conn, account, chat_id, SendReply(message=message), now)


async def edit(
    conn: AsyncConnection,
    account: str,
    chat_id: ChatId,
    message_id: str,
    message: Message,
    now: Ms,
    *,
    notice: str = "",
    stranger: bool = False,
) -> None:
    """Put a screen in place of one that was said. `notice`: said in place of words that it does not have."""
    change = EditReply(message_id=message_id, message=message, notice=notice)
    await replies.put(conn, account, chat_id, change, now, stranger=stranger)


async def take_out(
    conn: AsyncConnection, account: str, chat_id: ChatId, messages: Sequence[str], now: Ms
) -> None:
    """Take messages out of a chat. Where one cannot be, its person hears so, and the rest stay."""
    await replies.put(conn, account, chat_id, DeleteReply(messages=tuple(messages)), now)


async def stand_still(conn: AsyncConnection, account: str, chat_id: ChatId, live: bool) -> None:
    """A chat's person looks at something else: the screen before it moves no more. `live`: this one does."""
    await replies.stand_still(conn, account, chat_id)
    if not live:
        await watches.drop(conn, account, chat_id)


async def answer(
    conn: AsyncConnection,
    account: str,
    callback_id: str,
    notice: str,
    now: Ms,
    chat_id: ChatId | None = None,
) -> None:
    """End the waiting of a pressed button. `chat_id`: where nothing but this notice is said."""
    reply = AnswerReply(callback_id=callback_id, text=notice, chat_id=chat_id)
    await replies.put(conn, account, None, reply, now)


async def knock(conn: AsyncConnection, account: str, chat_id: ChatId, words: KnockReply, now: Ms) -> None:
    """Tell somebody who may not be written to that something waits."""
    await replies.put(conn, account, chat_id, words, now, aside=True)


async def menu(
    conn: AsyncConnection, account: str, chat_id: ChatId | None, entries: MenuReply, now: Ms
) -> None:
    """Show a chat, or everybody on an account, the commands that can be used there."""
    await replies.put(conn, account, chat_id, entries, now)
