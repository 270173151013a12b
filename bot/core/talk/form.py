"""Forms as data, where somebody is in one, and what is asked next. The steps are in `bot.core.talk.filling`.

State is a value, so a form survives anything a row survives.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from pydantic import Field as Default
from pydantic import model_validator

from bot.core.kernel.formats import fold
from bot.core.kernel.values import Frozen

PAGE = 7  # choices a screen, at most (voice: no more than 7)
Localized = dict[str, str]


def localized(words: Localized, language: str) -> str:
    """The words in that language, else in Vietnamese."""
    return words.get(language) or words.get("vi", "")


class Choice(Frozen):
    """One answer that can be picked. `value` is what is stored."""

    value: str
    label: Localized


class Field(Frozen):
    """One question. `when` names earlier answers (or context) that must hold for it to be asked.

    `source` names choices known only at run time (topics, units…); a text's choices are suggestions.
    `ends`: choices that end the form (consent refused). `mask`: personal data is taken out of a typed answer
    before it is kept. `max_length` in characters; `minimum`/`maximum` for numbers.
    `counted`: a breakdown of the digest, whose texts stand under the first. `beside`: shown beside the texts.
    `confirms`: asked only when the handler wants its word before sending (`ask`), and answering it sends.
    """

    key: str
    kind: Literal["choice", "text", "number", "file", "moment", "time"]
    label: Localized
    question: Localized
    help: Localized = Default(default_factory=dict)
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    source: str | None = None
    when: dict[str, tuple[str, ...]] = Default(default_factory=dict)
    ends: tuple[str, ...] = ()
    mask: bool = False
    counted: bool = False
    beside: bool = False
    confirms: bool = False
    max_length: int = 1000
    minimum: int = 0
    maximum: int = 1_000_000


class Form(Frozen):
    """Questions in order. `intro` stands above the first; `context` names what is given at the start."""

    slug: str
    title: Localized
    intro: Localized = Default(default_factory=dict)
    context: tuple[str, ...] = ()
    fields: tuple[Field, ...]

    @property
    def version(self) -> str:
        """What it asks, in 12 hexadecimal digits (SHA-256): another after any change."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]

    @model_validator(mode="after")
    def _consistent(self) -> "Form":
        seen: set[str] = set(self.context)
        for item in self.fields:
            if item.key in seen:
                raise ValueError(f"field {item.key!r} stands twice")
            if item.kind == "choice" and not (item.choices or item.source):
                raise ValueError(f"field {item.key!r} has no choices")
            if item.kind != "choice" and (item.counted or item.beside):
                raise ValueError(f"field {item.key!r} is no choice: only choices are counted or stand beside")
            unknown = set(item.when) - seen
            if unknown:
                raise ValueError(f"field {item.key!r} depends on {sorted(unknown)}, not asked before it")
            seen.add(item.key)
        return self


class Masked(Frozen):
    """The text as it may be kept, and the kinds of data that were taken out, each named once."""

    text: str
    found: tuple[str, ...] = ()


Mask = Callable[[str], Masked]


class Answer(Frozen):
    """What is kept: the stored value and the words shown for it. `masked` names what was taken out."""

    value: str
    shown: str
    masked: tuple[str, ...] = ()


class FormState(Frozen):
    """Where somebody is. `at` is a field's key, or "" at the summary.

    `nonce` and `step` together mark the buttons of one screen: a button of another screen is stale.
    `mending`: after this answer, go back to the summary. `mend_menu`: the summary asks which line to mend.
    `offered`: the form was left, and the screen asks whether to go on with it.
    `notes`: what the summary showed beside the answers, for the handler to compare when it is sent.
    """

    form: str
    nonce: str
    step: int = 0
    at: str
    answers: dict[str, Answer] = Default(default_factory=dict)
    skipped: tuple[str, ...] = ()
    mending: bool = False
    mend_menu: bool = False
    offered: bool = False
    page: int = 0
    search: str = ""
    context: dict[str, str] = Default(default_factory=dict)
    notes: dict[str, str] = Default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: `command` is pick, page, skip, keep, back, cancel, send, mend, line, go_on or start_over."""

    command: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words, or a number for one of the choices shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A file, already stored: its `file` row and kind as the value ("photo:12")."""

    value: str
    name: str
    caption: str = ""


Input = Pressed | Typed | Given
Options = Mapping[str, Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Step:
    """What an input led to. `notice` is a catalogue key with values, said before the next screen."""

    state: FormState
    ended: Literal["sent", "cancelled"] | None = None
    notice: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


def asked(form: Form, state: FormState) -> list[Field]:
    """The fields that apply, given the context and the answers to those before them that apply."""
    known, fields = dict(state.context), []
    for item in form.fields:
        if item.confirms and item.key != state.at:
            continue
        if all(known.get(key) in allowed for key, allowed in item.when.items()):
            fields.append(item)
            if item.key in state.answers:
                known[item.key] = state.answers[item.key].value
    return fields


def start(form: Form, nonce: str, context: Mapping[str, str] | None = None) -> FormState:
    """The first screen. `context` is kept beside the answers (an invitation, say)."""
    empty = FormState(form=form.slug, nonce=nonce, at="", context=dict(context or {}))
    return empty.model_copy(update={"at": asked(form, empty)[0].key})


def ask(state: FormState, key: str) -> FormState:
    """The screen of one field out of its turn, then the summary again; key "" is the summary itself."""
    return move(state, at=key, mending=bool(key), mend_menu=False)


def move(state: FormState, **changes: object) -> FormState:
    """A new screen: buttons of the old one become stale; a search or page holds only where it was made."""
    fresh = {"page": 0, "search": "", "step": state.step + 1}
    return state.model_copy(update={**fresh, **changes})


def current(form: Form, state: FormState) -> Field | None:
    """The field being asked, None at the summary."""
    return next((item for item in form.fields if item.key == state.at), None)


def unanswered(form: Form, state: FormState) -> Field | None:
    """The first field that applies and was neither answered nor skipped."""
    done = {*state.answers, *state.skipped}
    return next((item for item in asked(form, state) if item.key not in done), None)


def takes_file(form: Form, state: FormState, with_words: bool) -> bool:
    """Whether a file is of use now: it is asked for, or it comes with the words asked for before it."""
    item = current(form, state)
    if item is None or state.offered:
        return False
    fields = asked(form, state)
    following = fields[fields.index(item) + 1 :][:1]
    follows = item.kind == "text" and with_words and any(one.kind == "file" for one in following)
    return item.kind == "file" or follows


def fitted(form: Form, state: FormState) -> FormState:
    """A stored state as the form stands now: it may have changed since, and what is gone is not asked."""
    fields = asked(form, state)
    known = {item.key for item in (*fields, *form.fields) if item in fields or item.confirms}
    answers = {key: answer for key, answer in state.answers.items() if key in known}
    here = not state.at or any(item.key == state.at for item in fields)
    if here and answers == state.answers:
        return state
    kept = move(state, answers=answers)
    item = unanswered(form, kept)
    return kept if here else kept.model_copy(update={"at": item.key if item else ""})


def matching(item: Field, state: FormState, options: Options, language: str) -> list[Choice]:
    """The choices of a field that fit what was typed to search them."""
    choices = list(item.choices or options.get(item.source or "", ()))
    wanted = fold(state.search)
    if not wanted:
        return choices
    return [choice for choice in choices if wanted in fold(localized(choice.label, language))]


def shown(item: Field, state: FormState, options: Options, language: str) -> list[Choice]:
    """The choices on the present page."""
    return matching(item, state, options, language)[state.page * PAGE : (state.page + 1) * PAGE]


def screen(form: Form, state: FormState, options: Options, language: str) -> list[list[Pressed]]:
    """The buttons of the present screen, in rows. Numbered through, they are what a typed number means."""
    if state.offered:
        return [[Pressed("go_on")], [Pressed("start_over")], [Pressed("cancel")]]
    item = current(form, state)
    if item is None:
        if state.mend_menu:
            return [[Pressed("line", field.key)] for field in asked(form, state)] + [[Pressed("back")]]
        return [[Pressed("send")], [Pressed("mend"), Pressed("cancel")]]
    rows = [[Pressed("pick", str(place))] for place in range(len(shown(item, state, options, language)))]
    if len(matching(item, state, options, language)) > PAGE:
        rows.append([Pressed("page")])
    if item.optional:
        rows.append([Pressed("skip")])
    if item.key in state.answers and not state.mending:
        rows.append([Pressed("keep")])
    return [*rows, [Pressed("back"), Pressed("cancel")]]
