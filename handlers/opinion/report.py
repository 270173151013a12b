"""/baocao: what people say, as an impersonal report."""

from collections.abc import Sequence
from secrets import token_hex

from bot.acts import opinions, photos, reporting
from bot.acts.context import STALE, Refusal
from bot.core.kernel.formats import moment, number
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import MINUTE_MS
from bot.core.people.permissions import Act, may
from bot.core.talk.form import UNITS, Choice, FormState, Options
from bot.core.talk.message import Message
from bot.core.talk.place import ask, asking, move, start
from bot.core.talk.taps.reports import OnMine
from handlers import filling, forms, guarded, places, typed
from handlers.opinion import photo, unasked
from handlers.screens import Extra
from handlers.turn import Turn

ADD, APART, ATTACH = "add", "apart", "attach"
MENDS, ADDS = "report", "adds"  # in the context of a form: the code of the report it changes


async def report(turn: Turn) -> None:
    """Begin a report, or go on with the one that was left. What was just typed outside any form is taken."""
    state, notice = await unasked.taken(turn, start(turn.house.forms["opinion"], token_hex(3)))
    await filling.take_up(turn, state, notice)


async def _options(turn: Turn, state: FormState) -> Options:
    form, topics = turn.house.forms[state.form], turn.house.topics.values()
    item = asking(form, state)
    told = await places.around(turn) if item is not None and item.source == UNITS else []
    return {"topics": [Choice(value=topic.code, label=topic.name) for topic in topics], UNITS: told}


async def _review(turn: Turn, state: FormState) -> forms.Review:
    """Names that may be in it, and an earlier report that says the same."""
    found = await guarded.review(turn, state)
    under, notes = list(found.under), dict[str, str]()
    if adds := state.context.get(ADDS):
        under += turn.text("opinion.adds_to", code=adds)
    elif mends := state.context.get(MENDS):
        under += turn.text("opinion.mends", code=mends)
    elif like := await reporting.like(turn.context, _values(state)):
        under += turn.text("opinion.like", code=like)
        notes = {"like": like}
    return forms.Review(under=tuple(under), notes=notes)


def _extras(turn: Turn, state: FormState) -> Sequence[Extra]:
    found = list(guarded.extras(turn, state))
    if state.context.get(ADDS):
        found.append(Extra(turn.line("opinion.apart"), APART))
    elif like := state.notes.get("like"):
        found.append(Extra(turn.line("opinion.add", code=like), ADD))
    if photo.still_offered(turn, state) is not None:
        found.append(Extra(turn.line("opinion.attach"), ATTACH, last=True))
    return found


async def _press(turn: Turn, state: FormState, argument: str) -> FormState | None:
    context = {key: value for key, value in state.context.items() if key != ADDS}
    if argument == ADD and (like := state.notes.get("like")):
        return state.model_copy(update={"context": {**context, ADDS: like}})
    if argument == APART and ADDS in state.context:
        return state.model_copy(update={"context": context})
    if argument == ATTACH and (item := photo.still_offered(turn, state)) is not None:
        return ask(state, item.key)
    return await guarded.take_out(turn, state, argument)


def _values(state: FormState) -> dict[str, str]:
    return {key: answer.value for key, answer in state.answers.items()}


async def _submit(turn: Turn, state: FormState) -> str | forms.Again | None:
    key, adds, mends = "opinion.receipt", state.context.get(ADDS, ""), state.context.get(MENDS, "")
    if adds:
        code, key = await reporting.supplement(turn.context, adds, _values(state)), "opinion.added"
    elif mends:
        code, key = await reporting.mend(turn.context, mends, _values(state)), "opinion.mended"
    else:
        code = await opinions.submit(turn.context, _values(state))
    if isinstance(code, Refusal) and code in (STALE, reporting.OVER) and (adds or mends):
        return _apart(turn, state, adds or mends)
    if isinstance(code, Refusal):
        return code.key
    when = moment(turn.moment, turn.language)
    rows = ((turn.button("mine.open", OnMine("open", code)),), *typed.ways(turn, state))
    words = turn.text(key, code=code, when=when)
    if (told := await reporting.told(turn.context, code)) is not None:
        words = (*words, *_urgent(turn, told))
    await turn.show(Message(text=words, buttons=rows))
    return None


def _urgent(turn: Turn, told: reporting.Told) -> Text:
    """Who was rung for an urgent report, and what happens where nobody opens it."""
    if not told.heads:
        return turn.text("opinion.urgent_nobody", unit=told.desk)
    minutes = told.wait_ms // MINUTE_MS
    unit, length = ("minutes", 1) if minutes % 60 else ("hours", 60)
    wait = turn.line(f"opinion.in_{unit}", count=number(minutes // length, turn.language))
    first = turn.text("opinion.urgent", unit=told.desk, count=number(told.heads, turn.language))
    return (*first, *turn.text("opinion.urgent_up" if told.up else "opinion.urgent_again", wait=wait))


def _apart(turn: Turn, state: FormState, code: str) -> forms.Again:
    """The report that it was to change is over, or gone: what was written may go as one of its own."""
    answers = {key: answer for key, answer in state.answers.items() if answer.value != photos.ATTACHED}
    alone = state.model_copy(update={"context": {}, "answers": answers})
    return forms.Again(move(alone), turn.text("opinion.now_apart", code=code))


forms.register(
    forms.FormHandler(
        slug="opinion",
        allowed=lambda turn: may(turn.member, Act.REPORT),
        submit=_submit,
        options=_options,
        sources=frozenset({"topics", UNITS}),
        review=_review,
        extras=_extras,
        press=_press,
        file=photo.taken,
        cancelled="opinion.cancelled",
        anew=lambda context: {},  # a report of its own, whichever the one that was left was to change
    )
)
