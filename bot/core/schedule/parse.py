"""A time as people type it, to an instant."""

import re
import unicodedata
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from bot.core.kernel.values import Frozen
from bot.core.schedule.occurrences import instant


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
# Hours as people say them by part of the day, of 12 and of 24. Others are a slip, or in doubt.
_HOURS = {
    "sang": (range(0), range(12)),
    "trua": (range(1, 3), range(10, 15)),
    "chieu": (range(1, 8), range(13, 20)),
    "toi": (range(5, 12), range(17, 24)),
}
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
    """Raises ValueError for what cannot be, "14h sáng", and what two people read in two ways, "12h tối"."""
    hour, minute = int(found["hour"]), int(found["min"] or found["min2"] or 0)
    if part := found["part"] or found["part2"]:
        after_noon, as_it_stands = _HOURS[part]
        if hour not in after_noon and hour not in as_it_stands:
            raise ValueError(f"no {hour} o'clock of that part of the day")
        hour += 12 if hour in after_noon else 0
    return time(hour, minute)


def _nearest(day: int, month: int, today: date) -> date:
    """That day of this year or the next. Raises ValueError when neither year has it."""
    for year in (today.year, today.year + 1):
        if day <= monthrange(year, month)[1] and date(year, month, day) > today - _HALF_YEAR:
            return date(year, month, day)
    return date(today.year + 1, month, day)


def _localised(local: datetime, now: datetime) -> datetime:
    zone = now.tzinfo or UTC
    return instant(local, zone).astimezone(zone)
