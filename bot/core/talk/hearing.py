"""What typed words are to the screen of a form: one of its buttons, or an answer."""

from collections.abc import Sequence

from bot.core.talk.form import Form, FormState
from bot.core.talk.inputs import Pressed, Typed
from bot.core.talk.offer import Choice, is_number, meant
from bot.core.talk.place import asking
from bot.core.talk.tap import decode
from bot.core.talk.taps.screens import Press
from bot.core.talk.words import Words


def heard(
    form: Form, state: FormState, offered: Sequence[Choice], given: Typed, known: Words
) -> Typed | Pressed:
    """The button of the present screen that typed words stand for; the words themselves where for none.

    A question for a number is answered by numbers; a text is kept as it was typed, not as it is suggested. A
    number in a word is a name where words are waited for, and looked for in a list that is searched.
    """
    item, number = asking(form, state), is_number(given.text)
    if item is not None and item.kind == "number" and number:
        return given
    taps = [decode(one.data) for one in offered]
    searched = state.page > 0 or any(isinstance(one, Press) and one.command == "page" for one in taps)
    spelled = item is None or (item.kind in ("choice", "several") and not searched)
    tap = meant(offered, given.text, known, spelled=spelled)
    if not isinstance(tap, Press):
        return given
    if item is not None and item.kind == "text" and tap.command == "pick" and not number:
        return given
    return Pressed(tap.command, tap.argument)
