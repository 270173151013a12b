"""When nothing ordinary goes out: nights, weekends, public holidays; and where that defers it to."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.core.kernel.values import Ms
from bot.core.schedule.instants import EPOCH, LAST_MS, local_ms

LONGEST = 60  # days in a row that can be off; more is a mistake in the content


DAY = 24 * 60  # minutes
LONGEST_NIGHT = 16 * 60  # minutes; a longer one would leave too little of the day


class Quiet(StrEnum):
    """Quiet not now. Each has its words in the catalogue, under "quiet."."""

    NIGHT = "night"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


class Day(NamedTuple):
    """What a table says of a day: off, or worked though it is a weekend's."""

    off: bool
    name: str


Days = Callable[[date], Day | None]
"""What is known of a day beyond its weekday."""


def none_known(day: date) -> Day | None:
    """No day is anything but its weekday."""
    return None


def is_worked(day: date, days: Days = none_known) -> bool:
    """Whether offices work on a day: a weekday that is no public holiday, or a day made up for one."""
    known = days(day)
    return day.weekday() < 5 if known is None else not known.off


def leaves_a_day(start: int, end: int) -> bool:
    """Whether a night from one minute of the day to another leaves hours in which something can go out."""
    return (end - start) % DAY <= LONGEST_NIGHT


def night_of(start: int, end: int) -> str:
    """From one minute of the day to another: "21:00-06:00"."""
    return "-".join(f"{one // 60:02}:{one % 60:02}" for one in (start, end))


@dataclass(frozen=True, slots=True)
class Rest:
    """When nothing goes out. `start`, `end`: minutes of the day, the night from one to the other.

    Equal, there is no night. What falls on a day off goes on the next that is none, at its own time of day;
    what falls in a night goes at its end.
    """

    timezone: str
    start: int = 0
    end: int = 0
    weekends: bool = False
    days: Days = none_known

    def during(self, night: str | None) -> "Rest":
        """The same with another night, "21:00-06:00"; None: with its own."""
        if night is None:
            return self
        start, end = (int(one[:2]) * 60 + int(one[3:]) for one in night.split("-"))
        return replace(self, start=start, end=end)

    def why(self, at_ms: Ms) -> Quiet | None:
        """Quiet nothing goes out at an instant (ms UTC); None when it does."""
        local = self._local(at_ms)
        return self._off(local.date()) or self._night(local.hour * 60 + local.minute)

    def name(self, at_ms: Ms) -> str:
        """How the public holiday of an instant is called; empty where there is none."""
        known = self.days(self._local(at_ms).date())
        return known.name if known is not None and known.off else ""

    def deferred(self, at_ms: Ms) -> Ms:
        """The first instant from this one on when something goes out (ms UTC)."""
        local = self._local(at_ms)
        day, minute = local.date(), local.hour * 60 + local.minute
        off, night = self._off(day), self._night(minute)
        if off is None and night is None:
            return at_ms
        evening = night is not None and self.start > self.end and minute >= self.start
        if off is not None or evening:
            day = self._next(day)
        goes = self.end if night is not None else minute
        return local_ms(day, goes // 60, goes % 60, self.timezone)

    def _next(self, day: date) -> date:
        for _ in range(LONGEST):
            day += timedelta(days=1)
            if self._off(day) is None:
                return day
        return day

    def _off(self, day: date) -> Quiet | None:
        known = self.days(day)
        if known is not None:
            return Quiet.HOLIDAY if known.off else None
        return Quiet.WEEKEND if self.weekends and day.weekday() >= 5 else None

    def _night(self, minute: int) -> Quiet | None:
        if self.start <= self.end:
            asleep = self.start <= minute < self.end
        else:
            asleep = minute >= self.start or minute < self.end
        return Quiet.NIGHT if asleep else None

    def _local(self, at_ms: Ms) -> datetime:
        inside = min(max(at_ms, 0), LAST_MS)
        return (EPOCH + timedelta(milliseconds=inside)).astimezone(ZoneInfo(self.timezone))
