"""Taps on questions: asked, one's own, and those that a unit is to answer."""

from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Number, Step, Tap


@dataclass(frozen=True)
class AskAbout(Tap, word="ask"):
    """Ask something about a briefing; 0: about none that is named yet."""

    briefing: Number


@dataclass(frozen=True)
class MyQuestion(Tap, word="myq"):
    """A step on one of one's own questions."""

    step: Step
    number: Number


@dataclass(frozen=True)
class Questions(Tap, word="qs"):
    """A page of the questions that one's unit is to answer: open or over, from so many on."""

    show: Step
    skip: Number = 0


@dataclass(frozen=True)
class OnQuestion(Tap, word="q"):
    """A step on a question at one's unit; "!" marks what was asked for twice."""

    step: Step
    number: Number
