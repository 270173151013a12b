"""Taps on reports: one's own, those at a desk, and the answers to them."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Key, Mark, Number, Step, Tap

SORTED_BY = 28  # letters of a topic, a unit or words by which a desk is sorted


@dataclass(frozen=True)
class Desk(Tap, word="desk"):
    """A page of one's desk. `show`: open, over or passed; topics or units: by which one to sort them.

    `by`: all, topic, unit or words, and `value` which; "-" for none.
    """

    show: Literal["open", "over", "passed", "topics", "units"]
    by: Literal["all", "topic", "unit", "words"] = "all"
    value: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=SORTED_BY)] = "-"
    skip: Annotated[int, Field(ge=0, lt=10**7)] = 0


@dataclass(frozen=True)
class OnReport(Tap, word="rep"):
    """A step on a report at a desk, by code; "!" marks what was asked for twice.

    `other`: a second code, or how the report stood when it was read. `seen`: how both stood, "." between.
    """

    step: Step
    report: Mark
    other: Key = ""
    seen: Key = ""


@dataclass(frozen=True)
class OnMine(Tap, word="mine"):
    """A step on one of one's own reports; "-" stands for the list of them."""

    step: Step
    report: Mark = "-"
    skip: Number = 0


@dataclass(frozen=True)
class OnAnswer(Tap, word="said"):
    """Begin an answer to a topic; or a reporter's word on one: settled, or not yet."""

    choice: Literal["new", "settled", "not_yet"]
    answer: Number
