"""Taps on what is asked and answered about a briefing."""

from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Delivery, Number, Step, Tap


@dataclass(frozen=True)
class AskOn(Tap, word="hoi"):
    """What is asked and answered about a delivered briefing."""

    delivery: Delivery


@dataclass(frozen=True)
class KitOf(Tap, word="kit"):
    """The same of a briefing opened from a list, from so many entries on."""

    briefing: Number
    skip: Number = 0


@dataclass(frozen=True)
class OnEntry(Tap, word="kite"):
    """A step on an entry of a kit; "!" marks what was asked for twice. "add": of the kit of a briefing."""

    step: Step
    number: Number
