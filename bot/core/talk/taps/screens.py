"""Taps on any screen: what a command does, and the buttons of a form."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Code, Key, Mark, Tap


@dataclass(frozen=True)
class Go(Tap, word="go"):
    """Do what a command does."""

    command: Code


@dataclass(frozen=True)
class Press(Tap, word="f"):
    """A button of a form's screen: which form (nonce), which of its screens, and what it means there."""

    nonce: Mark
    step: Annotated[int, Field(ge=0, lt=10**9)]
    command: Mark
    argument: Key = ""
