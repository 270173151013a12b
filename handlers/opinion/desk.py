"""/banxuly: the reports that a unit received, page by page; sorted by topic or unit, and searched."""

from collections.abc import Mapping
from typing import Literal

from bot.acts import desk, desk_words, places
from bot.acts.context import Refusal
from bot.acts.desk import Listed
from bot.core.kernel.formats import number
from bot.core.kernel.richtext import Text
from bot.core.opinion.codes import report_code
from bot.core.opinion.desk import OVER, WAITING, Wanted
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reports import SORTED_BY, Desk, OnReport
from bot.core.talk.words import bare
from handlers.opinion import onreport
from handlers.turn import Rows, Turn

PAGE = 5  # reports on one screen: with the ways on and back still few enough to count
SHOWN = 7


async def desk_of(turn: Turn) -> None:
    """The desk of one's unit; after the command, words to look for."""
    code = report_code(turn.arguments)
    if code is not None and await onreport.opened(turn, code):
        return
    wanted = _few("_".join(one for one in bare(turn.arguments).split() if one.isascii()))
    await show(turn, Desk("open", "words", wanted) if wanted else Desk("open"))


def _few(words: str) -> str:
    """As many of the words as a button holds."""
    while len(words) > SORTED_BY and "_" in words:
        words = words.rpartition("_")[0]
    return words[:SORTED_BY]


async def show(turn: Turn, tap: Desk) -> None:
    """A page, or the topics or units by which it can be sorted."""
    if tap.show in ("topics", "units"):
        await _sorting(turn, "topic" if tap.show == "topics" else "unit")
        return
    found = await desk.listed(turn.context, "", tap.show, _wanted(tap), tap.skip, PAGE)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    first = await desk.beginnings(turn.context, found.rows)
    await turn.show(Message(text=_listed(turn, found, tap, first), buttons=_rows(turn, found, tap)))


def _wanted(tap: Desk) -> Wanted:
    match tap.by:
        case "topic":
            return Wanted(topic=tap.value)
        case "unit":
            return Wanted(unit=tap.value)
        case "words":
            return Wanted(words=tap.value.split("_"))
    return Wanted()


def _listed(turn: Turn, found: Listed, tap: Desk, first: Mapping[int, str]) -> Text:
    language = turn.language
    words = [*turn.text(f"desk.title_{tap.show}", unit=found.place.name)]
    if tap.show != "passed":
        states = OVER if tap.show == "over" else WAITING
        parts = [
            turn.line(
                "desk.count", state=turn.line(f"report.{one}"), count=number(found.counts[one], language)
            )
            for one in states
            if found.counts.get(one)
        ]
        words += turn.text("desk.counts", counts=" · ".join(parts)) if parts else ()
    if tap.by != "all":
        words += turn.text("desk.only", what=_named(turn, found, tap))
    words += onreport.lines(turn, found, first)
    if found.cut:
        words += turn.text("desk.cut", count=number(desk.SEARCHED, language))
    if not found.rows:
        words += turn.text("desk.nothing")
    return (*words, *(turn.text("desk.how_to_search") if tap.show == "open" and tap.by == "all" else ()))


def _named(turn: Turn, found: Listed, tap: Desk) -> str:
    match tap.by:
        case "topic":
            return desk_words.topic_name(turn.house, turn.language, tap.value)
        case "unit":
            place = found.places.get(tap.value)
            return place.name if place else tap.value
    return tap.value.replace("_", " ")


def _rows(turn: Turn, found: Listed, tap: Desk) -> Rows:
    rows: list[tuple[Button, ...]] = [
        (onreport.named(turn, one, OnReport("open", one.code)),) for one in found.rows
    ]
    ways = []
    if tap.skip:
        before = Desk(tap.show, tap.by, tap.value, max(0, tap.skip - PAGE))
        ways.append(turn.button("roster.before", before))
    if tap.skip + PAGE < found.total:
        ways.append(turn.button("roster.after", Desk(tap.show, tap.by, tap.value, tap.skip + PAGE)))
    rows += [tuple(ways)] if ways else []
    if tap.show == "open" and tap.by == "all":
        if found.total > PAGE:
            sort = (("desk.by_topic", Desk("topics")), ("desk.by_unit", Desk("units")))
            rows.append(tuple(turn.button(key, to) for key, to in sort))
        rows.append((turn.button("desk.over", Desk("over")), turn.button("desk.passed", Desk("passed"))))
    else:
        rows.append((turn.button("desk.back", Desk("open")),))
    return tuple(rows)


async def _sorting(turn: Turn, by: Literal["topic", "unit"]) -> None:
    """The topics or units of what waits, those with most first; pressed, only theirs are listed."""
    found = await desk.sorted_out(turn.context, by)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    rows: list[tuple[Button, ...]] = []
    for value, count in found.items():
        if not value:
            continue
        name = desk_words.topic_name(turn.house, turn.language, value)
        if by == "unit":
            place = await places.find(turn.conn, value)
            name = place.name if place else value
        if len(value) <= SORTED_BY and len(rows) < SHOWN:
            label = turn.line("desk.group", name=name, count=number(count, turn.language))
            rows.append((Button.of(label, Desk("open", by, value)),))
    rows.append((turn.button("desk.back", Desk("open")),))
    await turn.show(Message(text=turn.text(f"desk.which_{by}"), buttons=tuple(rows)))
