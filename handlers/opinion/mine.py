"""/cuatoi: a reporter's own reports: what became of each, to be mended or taken back; a code opens one."""

from collections.abc import Sequence
from secrets import token_hex

from bot.acts import desk_words, reporting
from bot.acts.context import Refusal
from bot.acts.reporting import Mine
from bot.core.kernel.formats import number
from bot.core.kernel.richtext import Block, Span, Text, paragraph
from bot.core.opinion.codes import report_code
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Answer, FormState, localized
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reports import OnMine
from bot.core.talk.taps.screens import Go
from handlers import filling
from handlers.opinion import onreport
from handlers.opinion.report import MENDS
from handlers.turn import Rows, Turn

PAGE = 6
WAYS = (("cuatoi", Act.REPORT), ("banxuly", Act.DESK), ("trogiup", None))
INSTEAD = (("baocao", Act.REPORT), ("khongphatsinh", Act.NOTHING_NEW), ("moinhat", None), ("trogiup", None))


async def mine(turn: Turn) -> None:
    """The list of what the member has sent, the newest first."""
    await _list(turn, 0)


async def act(turn: Turn, tap: OnMine) -> None:
    """A button of the list, or of one report."""
    if tap.step == "list":
        await _list(turn, tap.skip)
        return
    found = await reporting.look(turn.context, tap.report)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    match tap.step:
        case "open":
            await turn.show(_screen(turn, found))
        case "mend" if found.mendable and may(turn.member, Act.REPORT):
            await filling.take_up(turn, _filled(turn, found))
        case "drop":
            await turn.show(_ask(turn, found))
        case "drop!":
            await _drop(turn, found)
        case _:
            turn.toast = turn.line("tap.stale")


async def typed_code(turn: Turn, text: str) -> bool:
    """A report's code, wherever it is typed: one's own report, else one of one's desk. False: no code."""
    code = report_code(text)
    if code is None or turn.member is None:
        return False
    found = await reporting.look(turn.context, code)
    if not isinstance(found, Refusal):
        await turn.show(_screen(turn, found))
    elif not await onreport.opened(turn, code):
        await turn.say("mine.unknown", code=code, buttons=_ways(turn))
    return True


def _ways(turn: Turn, names: Sequence[tuple[str, Act | None]] = WAYS) -> Rows:
    able = [name for name, needed in names if needed is None or may(turn.member, needed)]
    return tuple((turn.button(f"menu.{name}", Go(name)),) for name in able[:2])


async def _list(turn: Turn, skip: int) -> None:
    found = await reporting.mine(turn.context)
    if not found:
        await turn.show(Message(text=turn.text("mine.none"), buttons=_ways(turn, INSTEAD)))
        return
    words = [*turn.text("mine.title", count=number(len(found), turn.language), days=turn.house.link_days)]
    page = found[skip : skip + PAGE]
    rows: list[tuple[Button, ...]] = []
    for one in page:
        day = f"{one.day[8:10]}/{one.day[5:7]}"
        topic = desk_words.topic_name(turn.house, turn.language, one.topic)
        state = turn.line(f"report.{one.state}")
        values = {"code": one.code, "day": day, "topic": topic, "state": state}
        words += turn.text("mine.one", **values)
        rows.append((turn.button("mine.button", OnMine("open", one.code), **values),))
    back = (turn.button("roster.before", OnMine("list", "-", max(0, skip - PAGE))),) if skip else ()
    onward = (
        (turn.button("roster.after", OnMine("list", "-", skip + PAGE)),) if skip + PAGE < len(found) else ()
    )
    rows += [(*back, *onward)] if back or onward else []
    await turn.show(Message(text=tuple(words), buttons=(*rows, *_first(turn))))


def _first(turn: Turn) -> Rows:
    return ((turn.button("button.report", Go("baocao")),),) if may(turn.member, Act.REPORT) else ()


def said(turn: Turn, found: Mine) -> Text:
    """What a report says, a line a question."""
    lines = []
    for item in turn.house.forms["opinion"].fields:
        if value := found.answers.get(item.key):
            label = Span(text=f"{localized(item.label, turn.language)}: ", bold=True)
            words = Span(text=desk_words.shown(turn.house, turn.language, item, value, found.units))
            lines.append(Block(spans=(label, words), kind="item", marker="•"))
    return tuple(lines)


def _screen(turn: Turn, found: Mine) -> Message:
    report = found.report
    day = f"{report.day[8:10]}/{report.day[5:7]}/{report.day[:4]}"
    words = [*turn.text("mine.head", code=report.code, day=day, state=turn.line(f"report.{report.state}"))]
    words += said(turn, found)
    for one in found.responses:
        words += [*turn.text(f"report.said_{one.kind}"), paragraph(one.words)]
    rows: list[tuple[Button, ...]] = []
    if found.mendable and may(turn.member, Act.REPORT):
        rows.append((turn.button("mine.mend", OnMine("mend", report.code)),))
    rows.append((turn.button("mine.drop", OnMine("drop", report.code)),))
    rows.append((turn.button("button.back", OnMine("list")),))
    return Message(text=tuple(words), buttons=tuple(rows))


def _filled(turn: Turn, found: Mine) -> FormState:
    """The form with what the report says, at its summary; the report is named beside the answers."""
    form = turn.house.forms["opinion"]
    answers = {
        item.key: Answer(
            value=value, shown=desk_words.shown(turn.house, turn.language, item, value, found.units)
        )
        for item in form.fields
        if (value := found.answers.get(item.key))
    }
    left_out = tuple(item.key for item in form.fields if item.optional and item.key not in answers)
    state = FormState(form=form.slug, nonce=token_hex(3), at="", answers=answers, skipped=left_out)
    return state.model_copy(update={"context": {MENDS: found.report.code}})


def _ask(turn: Turn, found: Mine) -> Message:
    rows = (
        (turn.button("mine.drop_yes", OnMine("drop!", found.report.code)),),
        (turn.button("button.back", OnMine("open", found.report.code)),),
    )
    return Message(text=turn.text("mine.drop_ask", code=found.report.code), buttons=rows)


async def _drop(turn: Turn, found: Mine) -> None:
    gone = await reporting.take_back(turn.context, found.report.code)
    if isinstance(gone, Refusal):
        turn.toast = turn.refusal(gone)
        return
    rows = ((turn.button("menu.cuatoi", Go("cuatoi")),), *_first(turn))
    await turn.show(Message(text=turn.text("mine.dropped", code=gone), buttons=rows))
