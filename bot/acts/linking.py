"""One person on two accounts: the second chat is theirs as well, so that one copy is sent."""

from secrets import choice

from bot.acts import addresses, presence, wrong_codes
from bot.acts.addresses import Address, Standing
from bot.acts.context import STALE, Context, Refusal
from bot.core.kernel.codes import new_code
from bot.core.kernel.values import MINUTE_MS, Ms
from bot.core.people.codes import LINK, Kind
from bot.core.people.permissions import Act
from bot.core.talk.message import Message
from bot.storage.accounts import endpoints
from bot.storage.people import links, members, refusals

HOLDS_MS = 10 * MINUTE_MS


async def offer(ctx: Context) -> str | Refusal:
    """A code for the member's other account; it holds for ten minutes and takes the place of an older one."""
    if ctx.member is None:
        return STALE
    code = new_code(LINK, choice)
    await links.keep(ctx.conn, ctx.member.id, code, Ms(ctx.now + HOLDS_MS))
    return code


async def join(ctx: Context, code: str) -> Standing | Refusal:
    """Reach the member whose code this is in the actor's chat too; their other chats are told."""
    if len(code) != LINK:
        return Refusal("link.unknown")
    if not await wrong_codes.may_try(ctx, Kind.LINK):
        return Refusal("start.too_many_codes")
    whose = await links.holder(ctx.conn, code, ctx.now)
    member = await members.get(ctx.conn, whose) if whose is not None else None
    if member is None:
        await wrong_codes.note(ctx, Kind.LINK)
        return Refusal("link.unknown")
    if ctx.actor is not None:
        return Refusal("link.own" if ctx.member and ctx.member.id == member.id else "link.other_member")
    if await links.take(ctx.conn, code, ctx.now) != member.id:  # somebody was quicker, or its owner has gone
        return Refusal("link.unknown")
    words = ctx.house.texts.text(member.language, "link.told")
    for at in await addresses.of(ctx, member.id):
        await addresses.say(ctx, at, Message(text=words))
    since = await refusals.after(ctx.conn, ctx.account, ctx.chat_id, ctx.now)
    await endpoints.attach(ctx.conn, member.id, ctx.account, ctx.chat_id, since)
    await presence.heard(ctx.conn, ctx.house, ctx.account, ctx.chat_id, ctx.now)
    await refusals.clear(ctx.conn, ctx.account, ctx.chat_id)
    await ctx.note(Act.LINK, f"member:{member.id}", f"unit:{member.unit}; account:{ctx.account}")
    return Standing(member, (Address(ctx.account, ctx.chat_id),))
