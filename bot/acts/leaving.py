"""Somebody goes, by their own word or an administrator's: a keyed hash of their no is all that stays."""

from bot.acts import addresses, invitations
from bot.acts.addresses import Address
from bot.acts.context import Context
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.storage.people import erasing, refusals, suspension


async def let_go(ctx: Context, member: Member, act: Act) -> tuple[Address, ...]:
    """Nothing more is sent, name and chats go, no old list brings them back. Where they were reached.

    What waits to be said in any of their chats is not: an account that has stopped would keep it for good.
    """
    reached = await addresses.of(ctx, member.id)
    await suspension.silence(ctx.conn, member.id, act)
    for at in reached:
        await refusals.remember(ctx.conn, at.account, at.chat_id, ctx.now)
    await (erasing.erase if act is Act.ERASE else erasing.leave)(ctx.conn, member.id)
    await invitations.fall(ctx, member.id)
    return reached
