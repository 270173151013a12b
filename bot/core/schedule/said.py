"""What typed words say of a time, piece by piece, before it is put together."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from bot.core.kernel.values import Frozen

Part = Literal["sang", "trua", "chieu", "toi", "dem", "am", "pm"]
Which = Literal["this", "next"]


class Unclear(Frozen):
    """Why words are no time: a catalogue's key under "when.", and what it names.

    `day` and `weekday` (Monday is 0) are said in words; `words` as they stand. Of key "no_hour" the rest is
    understood: an hour more makes it a time.
    """

    key: str
    day: date | None = None
    weekday: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour as it was said. `exact`: on the 24-hour clock, as "00:00"; `part` of the day.

    `less`: some minutes before the hour that was said, which is the next.
    """

    hour: int
    minute: int
    exact: bool
    part: Part | None = None
    less: bool = False


@dataclass(frozen=True, slots=True)
class DayOf:
    """A day with its month. `calendar`: which it was said to be; None where it was not.

    `day` -1: the last of its month. `named`: "mùng", which either calendar may mean.
    `feast`: said by its name, so that the next is meant.
    """

    day: int
    month: int
    year: int | None = None
    calendar: Literal["lunar", "solar"] | None = None
    leap: bool = False
    named: bool = False
    feast: bool = False
    years: int | None = None  # after this one: "năm nay", "năm sau"
    cycle: int | None = None  # the place of a lunar year in the cycle of sixty: "năm Đinh Mùi"


@dataclass(frozen=True, slots=True)
class DayAlone:
    """A day of a month that was not named; 31 for the last (`last`). `lunar`: "rằm", "mùng 1"."""

    day: int
    which: Which | None = None
    lunar: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Nth:
    """The first to fourth, or last (-1), of a weekday in a month."""

    which: int
    weekday: int
    month: Which | None = None
    of: DayOf | None = None  # the first of the month that was named


@dataclass(frozen=True, slots=True)
class FromTet:
    """So many days after mùng 1 Tết, of a year where it was named."""

    offset: int
    year: int | None = None
    cycle: int | None = None


@dataclass(slots=True)
class Said:
    """All that was said. `week`: weeks after this one; `coming`: the next such weekday after today."""

    clocks: list[Clock] = field(default_factory=list)
    parts: set[Part] = field(default_factory=set)
    offsets: list[int] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    week: int | None = None
    coming: bool = False
    days: list[DayOf] = field(default_factory=list)
    alone: list[DayAlone] = field(default_factory=list)
    nth: list[Nth] = field(default_factory=list)
    tet: list[FromTet] = field(default_factory=list)
    ahead: timedelta | None = None
    by_clock: bool = False  # hours or minutes ahead
    at_once: bool = False
    every: set[Literal["day", "week", "month", "year"]] = field(default_factory=set)
    start: DayOf | DayAlone | int | None = None  # a number: days from today
    until: DayOf | DayAlone | int | None = None
    count: int | None = None
    span: tuple[int, Literal["day", "week", "month"]] | None = None  # "trong 5 ngày"
    doubt: Unclear | None = None

    def wonder(self, key: str, words: str = "", weekday: int | None = None) -> None:
        """The first doubt is the one that is asked about."""
        self.doubt = self.doubt or Unclear(key=key, words=words, weekday=weekday)
