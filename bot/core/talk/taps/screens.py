"""Taps on any screen: what a command does, and the buttons of a form."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from bot.core.talk.tap import LONGEST, Code, Key, Mark, Step, Tap

MOST = LONGEST - len("out:")


@dataclass(frozen=True)
class Go(Tap, word="go"):
    """Do what a command does."""

    command: Code


@dataclass(frozen=True)
class HelpOf(Tap, word="help"):
    """The commands of one part of the help (`handlers.access.PARTS`); "all": its first screen."""

    part: Step


@dataclass(frozen=True)
class Press(Tap, word="f"):
    """A button of a form's screen: which form (nonce), which of its screens, and what it means there."""

    nonce: Mark
    step: Annotated[int, Field(ge=0, lt=10**9)]
    command: Mark
    argument: Key = ""


@dataclass(frozen=True)
class TakeOut(Tap, word="out"):
    """Take what one typed out of the chat. `messages`: the first by its number, then how far on each is."""

    messages: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,16}(\.[0-9]{1,16})*$", max_length=MOST)]

    @staticmethod
    def of(messages: Iterable[str]) -> "TakeOut | None":
        """Of messages by their numbers, the newest of them where a button cannot hold all; None of none."""
        numbers = sorted({int(one) for one in messages})
        while numbers:
            first, *others = numbers
            said = ".".join(map(str, (first, *(one - first for one in others))))
            if len(said) <= MOST:
                return TakeOut(said)
            del numbers[0]
        return None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The messages, the newest first: they may be taken out for the longest."""
        first, *others = map(int, self.messages.split("."))
        return tuple(str(one) for one in sorted({first, *(first + one for one in others)}, reverse=True))
