"""Days as people name them, to dates: the nearest that is meant, or why none is."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bot.core.schedule import cycle
from bot.core.schedule.lunar import Leap, to_lunar, to_solar
from bot.core.schedule.monthly import MonthlyWeekday
from bot.core.schedule.relative import Relative
from bot.core.schedule.said import DayAlone, DayOf, FromTet, Nth, Said, Unclear

HALF_YEAR = timedelta(days=183)
_WEEKS_AHEAD = 6
_MONTHS_AHEAD = 14


class When:
    """Now, and the time of day that was said: whether a day is still ahead."""

    def __init__(self, now: datetime, clock: time) -> None:
        self.today = now.date()
        self._passed = clock <= now.time()

    def ahead(self, day: date) -> bool:
        """Whether that time of that day is still to come."""
        return day > self.today or (day == self.today and not self._passed)


def solar(one: DayOf, when: When) -> date | Unclear:
    """A day of the solar calendar. Without a year the nearest: up to half a year back it is past."""
    if not 1 <= one.month <= 12:
        return Unclear(key="no_month", words=str(one.month))
    if one.named and one.calendar is None:
        return Unclear(key="lunar_or_solar", words=f"{one.day}/{one.month}")
    of = one.year if one.years is None else when.today.year + one.years
    longest = monthrange(of or 2000, one.month)[1]
    if not -1 <= one.day <= longest or one.day == 0:
        return Unclear(key="no_day", words=f"{one.day}/{one.month}")
    if of is not None:
        return date(of, one.month, one.day if one.day > 0 else longest)
    for year in range(when.today.year, min(when.today.year + 1, date.max.year) + 1):
        length = monthrange(year, one.month)[1]
        day = one.day if one.day > 0 else length
        if day > length:
            continue
        found = date(year, one.month, day)
        if when.ahead(found) if one.feast else found > when.today - HALF_YEAR:
            return found
    return Unclear(key="no_day", words=f"{one.day}/{one.month}")


def lunar(one: DayOf, when: When) -> date | Unclear:
    """A day of the lunar calendar: the next, or that of a year that can only be one."""
    written = f"{one.day}/{one.month}"
    if not (1 <= one.month <= 12 and 1 <= one.day <= 30):
        return Unclear(key="no_lunar_day", words=written)
    leap: Leap = "leap" if one.leap else "regular"

    def of(year: int) -> list[date]:
        return to_solar(year, one.month, one.day, leap, "last")

    try:
        if one.year is not None:
            return _of_year(one.year, of, written)
        this = to_lunar(when.today).year
        if one.cycle is not None:
            found = of(cycle.nearest(one.cycle, this))
            return found[0] if found else Unclear(key="no_lunar_day", words=written)
        found = [day for year in range(this - 1, min(this + 40, 2100)) for day in of(year) if when.ahead(day)]
    except ValueError:
        return Unclear(key="no_lunar_day", words=written)
    return found[0] if found else Unclear(key="no_leap_month" if one.leap else "no_lunar_day", words=written)


def _of_year(year: int, of: Callable[[int], list[date]], written: str) -> date | Unclear:
    """A year may be meant by either calendar: only where both name the same day it is taken."""
    found = {*of(year), *(day for day in of(year - 1) if day.year == year)}
    if len(found) == 1:
        return found.pop()
    return Unclear(key="year_of_lunar" if found else "no_leap_month", words=written)


def tet(one: FromTet, when: When) -> date | Unclear:
    """So many days from the next Tết whose day is still ahead, or from that of a year."""
    days = Relative(offset=one.offset, hour=0, minute=0, timezone="UTC").days(when.today)
    for day in days:
        year = (day - timedelta(days=one.offset)).year
        if one.cycle is not None:
            if year == cycle.nearest(one.cycle, to_lunar(when.today).year):
                return day
            continue
        if (one.year is None and when.ahead(day)) or year == one.year:
            return day
    return Unclear(key="no_lunar_day", words="1/1")


def alone(one: DayAlone, when: When) -> date | Unclear:
    """A day without its month: the next such day, or that of this or the next month."""
    if one.lunar:
        return _lunar_alone(one, when)
    if not 1 <= one.day <= 31:
        return Unclear(key="no_day", words=str(one.day))
    if one.which is not None:
        year, month = _month(when.today, int(one.which == "next"))
        length = monthrange(year, month)[1]
        if one.day > length and not one.last:
            return Unclear(key="no_day", words=f"{one.day}/{month}")
        return date(year, month, min(one.day, length))
    for ahead in range(_MONTHS_AHEAD):
        year, month = _month(when.today, ahead)
        length = monthrange(year, month)[1]
        if (one.day <= length or one.last) and when.ahead(day := date(year, month, min(one.day, length))):
            return day
    return Unclear(key="no_day", words=str(one.day))


def _month(today: date, ahead: int) -> tuple[int, int]:
    year, index = divmod(today.year * 12 + today.month - 1 + ahead, 12)
    return year, index + 1


def _lunar_alone(one: DayAlone, when: When) -> date | Unclear:
    if not 1 <= one.day <= 30:
        return Unclear(key="no_lunar_day", words=str(one.day))
    try:
        this = to_lunar(when.today)
        if one.which is None:
            near = (when.today + timedelta(days=ahead) for ahead in range(62))
            return next(day for day in near if to_lunar(day).day == one.day and when.ahead(day))
        begin = when.today - timedelta(days=this.day - 1)
        if one.which == "next":
            begin += timedelta(days=30)
            begin -= timedelta(days=to_lunar(begin).day - 1)
        day = begin + timedelta(days=one.day - 1)
        return day if to_lunar(day).day == one.day else Unclear(key="no_lunar_day", words=str(one.day))
    except (ValueError, StopIteration):
        return Unclear(key="no_lunar_day", words=str(one.day))


def nth(one: Nth, when: When) -> date | Unclear:
    """The next such weekday of a month, or that of this or the next month."""
    kind = MonthlyWeekday(weekday=one.weekday, which=one.which, hour=0, minute=0, timezone="UTC")
    if one.of is not None:
        begin = solar(one.of, when)
        if isinstance(begin, Unclear):
            return begin
        return next(kind.days(begin))
    days = kind.days(when.today)
    if one.month is not None:
        this = next(days)
        return this if one.month == "this" else next(days)
    return next(day for day in days if when.ahead(day))


def weekday(said: Said, when: When) -> date | Unclear:
    """The nearest such day ahead, or that of this or a later week."""
    meant = said.weekdays[0]
    monday = when.today - timedelta(days=when.today.weekday())
    if said.week is not None:
        return monday + timedelta(days=7 * said.week + meant)
    for ahead in range(7 * _WEEKS_AHEAD):
        day = when.today + timedelta(days=ahead)
        if day.weekday() == meant and when.ahead(day) and not (said.coming and day == when.today):
            return day
    return Unclear(key="unknown")
