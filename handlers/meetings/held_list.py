"""Behind /buoi: each oral briefing held in one's unit and below over a period; never by whom."""

from bot.acts import meetings
from bot.acts.context import Refusal
from bot.acts.meetings import Meeting
from bot.core.kernel.formats import date_long, number
from bot.core.kernel.richtext import Block
from bot.core.meetings.held import ELSEWHERE, PLACE, WORDS
from bot.core.opinion.periods import span
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.meetings import HeldIn, MeetingsIn
from handlers.meetings import held
from handlers.meetings.held_figures import PERIODS
from handlers.turn import Turn

PAGE = 7


async def show(turn: Turn, tap: HeldIn) -> None:
    """Those of a period up to today, in the order in which they were noted down, from one on."""
    if tap.period not in PERIODS:
        turn.toast = turn.line("tap.stale")
        return
    first, last = span(tap.period, turn.moment.date())
    found = await meetings.listed(turn.context, "", first, last, tap.after)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    days = {"first": date_long(first, turn.language), "last": date_long(last, turn.language)}
    words: list[Block] = [*turn.text("meeting.held", **days)]
    if not found:
        words += turn.text("meeting.totals_none")
    for one in found[:PAGE]:
        words += turn.text("meeting.held_one", unit=await _where(turn, one), line=held.line(turn, one))
    rows: list[tuple[Button, ...]] = []
    if len(found) > PAGE:
        after = HeldIn(tap.period, found[PAGE - 1].row.id)
        rows.append(
            (turn.button("meeting.held_more", after, count=number(len(found) - PAGE, turn.language)),)
        )
    if tap.after:
        rows.append((turn.button("meeting.held_first", HeldIn(tap.period)),))
    rows.append((turn.button("button.back", MeetingsIn(tap.period)),))
    await turn.show(Message(text=tuple(words), buttons=tuple(rows)))


async def _where(turn: Turn, one: Meeting) -> str:
    """Whose it is, and the place within it where that is another."""
    place = one.answers.get(PLACE, "")
    unit = await held.named(turn, one.row.unit)
    if place in ("", one.row.unit):
        return unit
    at = one.answers.get(WORDS, "") if place == ELSEWHERE else await held.named(turn, place)
    return f"{unit}, {at}" if at else unit
