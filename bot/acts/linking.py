"""One person on two accounts: the second chat is theirs as well, so that one copy is sent."""

from secrets import choice

from bot.acts import addresses, presence, replies, roster, wrong_codes
from bot.acts.addresses import Address, Standing
from bot.acts.context import STALE, Context, Refusal
from bot.core.kernel.codes import new_code
from bot.core.kernel.values import MINUTE_MS, ChatId, Ms
from bot.core.people.codes import LINK, Kind
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.core.talk.message import Message
from bot.storage.accounts import endpoints
from bot.storage.people import links, members, refusals, unlinking

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


async def others(ctx: Context) -> tuple[Address, ...]:
    """The member's later chats, for their first: whoever joined one does not put out who was there before."""
    found = [] if ctx.member is None else await endpoints.of(ctx.conn, ctx.member.id)
    first, *later = sorted(found, key=lambda one: one.id) or (None,)
    if first is None or (first.account, first.chat_id) != (ctx.account, ctx.chat_id):
        return ()
    return tuple(Address(one.account, one.chat_id) for one in later)


async def keep_here(ctx: Context) -> Standing | Refusal:
    """Every chat but their first is the member's no more: somebody else may have it in hand. Those chats."""
    member, gone = ctx.member, await others(ctx)
    if member is None or not gone:
        return STALE
    for one in gone:
        await _take(ctx, member, one)
    await ctx.note(Act.KEEP_HERE, f"member:{member.id}", f"unit:{member.unit}; account:{ctx.account}")
    return Standing(None, gone)


async def unlink(ctx: Context, member_id: int, account: str, which: str = "") -> Standing | Refusal:
    """A chat of somebody is theirs no more, by who answers for them; that chat.

    `which`: its id as it is given, where they have several on the account.
    """
    person = await roster.person(ctx, member_id, Act.UNLINK)
    if isinstance(person, Refusal):
        return person
    every = await addresses.of(ctx, member_id)
    meant = [one for one in every if one.account == account and which in ("", one.chat_id)]
    if len(meant) != 1 or len(every) == 1:
        return Refusal("link.only_chat" if len(every) == 1 else "link.which_chat", {"account": account})
    await _take(ctx, person.member, meant[0])
    await ctx.note(Act.UNLINK, f"member:{member_id}", f"unit:{person.place.code}; account:{account}")
    return Standing(None, tuple(meant))


async def _take(ctx: Context, member: Member, at: Address) -> None:
    await links.drop(ctx.conn, member.id)  # whoever has that chat in hand may have asked for a code there
    await unlinking.unlink(ctx.conn, member.id, at.account, ChatId(at.chat_id), ctx.now)
    if ctx.house.texts.keys():
        words = Message(text=ctx.house.texts.text(member.language, "link.dropped"))
        await replies.say(ctx.conn, at.account, at.chat_id, words, ctx.now, stranger=True)
