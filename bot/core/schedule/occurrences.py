"""When a broadcast falls due: from a schedule and an interval to instants.

Instants are UTC milliseconds since 1970. There are no timers here: whoever wakes up, however late, asks
what fell due since the last planned instant, and gets the same list.
"""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter, field_validator, model_validator

from bot.core.kernel.values import Frozen

DAY_MS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A day short of the calendar's end, so that no zone's offset leads past it.
LAST_MS = 253_402_300_799_000 - DAY_MS
# Occurrences end before the calendar's last month: some zones' UTC time would not fit in it.
LAST_MONTH = date.max.replace(day=1)


class Once(Frozen):
    """One occurrence, at an instant."""

    kind: Literal["once"] = "once"
    at: int = Field(ge=0, le=LAST_MS)


class Repeated(Frozen):
    """Days by the local calendar, at a local time. `first` and `until` are local dates, both included.

    A kind says which days by `days`, and is a member of `Schedule`; all else is the same for every kind.
    """

    hour: int = Field(ge=0, le=23)
    minute: int = Field(ge=0, le=59)
    timezone: str
    first: date | None = None
    until: date | None = None

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
        return self

    def days(self, start: date) -> Iterator[date]:
        """The nominal dates in order, from `start` or less than a month before it on, as far as there are."""
        raise NotImplementedError


class Monthly(Repeated):
    """Every month on a day; a day past the month's end means its last day."""

    kind: Literal["monthly"] = "monthly"
    day: int = Field(ge=1, le=31)

    def days(self, start: date) -> Iterator[date]:
        """One a month, from the month of `start` on."""
        for month in range(start.year * 12 + start.month - 1, date.max.year * 12 + 12):
            year, index = divmod(month, 12)
            yield date(year, index + 1, min(self.day, monthrange(year, index + 1)[1]))


Schedule = Annotated[Once | Monthly, Field(discriminator="kind")]
ScheduleAdapter: TypeAdapter[Schedule] = TypeAdapter(Schedule)


def next_occurrence(schedule: Once | Repeated, after_ms: int) -> int | None:
    """The first occurrence strictly after an instant, or None when there is no more. Never raises."""
    if isinstance(schedule, Once):
        return schedule.at if schedule.at > after_ms else None
    zone = ZoneInfo(schedule.timezone)
    for day in _days(schedule, _date_of(after_ms, zone)):
        at = _milliseconds(instant(datetime.combine(day, time(schedule.hour, schedule.minute)), zone))
        if at > max(after_ms, 0):
            return at
    return None


def due(schedule: Once | Repeated, since_ms: int, until_ms: int, limit: int = 1000) -> list[int]:
    """The occurrences after `since_ms` up to and including `until_ms`, in order; the oldest `limit` of them.

    Splitting the interval changes nothing, so it does not matter when anybody woke up or crashed.
    """
    found: list[int] = []
    at = next_occurrence(schedule, since_ms)
    while at is not None and at <= until_ms and len(found) < limit:
        found.append(at)
        at = next_occurrence(schedule, at)
    return found


def late(occurrence_ms: int, now_ms: int, late_limit_ms: int) -> bool:
    """Whether an occurrence is to be reported missed rather than sent (reliability.md, "When")."""
    return now_ms - occurrence_ms >= late_limit_ms


def _days(schedule: Repeated, around: date) -> Iterator[date]:
    """The schedule's nominal dates in order, from the month before `around` on, within its first and last."""
    start = max(around.replace(day=1) - timedelta(days=1), schedule.first or date.min)
    for day in schedule.days(start):
        if day >= LAST_MONTH or (schedule.until and day > schedule.until):
            return
        if not schedule.first or day >= schedule.first:
            yield day


def instant(local: datetime, zone: tzinfo) -> datetime:
    """A naive local time as an instant: the first of two in a fold, the first after it in a gap."""
    before, after = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before <= after:
        return before
    # In a gap fold 0 lands behind it and fold 1 before it; the clock's jump is somewhere between.
    seconds = range(int((before - after).total_seconds()) + 1)
    return after + timedelta(
        seconds=bisect_left(
            seconds,
            local,
            key=lambda s: (after + timedelta(seconds=s)).astimezone(zone).replace(tzinfo=None, fold=0),
        )
    )


def _milliseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(milliseconds=1)


def _date_of(ms: int, zone: tzinfo) -> date:
    inside = min(max(ms, DAY_MS), LAST_MS)
    return (EPOCH + timedelta(milliseconds=inside)).astimezone(zone).date()
