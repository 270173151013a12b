"""What somebody types before any form is open, taken as the words of a report that a button begins."""

import re

from bot.acts import handing
from bot.core.kernel.formats import cut_short, number
from bot.core.kernel.richtext import Text
from bot.core.opinion.guard import mask
from bot.core.people.permissions import Act, may
from bot.core.talk.filling import advance
from bot.core.talk.form import Answer, Field, FormState
from bot.core.talk.inputs import Typed
from bot.core.talk.place import move, start
from bot.core.talk.taps.screens import Go
from handlers.turn import Turn

FORM = "opinion"
BUTTON = Go("baocao")
MASKED = re.compile(r"\[([^\[\]]+)\]")  # the kinds that the guard took out when the words were handed on
SHOWN = 300  # characters that the first screen says back; the summary has them all


def kept(turn: Turn, words: str) -> Answer | None:
    """Words as a report would keep them; None where it would not, or somebody else wrote them."""
    field = _field(turn)
    if field is None or not may(turn.member, Act.REPORT):
        return None
    there = move(start(turn.house.forms[FORM], ""), at=field.key)
    given = advance(turn.house.forms[FORM], there, Typed(words), {}, turn.language, turn.moment, mask)
    return given.state.answers.get(field.key)


def too_long(turn: Turn, words: str) -> Text:
    """That a report takes fewer words, where these are more than it takes; nothing otherwise."""
    field = _field(turn)
    if field is None or len(words) <= field.max_length:
        return ()
    lengths = {"length": number(len(words)), "maximum": number(field.max_length)}
    return turn.text("opinion.unasked_long", **lengths)


async def hand_on(turn: Turn, answer: Answer) -> None:
    """The screen's button that begins a report hands these words on to it."""
    turn.leave_no_trace()  # the update holds them as they were before the mask
    await handing.hand_on(turn.context, BUTTON, answer.value, turn.incoming.message_id)


async def taken(turn: Turn, state: FormState) -> tuple[FormState, Text]:
    """A report that begins with what the last screen hands on, and words that say so; else as it is."""
    handed, field = await handing.handed(turn.context, BUTTON), _field(turn)
    answer = kept(turn, handed.words) if handed is not None else None
    if handed is None or field is None or answer is None:
        return state, ()
    turn.leave_no_trace()
    answer = answer.model_copy(update={"masked": tuple(dict.fromkeys(MASKED.findall(answer.value)))})
    typed = (handed.typed,) if handed.typed else ()
    begun = state.model_copy(update={"answers": {field.key: answer}, "given": (field.key,), "typed": typed})
    notice = turn.text("opinion.unasked", words=cut_short(answer.shown, SHOWN))
    return begun, (*notice, *(turn.text("form.masked") if answer.masked else ()))


def _field(turn: Turn) -> Field | None:
    """The question for what people say."""
    fields = turn.house.forms[FORM].fields
    return next((one for one in fields if one.kind == "text" and one.mask), None)
