"""What every kind of schedule that goes by days has in common: the time of day, start, end and count."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from bot.core.kernel.values import Frozen, Ms
from bot.core.schedule.instants import local_ms

# Occurrences end before the calendar's last month: some zones' UTC time would not fit in it.
LAST_MONTH = date.max.replace(day=1)
MOST = 1000  # occurrences that may be counted


class Phrase(NamedTuple):
    """What a schedule says of its days: a catalogue's key under "schedule.", and its values."""

    key: str
    values: Mapping[str, object]


class Repeated(Frozen):
    """Days by the local calendar, at a local time. `first` and `until` are local dates, both included.

    `count`: how many there are, from `first` on. A kind says which days by `days`, and how people call them
    by `phrase`; it is a member of `Schedule`; all else is the same for every kind.
    """

    hour: int = Field(ge=0, le=23)
    minute: int = Field(ge=0, le=59)
    timezone: str
    first: date | None = None
    until: date | None = None
    count: int | None = Field(None, ge=1, le=MOST)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{name!r} is not a time zone, for example Asia/Ho_Chi_Minh") from None
        return name

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.until and self.until < self.first:
            raise ValueError(f"until {self.until} is before first {self.first}")
        if self.count is not None and self.first is None:
            raise ValueError("count is counted from first, which is missing")
        return self

    @property
    def repeats(self) -> bool:
        """Whether more than one occurrence is meant."""
        return self.count != 1

    @property
    def lunar(self) -> bool:
        """Whether its days are of the lunar calendar."""
        return False

    def days(self, start: date) -> Iterator[date]:
        """The nominal dates in order, from `start` or somewhat before it on, as far as there are."""
        raise NotImplementedError

    def phrase(self) -> Phrase:
        """Its days as people call them."""
        raise NotImplementedError

    def between(self, start: date, end: date | None = None) -> Iterator[date]:
        """Its dates in order from `start` on, within its first, last and count; up to `end`."""
        begin = max(start, self.first or date.min)
        last = min(self.until or date.max, end or date.max)
        if self.count is not None:
            last = min(last, _counted(self))
        for day in self.days(begin):
            if day > last or day >= LAST_MONTH:
                return
            if day >= begin:
                yield day

    def at(self, day: date) -> Ms:
        """Its time on a day, ms UTC."""
        return local_ms(day, self.hour, self.minute, self.timezone)


@lru_cache(maxsize=4096)
def _counted(schedule: Repeated) -> date:
    """The date of the last of so many occurrences."""
    first = schedule.first or date.min
    days = (day for day in schedule.days(first) if day >= first)
    found = list(islice(days, schedule.count))
    return found[-1] if found else first - timedelta(days=1)
