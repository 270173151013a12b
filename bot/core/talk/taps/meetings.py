"""Taps on oral briefings that were held, and on conferences."""

from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Mark, Number, Step, Tap


@dataclass(frozen=True)
class OnMeeting(Tap, word="held"):
    """A step on an oral briefing that one held; "-" stands for the list of them."""

    step: Step
    meeting: Mark = "-"
    skip: Number = 0


@dataclass(frozen=True)
class MeetingsIn(Tap, word="heldin"):
    """The oral briefings held in a period, of one's unit and below."""

    period: Step


@dataclass(frozen=True)
class HeldIn(Tap, word="heldall"):
    """Each of those, one by one, after a number."""

    period: Step
    after: Number = 0


@dataclass(frozen=True)
class OnConference(Tap, word="conf"):
    """A step on a conference; 0 stands for the list of them. `other`: a broadcast, or from which line on."""

    step: Step
    number: Number = 0
    other: Number = 0


@dataclass(frozen=True)
class OnProposal(Tap, word="prop"):
    """A step on a difficulty or a proposal that one's unit sent for a conference."""

    step: Step
    proposal: Mark
