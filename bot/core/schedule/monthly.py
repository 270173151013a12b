"""Every month, by its day or by a weekday; every year on a day."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.core.schedule.repeated import Phrase, Repeated
from bot.core.schedule.weekly import Weekday

Short = Literal["last", "skip"]
"""What a month without that day does: its last day stands for it, or it is left out."""
SURE = 28  # every month has it


def _months(start: date) -> Iterator[tuple[int, int]]:
    for month in range(start.year * 12 + start.month - 1, date.max.year * 12 + 12):
        year, index = divmod(month, 12)
        yield year, index + 1


def _day(year: int, month: int, day: int, short: Short) -> date | None:
    length = monthrange(year, month)[1]
    return None if day > length and short == "skip" else date(year, month, min(day, length))


class Monthly(Repeated):
    """Every month on a day; a day past the month's end means its last day, or leaves the month out."""

    kind: Literal["monthly"] = "monthly"
    day: int = Field(ge=1, le=31)
    short: Short = "last"

    def days(self, start: date) -> Iterator[date]:
        """One a month at most, from the month of `start` on."""
        found = (_day(year, month, self.day, self.short) for year, month in _months(start))
        return (day for day in found if day is not None)

    def phrase(self) -> Phrase:
        """ "ngày 15 hằng tháng"."""
        if self.day <= SURE:
            return Phrase("monthly", {"day": self.day})
        return Phrase(f"monthly_{self.short}", {"day": self.day})


class MonthlyWeekday(Repeated):
    """The first to fourth, or the last (-1), of a weekday in every month; Monday is 0."""

    kind: Literal["monthly_weekday"] = "monthly_weekday"
    weekday: Weekday
    which: Literal[1, 2, 3, 4, -1]

    def days(self, start: date) -> Iterator[date]:
        """One a month, from the month of `start` on."""
        for year, month in _months(start):
            if self.which == -1:
                last = date(year, month, monthrange(year, month)[1])
                yield last - timedelta(days=(last.weekday() - self.weekday) % 7)
            else:
                first = date(year, month, 1)
                ahead = (self.weekday - first.weekday()) % 7
                yield first + timedelta(days=ahead + 7 * (self.which - 1))

    def phrase(self) -> Phrase:
        """ "thứ Hai đầu tiên hằng tháng", "thứ Hai lần thứ 2 hằng tháng", "thứ Sáu cuối cùng hằng tháng"."""
        if self.which in (1, -1):
            key = "first_weekday" if self.which == 1 else "last_weekday"
            return Phrase(key, {"weekday": self.weekday})
        return Phrase("nth_weekday", {"weekday": self.weekday, "which": self.which})


class Yearly(Repeated):
    """Every year on a day of the solar calendar; 29 February as `short` says."""

    kind: Literal["yearly"] = "yearly"
    day: int = Field(ge=1, le=31)
    month: int = Field(ge=1, le=12)
    short: Short = "last"

    @model_validator(mode="after")
    def _there_is_one(self) -> Self:
        if self.day > monthrange(2000, self.month)[1]:
            raise ValueError(f"month {self.month} has no day {self.day}")
        return self

    def days(self, start: date) -> Iterator[date]:
        """One a year at most, from the year of `start` on."""
        years = range(start.year, date.max.year + 1)
        found = (_day(year, self.month, self.day, self.short) for year in years)
        return (day for day in found if day is not None)

    def phrase(self) -> Phrase:
        """ "ngày 02/09 hằng năm"."""
        return Phrase("yearly", {"day": f"{self.day:02}", "month": f"{self.month:02}"})
