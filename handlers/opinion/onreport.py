"""One report at a desk: read, answered, returned, passed on, merged, closed; never its reporter."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.acts import desk, desk_words
from bot.acts.context import STALE, Refusal
from bot.acts.desk import Done, Listed, Opened, Report
from bot.core.kernel.formats import cut_short
from bot.core.kernel.richtext import Block, Span, Text, paragraph
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Field, FormState, localized
from bot.core.talk.message import Attachment, Button, Message
from bot.core.talk.taps.reports import Desk, OnReport
from handlers import filling, forms, guarded
from handlers.turn import Rows, Turn

LABEL = 22  # characters of a topic beside a code, on one line of a narrow phone
ASKED = ("forward", "close")  # what cannot be undone is asked for twice


async def act(turn: Turn, tap: OnReport) -> None:
    """A button of a report's screen."""
    match tap.step:
        case "open":
            if not await opened(turn, tap.report):
                turn.toast = turn.line("tap.stale")
        case "answer" | "return":
            await _begin(turn, tap)
        case "forward" | "close":
            await turn.show(_sure(turn, tap))
        case "merge" if not tap.other:
            await _choose(turn, tap.report)
        case "merge":
            await _compare(turn, tap)
        case "merge!" if not tap.seen:  # a button of an earlier version: it does not say what was read
            await _compare(turn, tap)
        case "photo":
            await _photos(turn, tap.report)
        case "verify" | "forward!" | "close!" | "merge!":
            await _do(turn, tap)
        case _:
            turn.toast = turn.line("tap.stale")


async def _begin(turn: Turn, tap: OnReport) -> None:
    act, slug = (Act.ANSWER, "answer") if tap.step == "answer" else (Act.GIVE_BACK, "giveback")
    now = await desk.standing(turn.context, act, tap.report)
    if now is None:
        await _over(turn, tap.report, STALE)
    else:
        await filling.begin(turn, slug, report=tap.report, seen=tap.other or now)


async def opened(turn: Turn, code: str) -> bool:
    """Open a report of one's desk; False where there is none such."""
    found = await desk.look(turn.context, code)
    if isinstance(found, Refusal):
        return False
    await turn.show(_screen(turn, found))
    return True


def _screen(turn: Turn, found: Opened) -> Message:
    words = [_head(turn, found), *turn.text("desk.state", state=turn.line(f"report.{found.report.state}"))]
    words += _answers(turn, found)
    if found.merged:
        words += turn.text("desk.with", codes=", ".join(one.code for one in found.merged))
    for one in found.responses:
        words += [*turn.text(f"report.said_{one.kind}"), paragraph(one.words)]
    return Message(text=tuple(words), buttons=_buttons(turn, found))


def _head(turn: Turn, found: Opened) -> Block:
    line = desk_words.line(turn.house, turn.language, found.report, found.place, turn.now)
    return Block(spans=(Span(text=line, bold=True),))


def _answers(turn: Turn, found: Opened) -> Iterator[Block]:
    """What a report says, beside what its head says."""
    for item in turn.house.forms["opinion"].fields:
        value = found.answers.get(item.key)
        if value and item.key not in ("topic", "urgency"):
            label = Span(text=f"{localized(item.label, turn.language)}: ", bold=True)
            shown = Span(text=desk_words.shown(turn.house, turn.language, item, value, found.units))
            yield Block(spans=(label, shown), kind="item", marker="•")


def _buttons(turn: Turn, found: Opened) -> Rows:
    code, state = found.report.code, found.report.state
    steps: tuple[str, ...] = ()
    if found.here and state in ("received", "opened", "verified"):
        steps = ("answer", "return", "forward", "merge", "verify", "close")
        offered = {"verify": state != "verified", "forward": found.up}
        steps = tuple(one for one in steps if offered.get(one, True))
    elif found.here and state == "answered":
        steps = ("answer", "close")
    elif found.here and state == "returned":
        steps = ("close",)
    pictured = any(found.answers.get(item.key) for item in _photo_fields(turn))
    steps = ("photo", *steps) if pictured else steps
    other = {"merge": "", "photo": ""}
    rows = [
        (turn.button(f"desk.{step}", OnReport(step, code, other.get(step, found.seen))),) for step in steps
    ]
    return (*rows, (_back(turn),))


def _photo_fields(turn: Turn) -> list[Field]:
    return [item for item in turn.house.forms["opinion"].fields if item.kind == "photo"]


async def _photos(turn: Turn, code: str) -> None:
    """The photos of a report, each a message; and its screen again below them."""
    found = await desk.photos_of(turn.context, code)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    for made in found:
        await turn.send_file(Attachment(file_id=made, kind="photo"), turn.text("desk.photo_of", code=code))
    if not found:
        turn.toast = turn.line("photo.gone")


def _back(turn: Turn) -> Button:
    return turn.button("desk.back", Desk("open"))


def _sure(turn: Turn, tap: OnReport) -> Message:
    rows = (
        (turn.button(f"desk.sure_{tap.step}", OnReport(f"{tap.step}!", tap.report, tap.other)),),
        (turn.button("button.back", OnReport("open", tap.report)),),
    )
    return Message(text=turn.text(f"desk.ask_{tap.step}", code=tap.report), buttons=rows)


async def _choose(turn: Turn, code: str) -> None:
    found = await desk.mergeable(turn.context, code)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    words = list(turn.text("desk.merge_with" if found.rows else "desk.merge_none", code=code))
    words += lines(turn, found, await desk.beginnings(turn.context, found.rows))
    rows = [(named(turn, one, OnReport("merge", code, one.code)),) for one in found.rows]
    back = (turn.button("button.back", OnReport("open", code)),)
    await turn.show(Message(text=tuple(words), buttons=(*rows, back)))


def lines(turn: Turn, found: Listed, first: Mapping[int, str]) -> Iterator[Block]:
    """Reports of a list, each on a line with how it begins."""
    for one in found.rows:
        line = desk_words.line(turn.house, turn.language, one, found.places.get(one.unit), turn.now)
        values = {"line": line, "state": turn.line(f"report.{one.state}")}
        if one.id in first:
            yield from turn.text("desk.one_begins", words=first[one.id], **values)
        else:
            yield from turn.text("desk.one", **values)


def named(turn: Turn, report: Report, tap: OnReport) -> Button:
    """A button of one report in a list: its code, and on what."""
    topic = cut_short(desk_words.topic_name(turn.house, turn.language, report.topic), LABEL)
    return Button.of(" · ".join(filter(None, (report.code, topic))), tap)


async def _compare(turn: Turn, tap: OnReport, first: Text = ()) -> None:
    """What both reports say, before one goes into the other: codes alone tell nobody whether they agree."""
    both = [await desk.look(turn.context, code) for code in (tap.report, tap.other)]
    words, seen = list(first), []
    for found in both:
        if isinstance(found, Refusal):
            turn.toast = turn.refusal(found)
            return
        words += [_head(turn, found), *_answers(turn, found)]
        seen.append(found.seen)
    words += turn.text("desk.ask_merge", code=tap.report, other=tap.other)
    sure = turn.button("desk.sure_merge", OnReport("merge!", tap.report, tap.other, ".".join(seen)))
    back = turn.button("button.back", OnReport("merge", tap.report))
    await turn.show(Message(text=tuple(words), buttons=((sure,), (back,))))


async def _do(turn: Turn, tap: OnReport) -> None:
    ctx = turn.context
    match tap.step:
        case "verify":
            done = await desk.verify(ctx, tap.report, tap.other)
        case "forward!":
            done = await desk.forward(ctx, tap.report, tap.other)
        case "close!":
            done = await desk.close(ctx, tap.report, tap.other)
        case _:
            mine, _, other = tap.seen.partition(".")
            done = await desk.merge(ctx, tap.report, tap.other, mine, other)
    if done == desk.CHANGED and tap.step == "merge!":
        await _compare(turn, tap, turn.text("desk.changed_merge"))
        return
    if isinstance(done, Refusal):
        stands = tap.step == "merge!" and await desk.standing(ctx, Act.MERGE, tap.report) is not None
        await _over(turn, tap.other if stands else tap.report, done)
        return
    await turn.show(Message(text=_said(turn, tap.step.removesuffix("!"), done), buttons=((_back(turn),),)))


async def _over(turn: Turn, code: str, why: Refusal) -> None:
    """Nothing was done: why, and the way to the report, where it may still be read, or to the desk."""
    words, gone = why.text(turn.house.texts, turn.language), False
    if why == STALE:
        gone = not await desk.passed(turn.context, code)
        words = turn.text("desk.gone" if gone else "desk.went_up", code=code)
    rows = () if gone else ((turn.button("desk.open", OnReport("open", code)),),)
    await turn.show(Message(text=words, buttons=(*rows, (_back(turn),))))


def _said(turn: Turn, step: str, done: Done) -> Text:
    unit = done.place.name if done.place else done.report.desk
    return turn.text(f"desk.done_{step}", code=done.report.code, unit=unit)


async def _typed(turn: Turn, state: FormState) -> forms.Again | None:
    code, seen = state.context["report"], state.context.get("seen", "")
    words = state.answers["words"].shown
    act, step = (Act.ANSWER, "answer") if state.form == "answer" else (Act.GIVE_BACK, "return")
    do = desk.answer if step == "answer" else desk.give_back
    done = await do(turn.context, code, words, seen)
    if done == desk.CHANGED:  # what was typed stays: whoever has read it anew may send it all the same
        now = await desk.standing(turn.context, act, code) or ""
        fresh = state.model_copy(update={"context": {**state.context, "seen": now}})
        return forms.Again(fresh, turn.text("desk.changed_typed", code=code))
    if done in (STALE, desk.ELSEWHERE):
        await _over(turn, code, done)
        return None
    if isinstance(done, Refusal):
        return forms.Again(state, done.text(turn.house.texts, turn.language))
    await turn.show(Message(text=_said(turn, step, done), buttons=((_back(turn),),)))
    return None


async def _about(turn: Turn, state: FormState) -> Text:
    """Which report the words are for: others may have been looked at meanwhile."""
    return turn.text("desk.about", code=state.context["report"])


async def _review(turn: Turn, state: FormState) -> forms.Review:
    found = await guarded.review(turn, state)
    return replace(found, under=(*await _about(turn, state), *found.under))


def _register(slug: str, act: Act) -> None:
    forms.register(
        forms.FormHandler(
            slug=slug,
            allowed=lambda turn: may(turn.member, act),
            submit=_typed,
            above=_about,
            review=_review,
            extras=guarded.extras,
            press=guarded.take_out,
            needs={"report": "context", "words": "text"},
        )
    )


_register("answer", Act.ANSWER)
_register("giveback", Act.GIVE_BACK)
