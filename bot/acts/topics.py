"""The topics a member follows."""

from collections.abc import Mapping

from bot.acts.context import STALE, Context, Refusal
from bot.core.guidance.audience import follows
from bot.core.people.permissions import Act
from bot.storage.people import members


async def followed(ctx: Context) -> Mapping[str, bool]:
    """Topic → whether the member follows it, chosen or not."""
    if ctx.member is None:
        return {}
    chosen = await members.follows(ctx.conn, ctx.member.id)
    topics = ctx.house.topics.items()
    return {code: follows(one, ctx.member.roles, chosen.get(code)) for code, one in topics}


async def follow(ctx: Context, code: str) -> bool | Refusal:
    """Follow a topic, or stop; answers which. What is compulsory for a role of theirs stays followed."""
    topic = ctx.house.topics.get(code)
    if ctx.member is None or topic is None or not ctx.may(Act.FOLLOW):
        return STALE
    if topic.compulsory_for & ctx.member.roles:
        return STALE
    following = not (await followed(ctx))[code]
    await members.follow(ctx.conn, ctx.member.id, code, following)
    return following
