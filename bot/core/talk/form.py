"""Forms as data, and where somebody is. What is given: `.inputs`; what is next: `.place`; steps: `.filling`.

State is a value, so a form survives anything a row survives.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import Field as Default
from pydantic import StringConstraints, model_validator

from bot.core.kernel.errors import Misplaced
from bot.core.kernel.values import DAY_MS, Frozen, Ms
from bot.core.talk.legible import illegible

Localized = dict[str, str]
PICKED = ("choice", "several")  # kinds that are answered by nothing but their choices
UNITS = "units"  # the source of a question whose choices are units
MOST_FIELDS, MOST_CHOICES = 60, 500
LONGEST, LONGEST_LABEL, LONGEST_VALUE = 2_000, 200, 100  # characters of words, of a button, of a value
FURTHEST_DAY, LARGEST = 36_500, 999_999_999  # days from today, and a number that can be typed
HALF_FILLED_MS = 60 * DAY_MS  # so long a form that was begun waits, and what was sent in for it
_DAYS = re.compile(r"-?[0-9]{1,5}")


def localized(words: Localized, language: str) -> str:
    """The words in that language, else in Vietnamese, else in whatever language there are any."""
    return words.get(language) or words.get("vi") or next(filter(None, words.values()), "")


class Choice(Frozen):
    """One answer that can be picked. `value` is what is stored; `words`: other words that mean it."""

    value: str
    label: Localized
    words: tuple[str, ...] = ()


Kind = Literal["choice", "several", "text", "number", "date", "photo", "file", "moment", "time", "schedule"]


class Field(Frozen):
    """One question. `when` names earlier answers (or context) that must hold for it to be asked.

    `several`: choices of which one or more are picked; its value is theirs with a space between, and `when`
    holds where one of them is named. `source` names choices known only at run time (topics, units…); a text's
    choices are suggestions, a date's are so many days from today. A schedule is typed in people's words or
    picked; its value is the schedule as JSON. A photo is kept without what its camera wrote into it.
    Kind "unit" is a choice whose source is units: few people stand behind one, so a digest tells none.
    `ends`: choices that end the form (consent refused). `mask`: personal data is taken out of a typed answer
    before it is kept. `min_length`, `max_length` in characters; `minimum`, `maximum` of a number, or in days
    from today of a date: see `limits`.
    `counted`: a breakdown of the digest, whose texts stand under the first. `beside`: shown beside the texts.
    `confirms`: asked only when the handler wants its word before sending (`ask`), and answering it sends.
    `offered`: a photo that is not asked for in its turn: it is taken at any step, and a button at the summary
    leads to it.
    """

    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,23}$")]  # a button holds it
    kind: Kind
    label: Localized
    question: Localized
    help: Localized = Default(default_factory=dict)
    optional: bool = False
    choices: tuple[Choice, ...] = Default(default=(), max_length=MOST_CHOICES)
    source: str | None = None
    when: dict[str, tuple[str, ...]] = Default(default_factory=dict)
    ends: tuple[str, ...] = ()
    mask: bool = False
    counted: bool = False
    beside: bool = False
    confirms: bool = False
    offered: bool = False
    min_length: int = Default(default=0, ge=0)
    max_length: int = Default(default=1000, ge=1, le=20_000)
    minimum: int | None = None
    maximum: int | None = None

    @model_validator(mode="before")
    @classmethod
    def _as_choice(cls, given: Any) -> Any:
        if not isinstance(given, dict) or given.get("kind") != "unit":
            return given
        for key, allowed in (("source", UNITS), ("choices", [])):
            if given.get(key, allowed) != allowed:
                raise Misplaced(key, given[key], "none: kind unit asks for units")
        return {**given, "source": UNITS, "kind": "choice"}

    @property
    def limits(self) -> tuple[int, int]:
        """The least and the most that is taken: where the file says nothing, numbers from 0 to 1,000,000 and
        days of a hundred years back and ahead.
        """
        lowest, highest = (-FURTHEST_DAY, FURTHEST_DAY) if self.kind == "date" else (0, 1_000_000)
        return (
            lowest if self.minimum is None else self.minimum,
            highest if self.maximum is None else self.maximum,
        )

    def problem(self, context: Collection[str], before: Mapping[str, "Field"]) -> Misplaced | None:
        """What is wrong with it after the fields before it; None where nothing is."""
        values = [one.value for one in self.choices]
        if wrong := self._unreadable() or self._unanswerable():
            return wrong
        if self.kind in PICKED and not (self.choices or self.source):
            return Misplaced("choices", values, "at least one choice")
        if len(set(values)) < len(values):
            return Misplaced("choices", values, "each value once")
        if self.kind == "several" and not all(len(value.split()) == 1 for value in values):
            return Misplaced("choices", values, "values of one word each, where several may be picked")
        if self.kind == "date" and not all(_DAYS.fullmatch(value) for value in values):
            return Misplaced("choices", values, "so many days from today")
        if self.kind != "choice" and (self.counted or self.beside):
            return Misplaced("kind", self.kind, "choice: nothing else is counted or stands beside")
        if self.offered and not (self.kind == "photo" and self.optional):
            return Misplaced("offered", self.offered, "offered where it is a photo that may be left out")
        if self.min_length > self.max_length:
            return Misplaced("min_length", self.min_length, f"at most the max_length, {self.max_length}")
        if self.choices and set(self.ends) - set(values):
            return Misplaced("ends", self.ends, f"values among {values}")
        return next((wrong for key in self.when if (wrong := self._never(key, context, before))), None)

    def _unreadable(self) -> Misplaced | None:
        """The first of its words that nobody could read, or tell from others."""
        for key, words, needed, most in (
            ("label", self.label, True, LONGEST_LABEL),
            ("question", self.question, True, LONGEST),
            ("help", self.help, False, LONGEST),
            *(("choices", one.label, True, LONGEST_LABEL) for one in self.choices),
        ):
            if wrong := illegible(key, words, needed, most):
                return wrong
        for language in {language for one in self.choices for language in one.label}:
            labels = [localized(one.label, language) for one in self.choices]
            if alike := next((one for one in labels if labels.count(one) > 1), None):
                return Misplaced("choices", alike, "each label once, for people to tell them apart")
        return None

    def _unanswerable(self) -> Misplaced | None:
        """A choice that is stored as nothing, and limits within which nothing can be typed."""
        for value in (one.value for one in self.choices):
            if not value or value != value.strip() or len(value) > LONGEST_VALUE:
                allowed = f"values of 1 to {LONGEST_VALUE} characters, without blanks around"
                return Misplaced("choices", value, allowed)
        lowest, highest = self.limits
        least, most = (-FURTHEST_DAY, FURTHEST_DAY) if self.kind == "date" else (-LARGEST, LARGEST)
        for name, limit in (("minimum", lowest), ("maximum", highest)):
            if not least <= limit <= most:
                return Misplaced(name, limit, f"{least} to {most}")
        if self.kind == "number" and highest < 0:
            return Misplaced("maximum", highest, "0 or more: numbers are typed without a sign")
        if lowest > highest:
            return Misplaced("minimum", lowest, f"at most the maximum, {highest}")
        return None

    def _never(self, key: str, context: Collection[str], before: Mapping[str, "Field"]) -> Misplaced | None:
        """Why it would never be asked for what was answered to `key`."""
        place, allowed = f"when.{key}", self.when[key]
        if key in context:
            return None
        if key not in before:
            return Misplaced(place, key, f"a field that is asked before it, among {sorted(before)}")
        values = [one.value for one in before[key].choices]
        if before[key].kind in PICKED and values and not set(allowed) <= set(values):
            return Misplaced(place, allowed, f"values among {values}")
        return None if allowed else Misplaced(place, allowed, "at least one value")


def values_of(item: Field, value: str) -> tuple[str, ...]:
    """The values that an answer names: several of them where several may be picked."""
    return tuple(value.split()) if item.kind == "several" else (value,)


class Form(Frozen):
    """Questions in order. `intro` stands above the first; `context` names what is given at the start."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
    title: Localized
    intro: Localized = Default(default_factory=dict)
    context: tuple[str, ...] = ()
    fields: tuple[Field, ...] = Default(min_length=1, max_length=MOST_FIELDS)

    @property
    def version(self) -> str:
        """What it asks, in 12 hexadecimal digits (SHA-256): another after any change."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]

    @model_validator(mode="after")
    def _consistent(self) -> "Form":
        before: dict[str, Field] = {}
        of_units: set[str] = set()  # what tells of which unit: by what is answered, or by being asked
        if unread := illegible("title", self.title) or illegible("intro", self.intro, needed=False):
            raise unread
        for place, item in enumerate(self.fields):
            wrong = item.problem(self.context, before)
            if item.key in before or item.key in self.context:
                wrong = Misplaced("key", item.key, "a key that no other field has, and that is not given")
            if item.source == UNITS or of_units & item.when.keys():
                of_units.add(item.key)
            if item.key in of_units and (item.counted or item.beside):
                allowed = "not counted nor beside: few people stand behind a unit"
                wrong = wrong or Misplaced("counted" if item.counted else "beside", True, allowed)
            if wrong is not None:
                raise Misplaced(f"fields.{place}.{wrong.key}", wrong.found, str(wrong))
            before[item.key] = item
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
    `cut`: the field whose text an app may have cut, for one screen; it came at `cut_at` (ms UTC), and `glue`
    stands where it was cut.
    `picked`: what is ticked where several may be, None where nothing was touched yet.
    `said`: a day that was typed, whose hour is asked; it holds for one screen.
    `notes`: what the summary showed beside the answers, for the handler to compare when it is sent.
    `typed`: the messages whose words passed the guard, where they may be taken out of the chat.
    `given`: what was answered before the form began: it is passed over on the way, and shown on the way back.
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
    picked: tuple[str, ...] | None = None
    long: int = 0
    long_at: int = 0
    cut: str = ""
    cut_at: Ms = Ms(0)
    glue: str = ""
    said: str = ""
    context: dict[str, str] = Default(default_factory=dict)
    notes: dict[str, str] = Default(default_factory=dict)
    typed: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


Options = Mapping[str, Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Step:
    """What an input led to. `notice` is a catalogue key with values, said before the next screen."""

    state: FormState
    ended: Literal["sent", "cancelled"] | None = None
    notice: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
