"""Taps of who sends: runs, plans, addenda, approval, the week."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Few, Number, Step, Tap


@dataclass(frozen=True)
class Preview(Tap, word="preview"):
    """A button of a preview, which does nothing yet."""


@dataclass(frozen=True)
class OnRun(Tap, word="run"):
    """A step on a run, or on the broadcast it will be of; "!" marks what was asked for twice."""

    step: Step
    number: Number


@dataclass(frozen=True)
class Unread(Tap, word="unread"):
    """Those of one's own unit who have not read a run, from so many on."""

    run: Number
    skip: Number


@dataclass(frozen=True)
class OnPlan(Tap, word="plan"):
    """A step on a broadcast as it was shown: which of its revisions, and for how many."""

    step: Step
    number: Number
    revision: Few
    count: Few = 0


@dataclass(frozen=True)
class OnAddendum(Tap, word="add"):
    """A step on what one's unit adds to briefings; `number` of a broadcast, or of an addendum."""

    step: Step
    number: Number = 0


@dataclass(frozen=True)
class OnMend(Tap, word="mend"):
    """A step on a correction that waits for its second person."""

    step: Step
    number: Number


@dataclass(frozen=True)
class Rule(Tap, word="rule"):
    """Whether one's own unit's broadcasts need approval; "!" marks what was asked for twice."""

    step: Step


@dataclass(frozen=True)
class Week(Tap, word="week"):
    """The plan of the week that begins on a day, by its ordinal."""

    day: Annotated[int, Field(ge=1, lt=10**7)]
