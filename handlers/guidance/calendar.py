"""/lich: the plan of one's subtree, a week at a time, with lunar dates."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from bot.acts import plans
from bot.acts.context import Refusal
from bot.acts.plans import Planned
from bot.core.kernel.formats import cut_short, day, lunar_date, number
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.kernel.values import NOWHERE
from bot.core.schedule.lunar import to_lunar
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnRun, Week
from handlers.guidance import adding
from handlers.turn import Turn

LINES = 20  # occurrences on a screen
TITLE, ON_BUTTON = 60, 40  # characters of a title
OPENINGS = 6  # plans of a week that have a button
Rows = tuple[tuple[Button, ...], ...]
WEEK = timedelta(days=7)


async def calendar(turn: Turn) -> None:
    """The week that begins today."""
    await _answer(turn, turn.moment.date())


async def show(turn: Turn, tap: Week) -> None:
    """The week that begins on a day."""
    if not date.min.toordinal() + 7 <= tap.day <= date.max.toordinal() - 1000:
        turn.toast = turn.line("tap.stale")
        return
    await _answer(turn, date.fromordinal(tap.day))


async def _answer(turn: Turn, first: date) -> None:
    last = first + WEEK - timedelta(days=1)
    found = await plans.calendar(turn.context, turn.member.path if turn.member else NOWHERE, first, last)
    if isinstance(found, Refusal):
        turn.toast = turn.line(found.key, **found.written(turn.language))
        return
    span = {"first": day(first, turn.language), "last": day(last, turn.language)}
    words = turn.text("plan.week", **span) if found else turn.text("plan.nothing", **span)
    before, after = (Week((first + step).toordinal()) for step in (-WEEK, WEEK))
    turns = [turn.button("plan.next", after)]
    if first > turn.moment.date():
        turns.insert(0, turn.button("plan.previous", before))
    rows = (
        *_openings(turn, found),
        tuple(turns),
        *await adding.from_plan(turn),
        (turn.button("progress.compose", Go("phat")),),
    )
    await turn.show(Message(text=(*words, *_days(turn, found)), buttons=rows))


def _openings(turn: Turn, found: Sequence[Planned]) -> Rows:
    """A button for each plan of the week, the next first: its screen, where it is changed or cancelled."""
    first = {one.row.id: one for one in reversed(found)}
    shown = sorted(first.values(), key=lambda one: (one.goes, one.row.id))[:OPENINGS]
    rows = list[tuple[Button, ...]]()
    for one in shown:
        on = turn.local(one.goes)
        words = f"🗓 {on:%H:%M} {on:%d/%m} · {cut_short(one.title(turn.language), ON_BUTTON)}"
        rows.append((Button.of(words, OnRun("next", one.row.id)),))
    return tuple(rows)


def _days(turn: Turn, found: Sequence[Planned]) -> Text:
    blocks: list[Block] = []
    for on, some in groupby(found[:LINES], key=lambda one: turn.local(one.goes).date()):
        spans = (Span(text=f"🗓 {day(on, turn.language)}", bold=True), Span(text=f" ({_lunar(turn, on)})"))
        blocks.append(Block(spans=spans))
        blocks += [_line(turn, one) for one in some]
    if len(found) > LINES:
        blocks += turn.text("plan.more", count=number(len(found) - LINES, turn.language))
    return tuple(blocks)


def _lunar(turn: Turn, on: date) -> str:
    try:
        value = to_lunar(on)
    except ValueError:
        return "–"
    return lunar_date((value.day, value.month, value.leap), None, turn.language)


def _line(turn: Turn, one: Planned) -> Block:
    sign = "❗ " if one.row.urgent else ""
    title = cut_short(one.title(turn.language), TITLE)
    words = f"{turn.local(one.goes):%H:%M} {sign}{title} · {one.row.unit_name}"
    if one.goes != one.at:
        at = turn.local(one.at)
        words += f" · {turn.line('plan.deferred', time=f'{at:%H:%M}', day=day(at, turn.language))}"
    if one.row.state != "scheduled":
        words += f" · {turn.line(f'plan.{one.row.state}')}"
    return Block(spans=(Span(text=words),), kind="item", marker="•")
