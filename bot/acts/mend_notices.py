"""What people are told of a correction that waits for its second person: that it waits, what became of it."""

from bot.acts import addresses, approval_notices, authority
from bot.acts.context import Context
from bot.acts.places import Place
from bot.core.guidance.briefing import Briefing
from bot.core.people.permissions import Act
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.sending import OnMend, OnRun
from bot.storage.guidance.mends import MendRow
from bot.storage.people import members

MOST = 5  # people who are told of one correction


async def waits(ctx: Context, row: MendRow, said: Briefing, home: Place) -> int:
    """Tell those who approve over its unit, else its administrators, that it waits; how many approvers."""
    over = await authority.who_may(ctx, Act.DECIDE_MEND, home.path)
    approvers = [one for one in over if f"member:{one.id}" != row.by][:MOST]
    texts, told = ctx.house.texts, 0
    for one in approvers:
        values = {"name": approval_notices.who(ctx), "title": said.body(one.language).title}
        words = texts.text(one.language, "mend.told_waiting", old=row.old, new=row.new, **values)
        look = Button.of(texts.line(one.language, "approve.look"), OnMend("see", row.id))
        told += await addresses.tell(ctx, one, Message(text=words, buttons=((look,),)))
    if not told:
        await approval_notices.nobody(ctx, said, home.path, home.name)
    return told


async def decided(ctx: Context, row: MendRow, key: str, reason: str = "") -> None:
    """Tell whose words they are that they stand, or why they do not."""
    one = await members.logged_as(ctx.conn, row.by)
    if one is None or row.by == ctx.who:
        return
    texts = ctx.house.texts
    values = {"name": approval_notices.who(ctx), "old": row.old, "new": row.new, "reason": reason}
    look = Button.of(texts.line(one.language, "button.progress"), OnRun("show", row.run_id))
    words = texts.text(one.language, key, **values)
    await addresses.tell(ctx, one, Message(text=words, buttons=((look,),)))
