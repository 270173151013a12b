"""The questions that a unit is to answer: listed, opened, answered, passed on, closed, put into a kit.

Who may is an editor or administrator of the very unit at which a question stands. Who asked is nowhere here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.acts import desk_notices, kits, places, question_notices, questions
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.places import Place
from bot.core.guidance.kit import ANSWER, Entry
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.formats import date_long
from bot.core.opinion.desk import days_waited
from bot.core.opinion.guard import mask
from bot.core.people.permissions import Act
from bot.storage.guidance import briefings
from bot.storage.guidance import kits as stored_kits
from bot.storage.guidance.kits import EntryRow
from bot.storage.opinion import questions as stored
from bot.storage.opinion.questions import QuestionRow

__all__ = ["QuestionRow"]

WAITING, OVER = ("waiting",), ("answered", "closed")
ELSEWHERE = Refusal("question.elsewhere")  # somebody was quicker, or it is over


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a unit's questions, and how many there are in all. `places`: by code, who asks from where."""

    place: Place
    rows: Sequence[QuestionRow]
    places: dict[str, Place]
    total: int


@dataclass(frozen=True, slots=True)
class Opened:
    """One question as its unit reads it. `days`: how long it has waited; `up`: there is a unit above.

    `keeps`: an answer that may still go into the briefing's kit.
    """

    question: QuestionRow
    place: Place | None
    title: str
    days: int
    up: bool
    keeps: bool
    masked: Sequence[str] = ()


async def listed(
    ctx: Context, unit: str = "", show: str = "open", skip: int = 0, limit: int = 7
) -> Listed | Refusal:
    """A page of a unit's questions: `show` open or over. `unit`: of which unit, for the operator."""
    code = unit if isinstance(ctx.actor, Operator) else ctx.member.unit if ctx.member else ""
    place = await places.find(ctx.conn, code)
    if place is None or not ctx.may(Act.QUESTIONS, place.path):
        return STALE
    states = WAITING if show == "open" else OVER
    rows = await stored.at_desk(ctx.conn, code, states, skip, limit)
    found = {one: await places.find(ctx.conn, one) for one in {row.unit for row in rows}}
    named = {one: at for one, at in found.items() if at is not None}
    return Listed(place, rows, named, await stored.count(ctx.conn, code, states))


async def look(ctx: Context, number: int) -> Opened | Refusal:
    """A question with what was answered."""
    one = await _here(ctx, Act.OPEN_QUESTION, number)
    return one if isinstance(one, Refusal) else await _opened(ctx, one)


async def answer(ctx: Context, number: int, words: str, *, first: bool = False) -> Opened | Refusal:
    """Answer a question, or mend the answer: whoever asked hears it, and nobody learns who that is.

    `first`: it was begun while nobody had answered, and mends nothing that somebody else said meanwhile.
    """
    one = await _here(ctx, Act.ANSWER_QUESTION, number)
    if isinstance(one, Refusal):
        return one
    if one.state == "closed" or (first and one.state != "waiting"):
        return ELSEWHERE
    clean = mask(words.strip())
    if not clean.text or len(clean.text) > ANSWER:
        return Refusal("kit.too_long", {"most": ANSWER}) if clean.text else Refusal("form.empty")
    if marking := secrecy_marking(clean.text):
        return Refusal("kit.secret", {"marking": marking})
    unit, today = ctx.member.unit if ctx.member else one.desk, ctx.moment.date().isoformat()
    if not await stored.answer(ctx.conn, one, clean.text, unit, today):
        return ELSEWHERE
    after = replace(one, state="answered", answer=clean.text, answered_by=unit, answered_on=today)
    await question_notices.tell_asker(ctx, after, "question.answered_you")
    await ctx.note(Act.ANSWER_QUESTION, f"question:{number}", f"unit:{one.desk}")
    return await _opened(ctx, after, clean.found)


async def forward(ctx: Context, number: int) -> Opened | Refusal:
    """Pass a question on to the next unit above that has anybody."""
    one = await _here(ctx, Act.FORWARD_QUESTION, number)
    if isinstance(one, Refusal):
        return one
    place = await places.find(ctx.conn, one.desk)
    head = await desk_notices.head_above(ctx, place.path) if place is not None else None
    if head is None:
        return Refusal("question.nobody_above")
    rings = question_notices.rings_next(ctx)
    if not await stored.pass_on(ctx.conn, one, head.unit, Act.FORWARD_QUESTION, rings):
        return ELSEWHERE
    after = replace(one, desk=head.unit, rings=0)
    await question_notices.ring(ctx, after, "question.passed_on")
    await ctx.note(Act.FORWARD_QUESTION, f"question:{number}", f"unit:{one.desk} to unit:{head.unit}")
    return await _opened(ctx, after)


async def close(ctx: Context, number: int) -> Opened | Refusal:
    """It will not be answered here; whoever asked hears so."""
    one = await _here(ctx, Act.CLOSE_QUESTION, number)
    if isinstance(one, Refusal):
        return one
    if not await stored.close(ctx.conn, one):
        return ELSEWHERE
    after = replace(one, state="closed")
    await question_notices.tell_asker(ctx, after, "question.closed_you")
    await ctx.note(Act.CLOSE_QUESTION, f"question:{number}", f"unit:{one.desk}")
    return await _opened(ctx, after)


async def into_kit(ctx: Context, number: int) -> EntryRow | Refusal:
    """An answered question joins its briefing's kit, as it stands, without who asked."""
    one = await _here(ctx, Act.INTO_KIT, number)
    if isinstance(one, Refusal):
        return one
    row = await briefings.latest(ctx.conn, one.slug) if one.slug else None
    if one.answer is None or row is None:
        return Refusal("kit.nothing_to_keep")
    if await stored_kits.came_from(ctx.conn, one.slug, number):
        return Refusal("kit.kept_already")
    place = await places.find(ctx.conn, one.answered_by or one.desk)
    day = date_long(ctx.house.today(ctx.now))
    last = row.briefing.valid_until
    entry = Entry(
        question=one.words,
        answer=one.answer,
        source=f"{place.name if place else one.desk}, {day}",
        valid_until=last if last is not None and last >= ctx.moment.date() else None,
    )
    kept = await kits.add(ctx, one.slug, entry, asked=number)
    if not isinstance(kept, Refusal):
        await ctx.note(Act.INTO_KIT, f"question:{number}", f"kit_entry:{kept.id}")
    return kept


async def _here(ctx: Context, act: Act, number: int) -> QuestionRow | Refusal:
    """The question, where it stands at the actor's own unit: no one above or below looks in."""
    one = await stored.get(ctx.conn, number)
    place = await places.find(ctx.conn, one.desk) if one is not None else None
    if one is None or place is None or not ctx.may(act, place.path):
        return STALE
    return one if ctx.member is None or ctx.member.unit == one.desk else STALE


async def _opened(ctx: Context, one: QuestionRow, masked: Sequence[str] = ()) -> Opened:
    desk = await places.find(ctx.conn, one.desk)
    above = await desk_notices.head_above(ctx, desk.path) if desk is not None else None
    keeps = one.answer is not None and await kits.writes(ctx, Act.INTO_KIT, one.slug)
    keeps = keeps and not await stored_kits.came_from(ctx.conn, one.slug, one.id)
    return Opened(
        one,
        await places.find(ctx.conn, one.unit),
        await questions.title(ctx, one.slug),
        waited(ctx, one),
        above is not None,
        keeps,
        masked,
    )


def waited(ctx: Context, one: QuestionRow) -> int:
    """How many days ago it was asked."""
    return days_waited(date.fromisoformat(one.day), ctx.house.today(ctx.now))
