"""Forms as data, and where somebody is in one. What is asked next: `.place`; the steps: `.filling`.

State is a value, so a form survives anything a row survives.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from pydantic import Field as Default
from pydantic import model_validator

from bot.core.kernel.values import Frozen

Localized = dict[str, str]


def localized(words: Localized, language: str) -> str:
    """The words in that language, else in Vietnamese."""
    return words.get(language) or words.get("vi", "")


class Choice(Frozen):
    """One answer that can be picked. `value` is what is stored; `words`: other words that mean it."""

    value: str
    label: Localized
    words: tuple[str, ...] = ()


class Field(Frozen):
    """One question. `when` names earlier answers (or context) that must hold for it to be asked.

    `source` names choices known only at run time (topics, units…); a text's choices are suggestions. A
    schedule is typed in people's words or picked; its value is the schedule as JSON.
    `ends`: choices that end the form (consent refused). `mask`: personal data is taken out of a typed answer
    before it is kept. `max_length` in characters; `minimum`/`maximum` for numbers.
    `counted`: a breakdown of the digest, whose texts stand under the first. `beside`: shown beside the texts.
    `confirms`: asked only when the handler wants its word before sending (`ask`), and answering it sends.
    """

    key: str
    kind: Literal["choice", "text", "number", "file", "moment", "time", "schedule"]
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
    `cancelling`: the screen asks whether to drop what was answered.
    `long`: how long a text was that was too long here, at `long_at` (ms UTC); 0 where none was.
    `said`: a day that was typed, whose hour is asked; it holds for one screen.
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
    cancelling: bool = False
    page: int = 0
    search: str = ""
    long: int = 0
    long_at: int = 0
    said: str = ""
    context: dict[str, str] = Default(default_factory=dict)
    notes: dict[str, str] = Default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: `command` is pick, page, skip, keep, back, cancel, drop, stay, send, mend, line, go_on or
    start_over."""

    command: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words that are no button of the screen."""

    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """A file, already stored: its `file` row and kind as the value ("photo:12").

    `what`: words for its kind, for who must be told that it is no answer.
    """

    value: str
    name: str
    caption: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """What can be no answer (a sticker, a place on the map); `what`: words for its kind."""

    what: str


@dataclass(frozen=True, slots=True)
class Edited:
    """A message of theirs that was changed after it was sent."""


Input = Pressed | Typed | Given | Other | Edited
Options = Mapping[str, Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Step:
    """What an input led to. `notice` is a catalogue key with values, said before the next screen."""

    state: FormState
    ended: Literal["sent", "cancelled"] | None = None
    notice: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
