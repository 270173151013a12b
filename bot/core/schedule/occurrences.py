"""When a broadcast falls due: from a schedule and an interval to instants.

Instants are UTC milliseconds since 1970. There are no timers here: whoever wakes up, however late, asks
what fell due since the last planned instant, and gets the same list.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter

from bot.core.kernel.values import Ms
from bot.core.schedule.instants import LAST_MS, date_of
from bot.core.schedule.lunar import Lunar, LunarMonthly
from bot.core.schedule.monthly import Monthly, MonthlyWeekday, Yearly
from bot.core.schedule.once import Once
from bot.core.schedule.quiet import Rest
from bot.core.schedule.relative import Relative
from bot.core.schedule.repeated import Repeated
from bot.core.schedule.weekly import Daily, Weekly

__all__ = ["LAST_MS", "Monthly", "Once", "Repeated", "Schedule", "due", "late", "next_occurrence"]

Schedule = Annotated[
    Once | Daily | Weekly | Monthly | MonthlyWeekday | Yearly | Lunar | LunarMonthly | Relative,
    Field(discriminator="kind"),
]
ScheduleAdapter: TypeAdapter[Schedule] = TypeAdapter(Schedule)


def occurrences(schedule: Once | Repeated, after_ms: Ms, until_ms: Ms = LAST_MS) -> Iterator[Ms]:
    """The occurrences after an instant up to and including another, in order, each once. Never raises."""
    if isinstance(schedule, Once):
        if after_ms < schedule.at <= until_ms:
            yield schedule.at
        return
    zone, day = ZoneInfo(schedule.timezone), timedelta(days=1)
    around, last = max(after_ms, 0), date_of(until_ms, zone)
    for one in schedule.between(date_of(after_ms, zone) - day, min(last, last.max - day) + day):
        at = schedule.at(one)
        if at > until_ms:
            return
        if at > around:  # a day that a zone left out gives the same instant as the one after it
            yield at
            around = at


def next_occurrence(schedule: Once | Repeated, after_ms: Ms) -> Ms | None:
    """The first occurrence strictly after an instant, or None when there is no more. Never raises."""
    return next(occurrences(schedule, after_ms), None)


class Going(NamedTuple):
    """An occurrence by its own time, and when it goes out (ms UTC)."""

    at: Ms
    goes: Ms


def going(schedule: Once | Repeated, after_ms: Ms, rest: Rest | None) -> Iterator[Going]:
    """The occurrences after an instant that go out, in order, where `rest` defers them to.

    One that is deferred to the next one's time, or past it, gives way to it: daily news of a long holiday
    come once when it is over.
    """
    following = occurrences(schedule, after_ms)
    at = next(following, None)
    while at is not None:
        goes = at if rest is None else rest.deferred(at)
        then = next(following, None)
        if then is None or goes < then:
            yield Going(at, goes)
        at = then


def next_due(schedule: Once | Repeated, after_ms: Ms, rest: Rest | None) -> Going | None:
    """The first occurrence after an instant that goes out."""
    return next(going(schedule, after_ms, rest), None)


def goes_at(schedule: Once | Repeated, after_ms: Ms, rest: Rest | None) -> Ms | None:
    """When the first occurrence after an instant goes out; None where none does."""
    found = next_due(schedule, after_ms, rest)
    return found.goes if found is not None else None


def due(
    schedule: Once | Repeated, since_ms: Ms, until_ms: Ms, limit: int = 1000, rest: Rest | None = None
) -> list[Ms]:
    """The occurrences after `since_ms` that go out by `until_ms`, in order; the oldest `limit` of them.

    Each by its own time, wherever `rest` defers it to. Splitting the interval changes nothing, so it does not
    matter when anybody woke up or crashed.
    """
    found: list[Ms] = []
    for one in going(schedule, since_ms, rest):
        if one.goes > until_ms or len(found) == limit:
            break
        found.append(one.at)
    return found


def late(occurrence_ms: Ms, now_ms: Ms, late_limit_ms: int) -> bool:
    """Whether an occurrence is to be reported missed rather than sent (reliability.md, "When")."""
    return now_ms - occurrence_ms >= late_limit_ms
