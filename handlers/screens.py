"""A form's screens as messages: the question, the summary, and the offer to go on with what was left."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bot.core.kernel.formats import cut_short
from bot.core.kernel.richtext import Block, Span, Text
from bot.core.talk.form import Choice, Field, Form, FormState, Options, localized
from bot.core.talk.inputs import Pressed
from bot.core.talk.message import Button, Message
from bot.core.talk.place import asked, chosen, current, screen, shown, total
from bot.core.talk.taps.screens import Press
from handlers.turn import Rows

EXTRA = "extra"
LONGEST = 1200  # characters of one answer in a summary, which is one message on every channel


class Speech(Protocol):
    """Words from the catalogue in one language: a turn, or what looks at a form without one."""

    language: str

    def text(self, key: str, **values: object) -> Text:
        """Words with their style."""

    def line(self, key: str, **values: object) -> str:
        """The same in one plain line."""


class Extra(NamedTuple):
    """A button of a form's own: its label, and what its press carries (letters and digits)."""

    label: str
    argument: str
    last: bool = False  # below the summary's own buttons


def question(
    turn: Speech, form: Form, state: FormState, options: Options, notice: Text, intro: str
) -> Message:
    """One question: which step it is, the question in bold, a line of help, what was answered before."""
    fields = asked(form, state)
    item = current(form, state)
    if item is None:
        raise LookupError("the summary asks no question")
    blocks = [*notice]
    blocks += [Block(spans=(Span(text=part),)) for part in intro.split("\n\n") if part]
    blocks += _step(turn, form, state, [one.key for one in fields].index(item.key) + 1)
    blocks.append(Block(spans=(Span(text=localized(item.question, turn.language), bold=True),)))
    if localized(item.help, turn.language):
        blocks.append(Block(spans=(Span(text=localized(item.help, turn.language)),)))
    if item.kind == "several":
        blocks += _ticked(turn, item, state, options)
    elif item.key in state.answers:
        blocks += turn.text("form.answered", answer=cut_short(state.answers[item.key].shown, LONGEST))
    return Message(text=tuple(blocks), buttons=buttons(turn, form, state, options))


def _step(turn: Speech, form: Form, state: FormState, place: int) -> Text:
    """Which step it is: of how many only where that stays so, and none where it is out of the row."""
    item = current(form, state)
    if item is None or item.confirms or item.offered:
        return ()
    steps = total(form, state)
    return turn.text("form.step_only" if steps is None else "form.step", step=place, steps=steps)


def _ticked(turn: Speech, item: Field, state: FormState, options: Options) -> Text:
    """How to pick several, or what is picked so far, in words: a sign alone is easily missed."""
    ticked = chosen(item, state)
    every = item.choices or options.get(item.source or "", ())
    names = [localized(one.label, turn.language) for one in every if one.value in ticked]
    if not names:
        return turn.text("form.several")
    return turn.text("form.picked", answer=cut_short(", ".join(names), LONGEST))


def summary(
    turn: Speech,
    form: Form,
    state: FormState,
    options: Options,
    notice: Text,
    under: Text = (),
    extras: Sequence[Extra] = (),
) -> Message:
    """Each answer on its line, as it will be kept; or the question which line to mend."""
    words = turn.text("form.mend_which") if state.mend_menu else _answers(turn, form, state)
    return Message(text=(*notice, *words, *under), buttons=buttons(turn, form, state, options, extras))


def offer(turn: Speech, form: Form, state: FormState, options: Options, notice: Text = ()) -> Message:
    """Whether to go on with a form that was left half filled in."""
    words = turn.text("form.left", title=localized(form.title, turn.language))
    return Message(text=(*notice, *words), buttons=buttons(turn, form, state, options))


def cancelling(turn: Speech, form: Form, state: FormState, options: Options, notice: Text = ()) -> Message:
    """Whether what was answered is to be dropped."""
    words = turn.text("form.cancel_ask")
    return Message(text=(*notice, *words), buttons=buttons(turn, form, state, options))


def _answers(turn: Speech, form: Form, state: FormState) -> Text:
    lines = []
    for item in asked(form, state):
        answer = state.answers.get(item.key)
        label = Span(text=f"{localized(item.label, turn.language)}: ", bold=True)
        words = cut_short(answer.shown, LONGEST) if answer else turn.line("form.left_out")
        lines.append(Block(spans=(label, Span(text=words)), kind="item", marker="•"))
    masked = any(answer.masked for answer in state.answers.values())
    note = turn.text("form.masked_note") if masked else ()
    return (*turn.text("form.summary", title=localized(form.title, turn.language)), *lines, *note)


def buttons(
    turn: Speech, form: Form, state: FormState, options: Options, extras: Sequence[Extra] = ()
) -> Rows:
    """The buttons of the present screen; the form's own stand first."""
    item = current(form, state)
    choices: Sequence[Choice] = shown(item, state, options, turn.language) if item else ()
    ticked = chosen(item, state) if item else ()
    labels = {one.key: localized(one.label, turn.language) for one in form.fields}

    def label(pressed: Pressed) -> str:
        if pressed.command == "pick":
            one = choices[int(pressed.argument)]
            words = localized(one.label, turn.language)
            return turn.line("form.ticked", choice=words) if one.value in ticked else words
        if pressed.command == "line":
            return labels[pressed.argument]
        return turn.line(f"form.{pressed.command}")

    def button(pressed: Pressed) -> Button:
        tap = Press(state.nonce, state.step, pressed.command, pressed.argument)
        return Button.of(label(pressed), tap)

    rows = screen(form, state, options, turn.language)

    def own(last: bool) -> list[tuple[Button, ...]]:
        mine = [one for one in extras if one.last is last]
        return [(Button.of(one.label, Press(state.nonce, state.step, EXTRA, one.argument)),) for one in mine]

    return (*own(False), *(tuple(button(one) for one in row) for row in rows), *own(True))
