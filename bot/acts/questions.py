"""What a communicator asks about a briefing: it passes the guard, and goes to who issued the briefing.

Asking leaves no line in the audit log, which would name for good who asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.acts import kits, places, question_notices
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.opinion.guard import mask
from bot.core.opinion.questions import LONGEST, MOST
from bot.core.people.permissions import Act
from bot.core.people.units import is_within
from bot.storage.guidance import briefings
from bot.storage.guidance import kits as stored_kits
from bot.storage.opinion import questions as stored
from bot.storage.opinion.questions import QuestionRow

LISTED = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the actor's own; `place`: the unit that is to answer, `title`: of the briefing."""

    question: QuestionRow
    place: Place | None
    title: str


async def ask(ctx: Context, words: str, briefing_id: int = 0) -> Asked | Refusal:
    """Ask about a briefing one may read; without one, the nearest unit that answers questions."""
    me = ctx.member
    if me is None or not ctx.may(Act.ASK_QUESTION):
        return STALE
    clean = mask(words.strip()).text
    if not clean or len(clean) > LONGEST:
        return Refusal("question.too_long", {"most": LONGEST}) if clean else Refusal("form.empty")
    if marking := secrecy_marking(clean):
        return Refusal("kit.secret", {"marking": marking})
    if await stored.waiting_of(ctx.conn, me.id) >= MOST:
        return Refusal("question.too_many", {"most": MOST})
    row = await briefings.get(ctx.conn, briefing_id) if briefing_id else None
    if briefing_id and (row is None or not await kits.reads(ctx, row.slug)):
        return STALE
    slug = row.slug if row else ""
    home = await _answering(ctx, slug)
    if home is None:
        return Refusal("question.nobody")
    today = ctx.moment.date()
    asked = QuestionRow(0, slug, me.unit, clean, today.isoformat(), "waiting", home, 0)
    until = (today + timedelta(days=ctx.house.link_days)).isoformat()
    kept = await stored.add(ctx.conn, asked, me.id, until, question_notices.rings_next(ctx))
    await question_notices.ring(ctx, kept, "question.came")
    return Asked(kept, await places.find(ctx.conn, home), await title(ctx, slug))


async def mine(ctx: Context) -> Sequence[Asked]:
    """What the actor asked and is still linked to them, the newest first."""
    if ctx.member is None or not ctx.may(Act.MY_QUESTIONS):
        return ()
    rows = await stored.of_asker(ctx.conn, ctx.member.id, LISTED)
    return [
        Asked(row, await places.find(ctx.conn, row.answered_by or row.desk), await title(ctx, row.slug))
        for row in rows
    ]


async def title(ctx: Context, slug: str) -> str:
    """What the briefing with this slug is called; "" where there is none."""
    row = await briefings.latest(ctx.conn, slug) if slug else None
    return row.briefing.body(ctx.language).title if row else ""


async def _answering(ctx: Context, slug: str) -> str | None:
    """Who issued the briefing to the asker, else the next unit above that has anybody to answer.

    Without a briefing, the asker's own unit stands in for who issued it.
    """
    me = ctx.member
    if me is None:
        return None
    issued = await stored_kits.issuers(ctx.conn, slug) if slug else []
    above = [one for one in issued if one.path and is_within(me.path, one.path)]
    start = (above or issued)[0].path if issued else me.path
    head = await question_notices.head_at(ctx, start) if start else None
    return head.unit if head is not None else None
