"""What is still valid is offered to who comes in later, where its broadcast says so.

It is offered, not delivered: the figures of a run are those of whom it was planned for, and a button opens
what the briefing says by then, corrected or taken back since.
"""

from bot.acts.addresses import Address, say
from bot.acts.context import Context
from bot.core.guidance.audience import follows
from bot.core.kernel.formats import cut_short
from bot.core.kernel.richtext import Block, Span
from bot.core.people.members import Member
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reading import Open
from bot.storage.guidance import briefings

MOST = 5  # briefings, the latest: more is no welcome
LOOKED_AT = 50
LABEL = 60  # characters of a title on a button


async def welcome(ctx: Context, member: Member, at: Address) -> int:
    """Offer a new member what holds today of the topics they follow; how many briefings."""
    topics = [code for code, one in ctx.house.topics.items() if follows(one, member.roles, None)]
    found = await briefings.issued(
        ctx.conn, member.path, member.roles, topics, (), LOOKED_AT, member.id, for_newcomers=True
    )
    today = ctx.house.today(ctx.now)
    newest = {row.slug: row for row, _ in reversed(found)}  # of its versions, the one that went out last
    valid = [
        (row, urgent)
        for row, urgent in found
        if newest[row.slug] is row and (row.briefing.valid_until is None or row.briefing.valid_until >= today)
    ][:MOST]
    if not valid:
        return 0
    language, lines, rows = member.language, list[Block](), list[tuple[Button, ...]]()
    for row, urgent in valid:
        title = row.briefing.body(language).title
        words = ctx.house.texts.line(language, "briefing.urgent", title=title) if urgent else title
        lines.append(Block(spans=(Span(text=words),), kind="item", marker="•"))
        rows.append((Button.of(cut_short(words, LABEL), Open(row.id)),))
    head = ctx.house.texts.text(language, "newcomer.offer")
    await say(ctx, at, Message(text=(*head, *lines), buttons=tuple(rows)))
    return len(valid)
