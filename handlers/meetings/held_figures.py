"""Behind /buoi: the oral briefings held in one's unit and below over a period, for the year's report."""

from collections.abc import Mapping

from bot.acts import desk_words, meetings
from bot.acts.context import Refusal
from bot.acts.meetings import Totals
from bot.core.kernel.formats import date_long, number
from bot.core.kernel.richtext import Block, Text
from bot.core.meetings.heads import span as heads_span
from bot.core.meetings.held import FORM, HOW, TOPICS, Counted
from bot.core.opinion.periods import span
from bot.core.people.units import Level
from bot.core.talk.message import Message
from bot.core.talk.taps.meetings import HeldIn, MeetingsIn, OnMeeting
from handlers.turn import Turn

PERIODS = ("month", "last_month", "quarter", "last_quarter", "year", "last_year")
UNITS = 15  # lines of units


async def show(turn: Turn, tap: MeetingsIn) -> None:
    """The figures of a period up to today, and the other periods."""
    if tap.period not in PERIODS:
        turn.toast = turn.line("tap.stale")
        return
    found = await meetings.totals(turn.context, "", *span(tap.period, turn.moment.date()))
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    rows = tuple((turn.button(f"period.{one}", MeetingsIn(one)),) for one in PERIODS if one != tap.period)
    back = (turn.button("button.back", OnMeeting("list")),)
    one_by_one = ((turn.button("meeting.held_all", HeldIn(tap.period)),),) if found.whole.count else ()
    await turn.show(Message(text=_figures(turn, found), buttons=(*one_by_one, *rows, back)))


def _figures(turn: Turn, found: Totals) -> Text:
    language, whole = turn.language, found.whole
    words: list[Block] = [
        *turn.text(
            "meeting.totals",
            unit=found.place.name,
            first=date_long(found.first, language),
            last=date_long(found.last, language),
            count=number(whole.count, language),
            heads=heads_span(whole.heads, language),
        )
    ]
    if not whole.count:
        return (*words, *turn.text("meeting.totals_none"))
    if len(found.units) > 1:
        words += turn.text("meeting.by_unit")
    for place, one in found.units[:UNITS] if len(found.units) > 1 else ():
        name = place.name if place.path != found.place.path else turn.line("unit.directly")
        heads = heads_span(one.heads, language)
        words += turn.text("meeting.unit", name=name, count=number(one.count, language), heads=heads)
    if len(found.units) > UNITS:
        words += turn.text("meeting.more_units", count=number(len(found.units) - UNITS, language))
    words += speakers(turn, found.speakers)
    for key, field, counts in (("topic", TOPICS, found.topics), ("way", HOW, found.ways)):
        words += [*turn.text(f"meeting.by_{key}"), *_table(turn, field, counts)]
    return tuple(words)


def speakers(turn: Turn, found: Mapping[Level, Counted]) -> Text:
    """What was held by who spoke; nothing where there is one kind alone."""
    words: list[Block] = [*turn.text("meeting.by_speaker")] if len(found) > 1 else []
    for level, one in found.items() if words else ():
        heads = heads_span(one.heads, turn.language)
        name, count = turn.line(f"speaker.{level.lower()}"), number(one.count, turn.language)
        words += turn.text("meeting.unit", name=name, count=count, heads=heads)
    return tuple(words)


def _table(turn: Turn, field: str, counts: Mapping[str, int]) -> Text:
    item = next(one for one in turn.house.forms[FORM].fields if one.key == field)
    named = [
        (desk_words.shown(turn.house, turn.language, item, value), count) for value, count in counts.items()
    ]
    words: list[Block] = []
    for name, count in sorted(named, key=lambda one: (-one[1], one[0])):
        words += turn.text("digest.cell", name=name, count=number(count, turn.language))
    return tuple(words)
