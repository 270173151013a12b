"""Periods of a digest: those whose figures cannot be set against one another to single somebody out.

A closed month is told of as it was; quarters, years and longer are sums of months. What is not over yet is
told of in whole steps, and so is a week, which months cut in two; one that is over is told of the same way
for good. No other days are summed up: two periods a
day apart would tell of that day.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.kernel.formats import fold

DAY = timedelta(days=1)
LONGEST = 10  # years


@dataclass(frozen=True, slots=True)
class Period:
    """`months`: closed ones, by their first day; `running`: first and last day of what is told in steps.

    `week`: the Monday of a week that is over, where it is one.
    """

    first: date
    last: date
    months: tuple[date, ...]
    running: tuple[date, date] | None
    week: date | None = None

    @property
    def whole(self) -> bool:
        """Whether it is told of as it was."""
        return self.running is None and self.week is None

    @property
    def closed(self) -> bool:
        """Whether what is told of it stays so."""
        return self.running is None

    @property
    def kept(self) -> dict[str, tuple[date, date]]:
        """Under which keys what is told of it is kept, and the days of each."""
        found = {month_key(month): (month, _end(month)) for month in self.months}
        return found if self.week is None else {week_key(self.week): (self.first, self.last)}


class NoPeriod(ValueError):
    """There is no such period. `args[0]` is a key of the catalogue."""


def period(first: date, last: date, today: date) -> Period:
    """The period that tells of these days, both included: a week, or the months they lie in.

    Raises NoPeriod for days that are turned round, to come, or too many.
    """
    if last < first:
        raise NoPeriod("digest.turned_round")
    if first > today:
        raise NoPeriod("digest.to_come")
    if last.year - first.year > LONGEST:
        raise NoPeriod("digest.too_long")
    if is_week(first, last, today):
        if last < today:
            return Period(first, last, (), None, first)
        return Period(first, min(last, today), (), (first, min(last, today)))
    last = min(_end(last), today)
    this, at, months = today.replace(day=1), first.replace(day=1), []
    while at <= last and (at < this):
        months.append(at)
        at = _end(at) + DAY
    running = (this, last) if last >= this else None
    return Period(first.replace(day=1), last, tuple(months), running)


def is_week(first: date, last: date, today: date) -> bool:
    """Whether these days are a week from Monday to Sunday, or this one up to today."""
    sunday = first + 6 * DAY
    return first.weekday() == 0 and (last == sunday or (last == today < sunday))


def before(one: Period) -> tuple[date, date]:
    """The days of the period before this one, of the same length."""
    if is_week(one.first, one.last, one.last):
        return one.first - 7 * DAY, one.first - DAY
    count = (one.last.year - one.first.year) * 12 + one.last.month - one.first.month + 1
    return add_months(one.first, -count), one.first - DAY


def month_key(day: date) -> str:
    """What names the month of a day: "2026-11"."""
    return f"{day:%Y-%m}"


def week_key(day: date) -> str:
    """What names the week of a day: "2026-W48"."""
    return f"{day:%G-W%V}"


def add_months(first: date, months: int) -> date:
    """The first day of a month so many months later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _end(day: date) -> date:
    """The last day of the month."""
    return add_months(day.replace(day=1), 1) - DAY


def span(name: str, today: date) -> tuple[date, date]:
    """First and last day of a period by its name, none after today. Raises KeyError."""
    month = today.replace(day=1)
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    monday = today - today.weekday() * DAY
    return {
        "week": (monday, today),
        "last_week": (monday - 7 * DAY, monday - DAY),
        "month": (month, today),
        "last_month": (add_months(month, -1), month - DAY),
        "quarter": (quarter, today),
        "last_quarter": (add_months(quarter, -3), quarter - DAY),
        "year": (today.replace(month=1, day=1), today),
        "last_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }[name]


def written(words: str, today: date) -> tuple[date, date] | None:
    """First and last day of a period as people write it: "tháng 9", "9/2026", "quý III/2026", "tháng trước".

    Without a year it is the last one that has begun. None where it is none.
    """
    said = " ".join(fold(words).split())
    if said in _SAID:
        return span(_SAID[said], today)
    if year := _YEAR.fullmatch(said):
        return _months(int(year[1]), 1, 12)
    found = _PART.fullmatch(said)
    if found is None or not (found[1] or found[3]):
        return None
    months = 3 if found[1] == "quy" else 1
    first = (_ROMAN.get(found[2]) or int(found[2])) * months - months + 1
    last_year = today.year if first <= today.month else today.year - 1
    return _months(int(found[3] or last_year), first, months) if 1 <= first <= 12 else None


_SAID = {
    f"{kind} {which}": f"{before}{name}"
    for kind, name in (("tuan", "week"), ("thang", "month"), ("quy", "quarter"), ("nam", "year"))
    for which, before in (("nay", ""), ("truoc", "last_"))
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_YEAR = re.compile(r"nam ([12]\d{3})")
_PART = re.compile(r"(?:(thang|quy) ?)?(\d{1,2}|i{1,3}|iv)(?: ?(?:[/.-]|nam|) ?([12]\d{3}))?")


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    begins = date(year, first, 1)
    return begins, add_months(begins, count) - DAY


def named_days(first: date, last: date) -> str:
    """Two days as one word, for a button: "2026-10-01_2026-10-31"."""
    return f"{first.isoformat()}_{last.isoformat()}"


def days_of(word: str) -> tuple[date, date] | None:
    """The two days of such a word; None where it is none."""
    first, _, last = word.partition("_")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
