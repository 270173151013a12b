"""Taps of who reads: briefings delivered or listed, their files and pages, topics, questions on them."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Code, Delivery, Number, Tap


@dataclass(frozen=True)
class Confirm(Tap, word="ack"):
    """I have read this delivery."""

    delivery: Delivery


@dataclass(frozen=True)
class ConfirmFull(Tap, word="ackf"):
    """I have read this delivery: pressed below its whole text."""

    delivery: Delivery


@dataclass(frozen=True)
class Full(Tap, word="full"):
    """The whole text of a delivered briefing."""

    delivery: Delivery


@dataclass(frozen=True)
class Files(Tap, word="files"):
    """The files of a delivered briefing."""

    delivery: Delivery


@dataclass(frozen=True)
class Noted(Tap, word="noted"):
    """I know of this correction: the delivery that told of it."""

    delivery: Delivery


@dataclass(frozen=True)
class Reread(Tap, word="reread"):
    """The first screen of a delivered briefing again."""

    delivery: Delivery


@dataclass(frozen=True)
class Open(Tap, word="open"):
    """A briefing of a list."""

    briefing: Number


@dataclass(frozen=True)
class FullOf(Tap, word="bfull"):
    """The whole text of a briefing opened from a list."""

    briefing: Number


@dataclass(frozen=True)
class FilesOf(Tap, word="bfiles"):
    """The files of a briefing opened from a list."""

    briefing: Number


@dataclass(frozen=True)
class Outline(Tap, word="page"):
    """A page to speak from, or the loudspeaker's words: of a delivery ("to") or of one in a list ("of")."""

    of: Literal["of", "to"]
    number: Number
    form: Literal["ask", "docx", "pdf", "loa"]


@dataclass(frozen=True)
class Follow(Tap, word="topic"):
    """Follow a topic, or stop following it."""

    topic: Code


@dataclass(frozen=True)
class Seek(Tap, word="seek"):
    """Search for these words, folded, with "_" between them."""

    words: Code


@dataclass(frozen=True)
class Quiz(Tap, word="quiz"):
    """A choice (from 1; 0: later) of a question of understanding (from 1) about a delivered briefing."""

    delivery: Number
    question: Annotated[int, Field(ge=1, le=9)]
    choice: Annotated[int, Field(ge=0, le=9)]
