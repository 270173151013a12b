"""Taps on digests and on the year in review."""

from pydantic.dataclasses import dataclass

from bot.core.talk.tap import Code, Few, Key, Number, Step, Tap


@dataclass(frozen=True)
class DigestOf(Tap, word="dig"):
    """The digest of a period."""

    period: Step


@dataclass(frozen=True)
class DigestFile(Tap, word="digf"):
    """The digest of a period as a file; `form` "ask" asks which, "docx.CODE" names a layout.

    `period`: its name, or two ISO dates with "_" between.
    """

    form: Code
    period: Code


@dataclass(frozen=True)
class OnDigest(Tap, word="dgs"):
    """A step on a unit's stored digest as it was seen; "!" marks what was asked for twice.

    `about`: a part or a file's format by its name, a theme or view by its place; the days to draw up.
    """

    step: Step
    number: Number
    revision: Few = 0
    about: Key = ""


@dataclass(frozen=True)
class OnYear(Tap, word="year"):
    """A year in review: `form` "show", or a kind of file; "docx.CODE" names a layout."""

    form: Code
    year: Few
