"""Days that come again, from what was said: every day, week, month or year, with start, end and count."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError

from bot.core.schedule import days
from bot.core.schedule.days import When
from bot.core.schedule.instants import milliseconds
from bot.core.schedule.lunar import Lunar, LunarMonthly
from bot.core.schedule.monthly import Monthly, MonthlyWeekday, Yearly
from bot.core.schedule.occurrences import Repeated, Schedule, next_occurrence
from bot.core.schedule.relative import Relative
from bot.core.schedule.repeated import MOST
from bot.core.schedule.said import DayAlone, DayOf, Said, Unclear
from bot.core.schedule.weekly import Daily, Weekly

Kind = tuple[type[Repeated], Mapping[str, Any]]


def recurring(said: Said, now: datetime, clock: time) -> Schedule | Unclear:
    """The schedule that is meant, `clock` being its time of day."""
    kind = _kind(said)
    if isinstance(kind, Unclear):
        return kind
    when = When(now.replace(tzinfo=None), clock)
    bounds = _bounds(said, when)
    if isinstance(bounds, Unclear):
        return bounds
    common = {"hour": clock.hour, "minute": clock.minute, "timezone": str(now.tzinfo)}
    try:
        found = _limited(said, kind, {**common, **bounds}, when)
    except ValidationError:
        return Unclear(key="not_kept")
    return found if isinstance(found, Unclear) else _none_ahead(found, now) or found  # type: ignore[return-value]


def _limited(said: Said, kind: Kind, common: Mapping[str, Any], when: When) -> Repeated | Unclear:
    """The days that were named, with the end that was said: a count, or so long from the first."""
    shape, values = kind
    found = shape.model_validate({**values, **common})
    until = _months(said, found, when)
    if until is not None:
        return shape.model_validate({**values, **common, "until": until})
    count = _count(said, found)
    if isinstance(count, Unclear) or count is None:
        return count or found
    # What is counted is what goes out: from the first that is still ahead.
    first = common.get("first") or when.today
    if next(found.between(first), None) == when.today and not when.ahead(when.today):
        first += timedelta(days=1)
    return shape.model_validate({**values, **common, "first": first, "count": count})


def _none_ahead(found: Repeated, now: datetime) -> Unclear | None:
    if next_occurrence(found, milliseconds(now)) is not None:
        return None
    return Unclear(key="none_between" if found.until and found.until >= now.date() else "past")


def _kind(said: Said) -> Kind | Unclear:
    """Which days are meant. What does not go together is refused."""
    bounds = said.start is not None or said.until is not None
    every = said.every or ({"week"} if said.weekdays else {"day"} if bounds else set())
    if not every:
        return Unclear(key="no_period")
    if len(every) > 1 and not (every == {"day", "week"} and said.weekdays):
        return Unclear(key="two_days")
    if said.offsets or said.ahead is not None or said.week is not None or said.coming:
        return Unclear(key="two_days")
    named = [bool(one) for one in (said.weekdays, said.days, said.alone, said.nth, said.tet)]
    if sum(named) > 1:
        return Unclear(key="two_days")
    if "week" in every:
        return _weekly(said, any(named[1:]))
    if "day" in every:
        return Unclear(key="two_days") if any(named) else (Daily, {})
    return _monthly(said) if "month" in every else _yearly(said)


def _weekly(said: Said, others: bool) -> Kind | Unclear:
    if others:
        return Unclear(key="two_days")
    if not said.weekdays:
        return Unclear(key="no_weekday")
    if len(set(said.weekdays)) == 7:
        return Daily, {}
    return Weekly, {"weekdays": tuple(said.weekdays)}


def _monthly(said: Said) -> Kind | Unclear:
    if said.nth:
        one = said.nth[0]
        if len(said.nth) > 1 or one.month is not None or one.of is not None:
            return Unclear(key="two_days")
        return MonthlyWeekday, {"weekday": one.weekday, "which": one.which}
    if not said.alone or any(one.which is not None for one in said.alone):
        others = said.alone or said.weekdays or said.days or said.tet
        return Unclear(key="two_days" if others else "no_month_day")
    if all(one.lunar for one in said.alone):
        found = tuple(one.day for one in said.alone)
        wrong = [day for day in found if not 1 <= day <= 30]
        if wrong:
            return Unclear(key="no_lunar_day", words=str(wrong[0]))
        return LunarMonthly, {"month_days": found}
    if len(said.alone) > 1:
        return Unclear(key="two_days")
    day = said.alone[0].day
    return (Monthly, {"day": day}) if 1 <= day <= 31 else Unclear(key="no_day", words=str(day))


def _yearly(said: Said) -> Kind | Unclear:
    if any(known is not None for known in [one.cycle for one in said.days] + [one.cycle for one in said.tet]):
        return Unclear(key="two_days")
    if said.tet and len(said.tet) == 1 and said.tet[0].year is None:
        return Relative, {"offset": said.tet[0].offset}
    if len(said.days) != 1 or said.days[0].year is not None:
        return Unclear(key="two_days" if said.days or said.tet else "no_year_day")
    return _year_day(said.days[0])


def _year_day(one: DayOf) -> Kind | Unclear:
    if one.calendar == "lunar":
        if not (1 <= one.month <= 12 and 1 <= one.day <= 30):
            return Unclear(key="no_lunar_day", words=f"{one.day}/{one.month}")
        return Lunar, {"day": one.day, "month": one.month, "leap": "leap" if one.leap else "regular"}
    known = days.solar(one, When(datetime(2000, 1, 1), time()))  # noqa: DTZ001 - a leap year, for any day
    if isinstance(known, Unclear):
        return known
    return Yearly, {"day": one.day if one.day > 0 else 31 if one.month != 2 else 29, "month": one.month}


def _bounds(said: Said, when: When) -> dict[str, date] | Unclear:
    """The first and last day that were said; within the year where no year was."""
    found: dict[str, date] = {}
    for name, one in (("first", said.start), ("until", said.until)):
        if one is None:
            continue
        day = _day(one, when)
        if isinstance(day, Unclear):
            return day
        found[name] = day
    if "until" in found and found["until"] < when.today:
        return Unclear(key="past_day", day=found["until"])
    if len(found) == 2 and found["until"] < found["first"]:
        return Unclear(key="ends_before", day=found["until"])
    return found


def _day(one: DayOf | DayAlone | int, when: When) -> date | Unclear:
    if isinstance(one, int):
        return when.today + timedelta(days=one)
    if isinstance(one, DayAlone):
        return days.alone(one, when)
    return days.lunar(one, when) if one.calendar == "lunar" else days.solar(one, when)


def _count(said: Said, kind: Repeated) -> int | Unclear | None:
    """How many times: as said, or as many as fit in the time that was said."""
    count = said.count
    if said.span is not None:
        number, unit = said.span
        each = _each(kind, unit)
        if count is not None or said.until is not None or not each:
            return Unclear(key="two_days")
        count = number * each
    return Unclear(key="not_kept") if count is not None and count > MOST else count


def _each(kind: Repeated, unit: str) -> int:
    """How many times in a day, week or month; 0 where that is no whole number."""
    if isinstance(kind, Daily):
        return {"day": 1, "week": 7, "month": 0}[unit]
    if isinstance(kind, Weekly):
        return len(kind.weekdays) * (unit == "week")
    if isinstance(kind, LunarMonthly):
        return len(kind.month_days) * (unit == "month")
    return int(isinstance(kind, Monthly | MonthlyWeekday) and unit == "month")


def _months(said: Said, kind: Repeated, when: When) -> date | None:
    """The last day of so many months of days or weeks: before the same day of a later month comes again."""
    if said.span is None or said.span[1] != "month" or said.count is not None or said.until is not None:
        return None
    if not isinstance(kind, Daily | Weekly):
        return None
    begin = kind.first or when.today
    first = next((day for day in kind.between(begin) if when.ahead(day)), begin)
    year, index = divmod(first.year * 12 + first.month - 1 + said.span[0], 12)
    length = monthrange(year, index + 1)[1]
    return (
        date(year, index + 1, first.day) - timedelta(days=1)
        if first.day <= length
        else date(year, index + 1, length)
    )
