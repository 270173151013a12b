"""What members do with what is stored about themselves: look, mend, take along, leave, erase."""

from collections.abc import Mapping

from bot.acts import addresses, mydata
from bot.acts.addresses import Standing
from bot.acts.context import STALE, Context, Refusal
from bot.acts.handouts import hand_out
from bot.acts.leaving import let_go
from bot.core.guidance.briefing import Briefing
from bot.core.people.names import clean_name
from bot.core.people.permissions import Act
from bot.core.talk.texts import Texts
from bot.storage.accounts import endpoints
from bot.storage.people import members


async def rename(ctx: Context, name: str) -> Standing | Refusal:
    """Be shown by another name."""
    clean = clean_name(name)
    if ctx.member is None or clean is None:
        return STALE if ctx.member is None else Refusal("name.refused")
    await members.rename(ctx.conn, ctx.member.id, clean)
    return Standing(ctx.member.model_copy(update={"name": clean}))


def languages(texts: Texts, briefings: Mapping[str, Briefing]) -> tuple[str, ...]:
    """Those that somebody may choose: such as there are texts in, then such as briefings are in."""
    others = {one for said in briefings.values() for one in said.languages} - set(texts.languages)
    return (*texts.languages, *sorted(others))


async def set_language(ctx: Context, language: str) -> Standing | Refusal:
    """Be spoken to in another language from now on."""
    if ctx.member is None or language not in languages(ctx.house.texts, ctx.house.briefings):
        return STALE
    await members.set_language(ctx.conn, ctx.member.id, language)
    changed = ctx.member.model_copy(update={"language": language})
    return Standing(changed, await addresses.of(ctx, ctx.member.id))


async def reached_elsewhere(ctx: Context) -> bool:
    """Whether the member gets what is sent in another chat than this one, and could get it here."""
    found = [] if ctx.member is None else await endpoints.of(ctx.conn, ctx.member.id)
    open_ones = [(one.account, one.chat_id) for one in found if one.state == "open"]
    return (ctx.account, ctx.chat_id) in open_ones[1:]


async def receive_here(ctx: Context) -> bool | Refusal:
    """Be written to in this chat rather than in another, as long as that can be."""
    if ctx.member is None:
        return STALE
    await endpoints.choose(ctx.conn, ctx.member.id, ctx.account, ctx.chat_id, ctx.now)
    await ctx.note(Act.RECEIVE_HERE, f"member:{ctx.member.id}", f"account:{ctx.account}")
    return True


async def export(ctx: Context) -> int | Refusal:
    """Everything that is stored, as a file for the member alone; its number."""
    if ctx.member is None:
        return STALE
    data = await mydata.export(ctx, ctx.member)
    return await hand_out(ctx, mydata.EXPORT, "application/json", data)


async def leave(ctx: Context) -> Standing | Refusal:
    """Leave: nothing more is sent; name and chats go. Past counts stay."""
    return await _go(ctx, Act.LEAVE)


async def erase(ctx: Context) -> Standing | Refusal:
    """Erase: as leaving, and the person's row is gone."""
    return await _go(ctx, Act.ERASE)


async def _go(ctx: Context, act: Act) -> Standing | Refusal:
    member = ctx.member
    if member is None:
        return STALE
    reached = await let_go(ctx, member, act)
    await ctx.note(act, f"unit:{member.unit}")
    return Standing(None, reached)
