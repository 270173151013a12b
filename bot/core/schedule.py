"""When a broadcast falls due: from a schedule and an interval to instants, and from typed words to one.

Instants are UTC milliseconds since 1970. There are no timers here: whoever wakes up, however late, asks
what fell due since the last planned instant, and gets the same list.
"""

import re
import unicodedata
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, TypeAdapter, field_validator, model_validator

from bot.core.message import Frozen

DAY_MS = 86_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A day short of the calendar's end, so that no zone's offset leads past it.
LAST_MS = 253_402_300_799_000 - DAY_MS


class Once(Frozen):
    """One occurrence, at an instant."""

    kind: Literal["once"] = "once"
    at: int = Field(ge=0, le=LAST_MS)


class Monthly(Frozen):
    """Every month on a day at a local time; a day past the month's end means its last day.

    `first` and `until` are local dates, both included.
    """

    kind: Literal["monthly"] = "monthly"
    day: int = Field(ge=1, le=31)
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
    def _in_order(self) -> "Monthly":
        if self.first and self.until and self.until < self.first:
            raise ValueError(f"until {self.until} is before first {self.first}")
        return self


Schedule = Annotated[Once | Monthly, Field(discriminator="kind")]
ScheduleAdapter: TypeAdapter[Once | Monthly] = TypeAdapter(Schedule)


def next_occurrence(schedule: Once | Monthly, after_ms: int) -> int | None:
    """The first occurrence strictly after an instant, or None when there is no more. Never raises."""
    if isinstance(schedule, Once):
        return schedule.at if schedule.at > after_ms else None
    zone = ZoneInfo(schedule.timezone)
    for day in _days(schedule, _date_of(after_ms, zone)):
        at = _milliseconds(_instant(datetime.combine(day, time(schedule.hour, schedule.minute)), zone))
        if at > max(after_ms, 0):
            return at
    return None


def due(schedule: Once | Monthly, since_ms: int, until_ms: int, limit: int = 1000) -> list[int]:
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


def _days(schedule: Monthly, around: date) -> Iterator[date]:
    """The schedule's nominal dates in order, from the month before `around` on."""
    start = max(around.replace(day=1) - timedelta(days=1), schedule.first or date.min)
    # The calendar's last month is left out: some zones' UTC time would not fit in it.
    for month in range(start.year * 12 + start.month - 1, date.max.year * 12 + 11):
        year, index = divmod(month, 12)
        day = date(year, index + 1, min(schedule.day, monthrange(year, index + 1)[1]))
        if schedule.until and day > schedule.until:
            return
        if not schedule.first or day >= schedule.first:
            yield day


def _instant(local: datetime, zone: tzinfo) -> datetime:
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


class ParsedWhen(Frozen):
    """A typed time, understood. `past`: it is not ahead of now, so it cannot be meant."""

    at: datetime
    past: bool


_CLOCK = (
    r"(?:luc )?(?P<hour>\d{1,2}) ?(?::(?P<min>[0-5]\d)|(?:h|gio) ?(?P<min2>[0-5]?\d)?(?: ?(?:p|phut))?)"
    r"(?: (?P<part>sang|trua|chieu|toi))?"
)
_DAY = (
    r"(?:(?P<part2>sang|trua|chieu|toi) )?(?P<word>nay|hom nay|mai|ngay mai|kia|ngay kia)"
    r"|(?:ngay )?(?P<day>\d{1,2})[/-](?P<month>\d{1,2})(?:[/-](?P<year>\d{4}))?"
)
_CLOCK_FIRST = re.compile(rf"{_CLOCK}(?:,? (?:{_DAY}))?", re.ASCII)
_DAY_FIRST = re.compile(rf"(?:{_DAY}),? {_CLOCK}", re.ASCII)
_AHEAD = re.compile(
    r"(?P<sau>sau )?(?=\d)(?:(?P<days>\d{1,3}) ?ngay ?)?(?:(?P<hours>\d{1,3}) ?(?:h|gio|tieng) ?)?"
    r"(?:(?P<minutes>\d{1,4}) ?(?:p|phut))?(?P<nua> ?nua)?",
    re.ASCII,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d.*", re.ASCII)
_WORDS = {"nay": 0, "mai": 1, "kia": 2}
_HALF_YEAR = timedelta(days=183)


def parse_when(text: str, now: datetime) -> ParsedWhen | None:
    """A time as people type it ("14h30", "8:15 ngày 12/12", "mai 7h", "sau 2 phút", ISO 8601), or None.

    `now` is aware; its zone is what a time without offset is meant in. A time alone is today's if still
    ahead, else tomorrow's. A date without year is the nearest: up to half a year back it is past.
    """
    words = _folded(text)
    try:
        at = _iso(words, now) or _ahead(words, now) or _calendar(words, now)
    except (ValueError, OverflowError):  # no such date or time, or past the calendar's end
        return None
    return ParsedWhen(at=at, past=at <= now) if at else None


def _folded(text: str) -> str:
    """Lower case, without diacritics, with single spaces: how hurried thumbs and old keyboards write."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _iso(words: str, now: datetime) -> datetime | None:
    if not _ISO.fullmatch(words):
        return None
    at = datetime.fromisoformat(words.upper())
    return at.astimezone(now.tzinfo) if at.tzinfo else _localised(at, now)


def _ahead(words: str, now: datetime) -> datetime | None:
    found = _AHEAD.fullmatch(words)
    # Without "sau" or "nữa", "2 giờ" is two o'clock.
    if not found or not (found["sau"] or found["nua"]):
        return None
    parts = {name: int(found[name] or 0) for name in ("days", "hours", "minutes")}
    return (now.astimezone(UTC) + timedelta(**parts)).astimezone(now.tzinfo)


def _calendar(words: str, now: datetime) -> datetime | None:
    found = _CLOCK_FIRST.fullmatch(words) or _DAY_FIRST.fullmatch(words)
    if not found:
        return None
    clock = _clock(found)
    today = now.replace(tzinfo=None)
    if found["word"]:
        day = today.date() + timedelta(days=_WORDS[found["word"].split()[-1]])
        return _localised(datetime.combine(day, clock), now)
    if found["year"]:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        return _localised(datetime.combine(day, clock), now)
    if found["day"]:
        day = _nearest(int(found["day"]), int(found["month"]), today.date())
        return _localised(datetime.combine(day, clock), now)
    at = _localised(datetime.combine(today.date(), clock), now)
    return at if at > now else _localised(datetime.combine(today.date() + timedelta(days=1), clock), now)


def _clock(found: re.Match[str]) -> time:
    hour, minute = int(found["hour"]), int(found["min"] or found["min2"] or 0)
    part = found["part"] or found["part2"]
    if (part in ("chieu", "toi") and hour < 12) or (part == "trua" and hour < 10):
        hour += 12
    return time(hour, minute)


def _nearest(day: int, month: int, today: date) -> date:
    """That day of this year or the next. Raises ValueError when neither year has it."""
    for year in (today.year, today.year + 1):
        if day <= monthrange(year, month)[1] and date(year, month, day) > today - _HALF_YEAR:
            return date(year, month, day)
    return date(today.year + 1, month, day)


def _localised(local: datetime, now: datetime) -> datetime:
    zone = now.tzinfo or UTC
    return _instant(local, zone).astimezone(zone)
