"""Taps on oneself, on who comes in, and on the people of a unit."""

from typing import Literal

from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Code, Key, Number, Step, Tap


@dataclass(frozen=True)
class Mine(Tap, word="me"):
    """A step of /toi; `language` goes with "lang"."""

    step: Step
    language: Key = ""


@dataclass(frozen=True)
class Anew(Tap, word="anew"):
    """Ask to join once more, in place of the request that waits."""


@dataclass(frozen=True)
class Admit(Tap, word="admit"):
    """Accept or decline a request to join; declining without a reason asks for one."""

    choice: Literal["yes", "no"]
    request: Number
    reason: Key = ""


@dataclass(frozen=True)
class OnCode(Tap, word="codes"):
    """A step on the invitations that are good; `number` of one, or from so many on."""

    step: Step
    number: Number


@dataclass(frozen=True)
class Take(Tap, word="take"):
    """What a member's new code opens; `proof` shows that it was offered to this chat."""

    invitation: Number
    proof: Code


@dataclass(frozen=True)
class People(Tap, word="people"):
    """A unit's own people, from so many on."""

    unit: Code
    skip: Number


@dataclass(frozen=True)
class Log(Tap, word="log"):
    """What was done at or below a unit, before a line of the audit log (0: the newest)."""

    unit: Code
    before: Number


@dataclass(frozen=True)
class Below(Tap, word="below"):
    """The units below a unit that have people, from so many on."""

    unit: Code
    skip: Number


@dataclass(frozen=True)
class OnMember(Tap, word="who"):
    """A step on a member; "!" marks what was asked for twice. `roles`: letters of those chosen so far."""

    step: Step
    member: Number
    roles: Key = ""


@dataclass(frozen=True)
class OnRequest(Tap, word="asks"):
    """A request to join, as the list of them shows it."""

    request: Number
