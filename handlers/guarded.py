"""What a form's summary does about names in what was written: points them out, takes one out with a tap."""

from collections.abc import Sequence

from bot.core.kernel.formats import cut_short
from bot.core.opinion.guard import suspects, without
from bot.core.opinion.patterns import NAME
from bot.core.talk.form import Answer, FormState
from handlers import forms
from handlers.screens import Extra
from handlers.turn import Turn

MOST_NAMES = 5  # buttons; the next ones come as these are gone
NAME_SHOWN = 30  # characters on a button


def names(turn: Turn, state: FormState) -> tuple[str, ...]:
    """What looks like a private person's name in what was written."""
    found = (name for key in _masked(turn, state) for name in suspects(state.answers[key].value))
    return tuple(dict.fromkeys(found))


def _masked(turn: Turn, state: FormState) -> list[str]:
    fields = turn.house.forms[state.form].fields
    return [item.key for item in fields if item.mask and item.key in state.answers]


async def review(turn: Turn, state: FormState) -> forms.Review:
    """Names are not taken out by machine: whoever wrote them does it, a tap a name."""
    found = names(turn, state)
    return forms.Review(under=turn.text("opinion.names", names=", ".join(found)) if found else ())


def extras(turn: Turn, state: FormState) -> Sequence[Extra]:
    """A button a name."""
    labels = [turn.line("opinion.take_out", name=cut_short(name, NAME_SHOWN)) for name in names(turn, state)]
    return [Extra(label, str(place)) for place, label in enumerate(labels[:MOST_NAMES])]


async def take_out(turn: Turn, state: FormState, argument: str) -> FormState | None:
    """The state without the name of a button; None where there is none such any more."""
    found = names(turn, state)
    if not argument.isdecimal() or int(argument) >= len(found):
        return None
    changed = {}
    for key in _masked(turn, state):
        answer = state.answers[key]
        clean = without(answer.value, found[int(argument)])
        if clean != answer.value:
            masked = tuple(dict.fromkeys((*answer.masked, NAME)))
            changed[key] = Answer(value=clean, shown=clean, masked=masked)
    return state.model_copy(update={"answers": {**state.answers, **changed}})
