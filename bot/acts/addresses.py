"""Where people are reached, and saying something there that an act of somebody else caused."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts.context import Context
from bot.core.kernel.values import ChatId
from bot.core.people.members import Member
from bot.core.talk.message import Message
from bot.core.talk.reply import SendReply
from bot.storage.accounts import endpoints
from bot.storage.delivery import replies


@dataclass(frozen=True, slots=True)
class Address:
    """A chat on an account."""

    account: str
    chat_id: ChatId


@dataclass(frozen=True, slots=True)
class Standing:
    """A person after an act on them, and where they are reached. `member` None: they are not in any more."""

    member: Member | None
    addresses: Sequence[Address] = ()


async def of(ctx: Context, member_id: int) -> tuple[Address, ...]:
    """Every chat a member is reached in: the one that they chose, then the oldest first."""
    return tuple(Address(one.account, one.chat_id) for one in await endpoints.of(ctx.conn, member_id))


async def say(ctx: Context, at: Address, message: Message) -> None:
    """Say something in a chat."""
    await replies.say(ctx.conn, at.account, at.chat_id, SendReply(message=message), ctx.now)


async def tell(ctx: Context, member: Member, message: Message) -> bool:
    """Say something to a member once: in the first of their chats that is open. False where none is."""
    for one in await endpoints.of(ctx.conn, member.id):
        if one.state == "open":
            await say(ctx, Address(one.account, one.chat_id), message)
            return True
    return False
