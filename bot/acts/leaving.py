"""Somebody goes, by their own word or an administrator's: a keyed hash of their no is all that stays."""

from bot.acts import addresses, invitations
from bot.acts.addresses import Address
from bot.acts.context import Context
from bot.core.people.members import Member
from bot.storage.people import members, refusals


async def let_go(ctx: Context, member: Member, *, erased: bool = False) -> tuple[Address, ...]:
    """Nothing more is sent, name and chats go, no old list brings them back. Where they were reached."""
    reached = await addresses.of(ctx, member.id)
    for at in reached:
        await refusals.remember(ctx.conn, at.account, at.chat_id, ctx.now)
    await (members.erase if erased else members.leave)(ctx.conn, member.id)
    await invitations.fall(ctx, member.id)
    return reached
