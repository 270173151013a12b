"""/buoi: oral briefings that one held: noted down, mended, withdrawn."""

from datetime import date
from secrets import token_hex

from bot.acts import desk_words, meetings, places
from bot.acts.context import Refusal
from bot.acts.meetings import Meeting
from bot.core.kernel.formats import date_long, day, number
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.meetings.held import (
    ANY,
    CONFERENCE,
    CONFERENCES,
    DAY,
    ELSEWHERE,
    FORM,
    HEADS,
    HOW,
    PLACE,
    TOPICS,
    WORDS,
)
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Answer, Choice, FormState, Options, localized
from bot.core.talk.message import Button, Message
from bot.core.talk.place import asked, start
from bot.core.talk.taps.meetings import MeetingsIn, OnMeeting
from bot.core.talk.taps.screens import Go
from handlers import filling, forms, guarded
from handlers.turn import Rows, Turn

PAGE = 5
MENDS = "meeting"  # in the context of the form: the code of the one that it changes


async def meetings_held(turn: Turn) -> None:
    """What the member has noted down, and the way to one more."""
    await _list(turn, 0)


async def act(turn: Turn, tap: OnMeeting) -> None:
    """A button of the list, or of one of them."""
    if tap.step == "list":
        await _list(turn, tap.skip)
        return
    if tap.step == "new":
        if may(turn.member, Act.RECORD_MEETING):
            await filling.take_up(turn, await _fresh(turn))
        else:
            turn.toast = turn.line("tap.stale")
        return
    found = await meetings.look(turn.context, tap.meeting)
    if isinstance(found, Refusal):
        turn.toast = turn.refusal(found)
        return
    match tap.step:
        case "open":
            await turn.show(await _screen(turn, found))
        case "mend":
            await filling.take_up(turn, await _filled(turn, found))
        case "drop":
            await turn.show(_ask(turn, found.row.code))
        case "drop!":
            await _drop(turn, found.row.code)
        case _:
            turn.toast = turn.line("tap.stale")


async def _fresh(turn: Turn) -> FormState:
    """The form; where no conference was held lately, none is asked for."""
    context = {CONFERENCES: ANY} if await _conferences(turn) else {}
    return start(turn.house.forms[FORM], token_hex(3), context)


async def _conferences(turn: Turn) -> list[Choice]:
    """Those that an oral briefing may pass on."""
    at = await places.find(turn.conn, turn.member.unit) if turn.member else None
    found = await meetings.after(turn.context, at) if at is not None and at.path else []
    return [Choice(value=str(one.id), label={"vi": one.title}) for one in found]


async def _list(turn: Turn, skip: int) -> None:
    found = await meetings.mine(turn.context)
    rows: list[tuple[Button, ...]] = []
    if may(turn.member, Act.RECORD_MEETING):
        rows.append((turn.button("meeting.new", OnMeeting("new")),))
    words = [*turn.text("meeting.title", count=number(len(found), turn.language))]
    if not found:
        words = [*turn.text("meeting.none")]
    for one in found[skip : skip + PAGE]:
        words += turn.text("meeting.one", code=one.row.code, line=line(turn, one))
        rows.append((Button.of(one.row.code, OnMeeting("open", one.row.code)),))
    ways = []
    if skip:
        ways.append(turn.button("roster.before", OnMeeting("list", "-", max(0, skip - PAGE))))
    if skip + PAGE < len(found):
        ways.append(turn.button("roster.after", OnMeeting("list", "-", skip + PAGE)))
    rows += [tuple(ways)] if ways else []
    if may(turn.member, Act.MEETING_TOTALS):
        rows.append((turn.button("meeting.figures", MeetingsIn("month")),))
    rows.append((turn.button("menu.trogiup", Go("trogiup")),))
    await turn.show(Message(text=tuple(words), buttons=tuple(rows)))


def line(turn: Turn, one: Meeting) -> str:
    """Day, topic, form and listeners."""
    said = {key: _shown(turn, key, one.answers.get(key, "")) for key in (TOPICS, HOW, HEADS)}
    parts = [day(date.fromisoformat(one.row.day), turn.language), *said.values()]
    return " · ".join(part for part in parts if part)


async def named(turn: Turn, code: str) -> str:
    """A unit's name; its code where it is no more."""
    found = await places.find(turn.conn, code)
    return found.name if found else code


def _shown(turn: Turn, key: str, value: str) -> str:
    fields = {item.key: item for item in turn.house.forms[FORM].fields}
    return desk_words.shown(turn.house, turn.language, fields[key], value) if key in fields else value


async def _answer(turn: Turn, key: str, value: str) -> Answer:
    """An answer as its summary shows it."""
    if key == PLACE and value != ELSEWHERE:
        at = await places.find(turn.conn, value)
        return Answer(value=value, shown=at.name if at else value)
    if key == PLACE:
        return Answer(value=value, shown=turn.line("meeting.elsewhere"))
    if key == CONFERENCE:
        titles = {one.value: localized(one.label, turn.language) for one in await _conferences(turn)}
        return Answer(value=value, shown=titles.get(value, value))
    return Answer(value=value, shown=_shown(turn, key, value))


async def _screen(turn: Turn, found: Meeting) -> Message:
    when = date_long(date.fromisoformat(found.row.day), turn.language)
    words: list[Block] = [*turn.text("meeting.head", code=found.row.code, day=when)]
    for item in turn.house.forms[FORM].fields:
        value = found.answers.get(item.key)
        if not value or item.key == DAY or (item.key == PLACE and WORDS in found.answers):
            continue
        label = Span(text=f"{localized(item.label, turn.language)}: ", bold=True)
        shown = Span(text=(await _answer(turn, item.key, value)).shown)
        words.append(Block(spans=(label, shown), kind="item", marker="•"))
    rows = (
        (turn.button("meeting.mend", OnMeeting("mend", found.row.code)),),
        (turn.button("meeting.drop", OnMeeting("drop", found.row.code)),),
        (turn.button("button.back", OnMeeting("list")),),
    )
    return Message(text=tuple(words), buttons=rows)


async def _filled(turn: Turn, found: Meeting) -> FormState:
    """The form with what was said, at its summary."""
    form = turn.house.forms[FORM]
    answers = {
        item.key: await _answer(turn, item.key, value)
        for item in form.fields
        if (value := found.answers.get(item.key))
    }
    fresh = (await _fresh(turn)).context
    state = FormState(form=form.slug, nonce=token_hex(3), at="", answers=answers, context=fresh)
    left_out = tuple(item.key for item in asked(form, state) if item.optional and item.key not in answers)
    return state.model_copy(update={"context": {**fresh, MENDS: found.row.code}, "skipped": left_out})


def _ask(turn: Turn, code: str) -> Message:
    rows = (
        (turn.button("meeting.drop_yes", OnMeeting("drop!", code)),),
        (turn.button("button.back", OnMeeting("open", code)),),
    )
    return Message(text=turn.text("meeting.drop_ask", code=code), buttons=rows)


async def _drop(turn: Turn, code: str) -> None:
    gone = await meetings.take_back(turn.context, code)
    if isinstance(gone, Refusal):
        turn.toast = turn.refusal(gone)
        return
    await turn.show(Message(text=turn.text("meeting.dropped", code=gone), buttons=_onward(turn)))


def _onward(turn: Turn) -> Rows:
    more = ((turn.button("meeting.new", OnMeeting("new")),),)
    rows = more if may(turn.member, Act.RECORD_MEETING) else ()
    return (*rows, (turn.button("meeting.list", OnMeeting("list")),))


async def _options(turn: Turn, state: FormState) -> Options:
    topics = [Choice(value=topic.code, label=topic.name) for topic in turn.house.topics.values()]
    found: dict[str, list[Choice]] = {"topics": topics}
    if turn.member is not None and turn.member.path:
        found["places"] = await meetings.choices_of_places(turn.context, turn.member.path)
    if state.context.get(CONFERENCES):
        found["conferences"] = await _conferences(turn)
    return found


async def _submit(turn: Turn, state: FormState) -> forms.Again | None:
    values = {key: answer.value for key, answer in state.answers.items()}
    if mends := state.context.get(MENDS):
        kept, key = await meetings.mend(turn.context, mends, values), "meeting.mended"
    else:
        kept, key = await meetings.record(turn.context, values), "meeting.kept"
    if isinstance(kept, Refusal):
        return forms.Again(state, kept.text(turn.house.texts, turn.language))
    words: Text = turn.text(key, code=kept.row.code, line=line(turn, kept))
    await turn.show(Message(text=words, buttons=_onward(turn)))
    return None


forms.register(
    forms.FormHandler(
        slug=FORM,
        allowed=lambda turn: may(turn.member, Act.RECORD_MEETING),
        submit=_submit,
        options=_options,
        sources=frozenset({"topics", "places", "conferences"}),
        review=guarded.review,
        extras=guarded.extras,
        press=guarded.take_out,
        needs={
            DAY: "date",
            PLACE: "choice",
            WORDS: "text",
            TOPICS: "several",
            HOW: "choice",
            HEADS: "choice",
        },
    )
)
