"""/baocao: what people say, as an impersonal report."""

from bot.acts import opinions
from bot.acts.context import Refusal
from bot.core.kernel.formats import cut_short, moment
from bot.core.opinion.guard import NAME, suspects, without
from bot.core.people.permissions import Act, may
from bot.core.talk.form import Answer, Choice, FormState, Options
from bot.core.talk.message import Message
from handlers import filling, forms
from handlers.screens import Extra
from handlers.turn import Turn

MOST_NAMES = 5  # buttons; the next ones come as these are gone
NAME_SHOWN = 30  # characters on a button


async def report(turn: Turn) -> None:
    """Begin a report, or go on with the one that was left."""
    await filling.begin(turn, "opinion")


async def _options(turn: Turn, state: FormState) -> Options:
    topics = turn.house.topics.values()
    return {"topics": [Choice(value=topic.code, label=topic.name) for topic in topics]}


def _names(turn: Turn, state: FormState) -> tuple[str, ...]:
    """What looks like a private person's name in what was written."""
    found = (name for key in _masked(turn, state) for name in suspects(state.answers[key].value))
    return tuple(dict.fromkeys(found))


def _masked(turn: Turn, state: FormState) -> list[str]:
    fields = turn.house.forms["opinion"].fields
    return [item.key for item in fields if item.mask and item.key in state.answers]


async def _review(turn: Turn, state: FormState) -> forms.Review:
    """Names are not taken out by machine: the reporter does it, a tap a name."""
    names = _names(turn, state)
    return forms.Review(under=turn.text("opinion.names", names=", ".join(names)) if names else ())


def _extras(turn: Turn, state: FormState) -> list[Extra]:
    labels = [turn.line("opinion.take_out", name=cut_short(name, NAME_SHOWN)) for name in _names(turn, state)]
    return [Extra(label, str(place)) for place, label in enumerate(labels[:MOST_NAMES])]


async def _take_out(turn: Turn, state: FormState, argument: str) -> FormState | None:
    names = _names(turn, state)
    if not argument.isdecimal() or int(argument) >= len(names):
        return None
    changed = {}
    for key in _masked(turn, state):
        answer = state.answers[key]
        clean = without(answer.value, names[int(argument)])
        if clean != answer.value:
            masked = tuple(dict.fromkeys((*answer.masked, NAME)))
            changed[key] = Answer(value=clean, shown=clean, masked=masked)
    return state.model_copy(update={"answers": {**state.answers, **changed}})


async def _submit(turn: Turn, state: FormState) -> str | None:
    answers = {key: answer.value for key, answer in state.answers.items()}
    code = await opinions.submit(turn.context, answers)
    if isinstance(code, Refusal):
        return code.key
    when = moment(turn.moment, turn.language)
    await turn.show(Message(text=turn.text("opinion.receipt", code=code, when=when)))
    return None


forms.register(
    forms.FormHandler(
        slug="opinion",
        allowed=lambda turn: may(turn.member, Act.REPORT),
        submit=_submit,
        options=_options,
        review=_review,
        extras=_extras,
        press=_take_out,
        cancelled="opinion.cancelled",
    )
)
