"""The Vietnamese lunar calendar (UTC+7), and days by it, every year or every month.

Vietnam and China differ on some days, first again at Tết 2030; the months are those of lunar-vn.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, field_validator

from bot.core.schedule.monthly import Short
from bot.core.schedule.repeated import Phrase, Repeated

FIRST_YEAR, LAST_YEAR = 1900, 2099  # lunar years whose every day the library knows
Leap = Literal["regular", "leap", "both"]
"""Which of two months of one number is meant, in a year that has a leap month."""


class LunarDay(NamedTuple):
    """A day of the lunar calendar; `leap`: of the leap month."""

    day: int
    month: int
    year: int
    leap: bool = False


class Month(NamedTuple):
    """A lunar month: the ordinal of its first day, and its 29 or 30 days."""

    start: int
    month: int
    leap: bool
    length: int


@lru_cache(maxsize=512)
def months(year: int) -> tuple[Month, ...]:
    """A lunar year's 12 or 13 months. Raises ValueError outside 1900 to 2099."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"lunar year {year} is not between {FIRST_YEAR} and {LAST_YEAR}")
    from lunar_vn.core import convert_lunar_to_solar  # needed by few, long after the start

    def first(month: int, in_year: int, leap: int = 0) -> int:
        return convert_lunar_to_solar(1, month, in_year, leap).toordinal()

    regular = [first(month, year) for month in range(1, 13)] + [first(1, year + 1)]
    starts = []
    for month, (start, following) in enumerate(pairwise(regular), 1):
        starts.append((start, month, False))
        if following - start > 30:
            starts.append((first(month, year, 1), month, True))
    ends = [start for start, _, _ in starts[1:]] + [regular[-1]]
    return tuple(Month(*one, end - one[0]) for one, end in zip(starts, ends, strict=True))


def new_year(year: int) -> date:
    """Mùng 1 Tết of a lunar year. Raises ValueError outside 1900 to 2099."""
    return date.fromordinal(months(year)[0].start)


def to_lunar(day: date) -> LunarDay:
    """A day's lunar date. Raises ValueError outside the years that are known."""
    ordinal, year = day.toordinal(), day.year
    if year > LAST_YEAR or ordinal < months(year)[0].start:
        year -= 1
    of = months(year)
    one = of[bisect_right(of, ordinal, key=lambda month: month.start) - 1]
    if not one.start <= ordinal < one.start + one.length:
        raise ValueError(f"{day} is in no lunar year that is known")
    return LunarDay(ordinal - one.start + 1, one.month, year, one.leap)


def to_solar(year: int, month: int, day: int, leap: Leap, short: Short) -> list[date]:
    """That day of a lunar year: none, one, or one in each of two months of that number."""
    found = [_within(one, day, short) for one in months(year) if one.month == month and _meant(one, leap)]
    return [one for one in found if one is not None]


def _meant(month: Month, leap: Leap) -> bool:
    return leap == "both" or month.leap == (leap == "leap")


def _within(month: Month, day: int, short: Short) -> date | None:
    if day > month.length and short == "skip":
        return None
    return date.fromordinal(month.start + min(day, month.length) - 1)


def _years(start: date) -> range:
    return range(max(start.year - 1, FIRST_YEAR), LAST_YEAR + 1)


class Lunar(Repeated):
    """Every lunar year on a day. The 30th of a month of 29 days is its last, or is left out."""

    kind: Literal["lunar"] = "lunar"
    day: int = Field(ge=1, le=30)
    month: int = Field(ge=1, le=12)
    leap: Leap = "regular"
    short: Short = "last"

    @property
    def lunar(self) -> bool:
        """Its days are of the lunar calendar."""
        return True

    def days(self, start: date) -> Iterator[date]:
        """From the lunar year before the one of `start` on, as far as the calendar is known."""
        for year in _years(start):
            yield from to_solar(year, self.month, self.day, self.leap, self.short)

    def phrase(self) -> Phrase:
        """ "23 tháng Chạp hằng năm"."""
        return Phrase("lunar", {"lunar": (self.day, self.month, self.leap == "leap")})


class LunarMonthly(Repeated):
    """Some days of every lunar month, leap months among them unless `leap` says otherwise."""

    kind: Literal["lunar_monthly"] = "lunar_monthly"
    month_days: tuple[Annotated[int, Field(ge=1, le=30)], ...] = Field(min_length=1, max_length=30)
    leap: Leap = "both"
    short: Short = "last"

    @field_validator("month_days")
    @classmethod
    def _sorted(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(set(days)))

    @property
    def lunar(self) -> bool:
        """Its days are of the lunar calendar."""
        return True

    def days(self, start: date) -> Iterator[date]:
        """From the lunar year before the one of `start` on, each day once."""
        for year in _years(start):
            for month in months(year):
                if month.start + month.length > start.toordinal() and _meant(month, self.leap):
                    found = [_within(month, day, self.short) for day in self.month_days]
                    yield from sorted({day for day in found if day is not None})

    def phrase(self) -> Phrase:
        """ "mùng 1 và rằm hằng tháng âm lịch"."""
        return Phrase("lunar_monthly", {"lunar_days": self.month_days})
