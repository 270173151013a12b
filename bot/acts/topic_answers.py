""" "Bà con nói – cấp trên trả lời": an answer to a topic goes back to every unit that raised it.

Nobody learns by it that somebody else reported: a whole unit hears only where it sent as many reports as a
total may show; else those hear who raised it themselves. Heads of the desks that had such reports hear too:
they know of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.acts import addresses, desk_notices, desk_words, places
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.desk import LONGEST
from bot.acts.places import Place
from bot.core.kernel.formats import date_long
from bot.core.kernel.richtext import paragraph
from bot.core.opinion.disclosure import suppress
from bot.core.opinion.guard import mask
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reports import OnAnswer
from bot.storage import keys
from bot.storage.opinion import topic_answers as stored
from bot.storage.opinion.topic_answers import TopicAnswer
from bot.storage.people import members

SHOWN = 5
FEWEST_UNITS = 2
SETTLED, NOT_YET, SILENT = "settled", "not_yet", "silent"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer, what was taken out of its words, and its units' marks; None: too few units to show."""

    answer: TopicAnswer
    masked: Sequence[str]
    marks: Mapping[str, int | None]


async def give(
    ctx: Context, topic: str, first: date, last: date, words: str, unit: str = ""
) -> Given | Refusal:
    """Answer what was said on a topic between two days, both included. `unit`: whose, for the operator."""
    code = unit if isinstance(ctx.actor, Operator) else ctx.member.unit if ctx.member else ""
    place = await places.find(ctx.conn, code)
    if place is None or not place.path or not ctx.may(Act.ANSWER_TOPIC, place.path):
        return STALE
    clean = mask(words.strip())
    if refused := _wrong(ctx, topic, first, last, clean.text):
        return refused
    raised = await stored.raised(ctx.conn, place.path, topic, first.isoformat(), last.isoformat())
    if sum(raised.values()) < ctx.house.threshold:
        return Refusal("said.too_few", {"threshold": ctx.house.threshold})
    days = first.isoformat(), last.isoformat(), ctx.moment.date().isoformat()
    one = TopicAnswer(0, topic, days[0], days[1], place.code, clean.text, days[2])
    units = {code: count >= ctx.house.threshold for code, count in raised.items()}
    number = await stored.add(ctx.conn, one, units)
    kept = await stored.get(ctx.conn, number)
    if kept is None:
        return STALE
    await _tell_all(ctx, kept, place)
    await ctx.note(Act.ANSWER_TOPIC, f"topic_answer:{number}", f"unit:{place.code}")
    return Given(kept, clean.found, {})


async def settle(ctx: Context, number: int, *, settled: bool) -> TopicAnswer | Refusal:
    """A reporter who heard an answer, or who works at its unit's desk, says whether the matter is settled."""
    one = await stored.get(ctx.conn, number)
    if one is None or ctx.member is None or not ctx.may(Act.SETTLE):
        return STALE
    if ctx.member.id not in await stored.hearers(ctx.conn, one) and not await _at_desk(ctx, one, ctx.member):
        return STALE
    return one if await stored.settle(ctx.conn, number, ctx.member.unit, settled) else STALE


async def given(ctx: Context, unit: str = "") -> Sequence[Given] | Refusal:
    """The last answers of the actor's unit, with what the units that raised it say of them."""
    code = unit if isinstance(ctx.actor, Operator) else ctx.member.unit if ctx.member else ""
    place = await places.find(ctx.conn, code)
    if place is None or not ctx.may(Act.TOPIC_ANSWERS, place.path):
        return STALE
    found = []
    for one in await stored.by_unit(ctx.conn, place.code, SHOWN):
        said = await stored.marks(ctx.conn, one.id)
        lot = partial(keys.number, ctx.conn, "settled", str(one.id))
        counts = {SETTLED: said.get(True, 0), NOT_YET: said.get(False, 0), SILENT: said.get(None, 0)}
        found.append(Given(one, (), suppress(counts, FEWEST_UNITS, lot=lot)))
    return found


def _wrong(ctx: Context, topic: str, first: date, last: date, words: str) -> Refusal | None:
    if topic not in ctx.house.topics:
        return Refusal("compose.no_topic")
    if first > last or last > ctx.moment.date():
        return Refusal("said.future")
    if not words or len(words) > LONGEST:
        return Refusal("desk.too_long", {"maximum": LONGEST}) if words else Refusal("form.empty")
    return None


async def _tell_all(ctx: Context, one: TopicAnswer, by: Place) -> None:
    """Reporters of the units that raised it, and the heads of the desks that had what they wrote."""
    hearers = await stored.hearers(ctx.conn, one)
    for number in hearers:
        if (member := await members.get(ctx.conn, number)) is not None:
            await _tell(ctx, member, one, by.name, "said.heard", says=True)
    units = await stored.units(ctx.conn, one.id)
    for code in await stored.desks(ctx.conn, one, by.path):
        at = await places.find(ctx.conn, code)
        for head in await desk_notices.within_call(ctx, code, at.path) if at is not None else ():
            if head.id not in hearers:
                await _tell(ctx, head, one, by.name, "said.heard_desk", says=code in units)


async def _at_desk(ctx: Context, one: TopicAnswer, member: Member) -> bool:
    """Whether somebody works at a desk to which an answer went."""
    by = await places.find(ctx.conn, one.unit)
    able = by is not None and ctx.may(Act.ANSWER, member.path)
    return able and by is not None and member.unit in await stored.desks(ctx.conn, one, by.path)


async def _tell(ctx: Context, member: Member, one: TopicAnswer, unit: str, key: str, *, says: bool) -> None:
    """`says`: for a unit that raised it, whether the matter is settled."""
    texts, language = ctx.house.texts, member.language
    values = {
        "topic": desk_words.topic_name(ctx.house, language, one.topic),
        "first": date_long(date.fromisoformat(one.first), language),
        "last": date_long(date.fromisoformat(one.last), language),
        "unit": unit,
    }
    words = (*texts.text(language, key, **values), paragraph(one.words))
    rows = tuple(
        (Button.of(texts.line(language, f"said.{choice}"), OnAnswer(choice, one.id)),)
        for choice in (("settled", "not_yet") if says else ())
    )
    await addresses.tell(ctx, member, Message(text=words, buttons=rows))
