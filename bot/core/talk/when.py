"""Schedules in words, read back in full; and why words are no time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo

from bot.core.kernel.formats import capital, date_long, day_long, lunar_date, lunar_day, number, weekday
from bot.core.kernel.values import Ms
from bot.core.schedule.lunar import to_lunar
from bot.core.schedule.occurrences import Once, Repeated, Schedule, next_occurrence
from bot.core.schedule.parse import Unclear
from bot.core.talk.texts import Texts


def read_back(texts: Texts, language: str, schedule: Schedule, zone: tzinfo, after_ms: Ms) -> str:
    """A schedule in full: time, weekday, date, and the lunar date where it was meant.

    "08:00 thứ Bảy 30/01/2027, tức 23 tháng Chạp năm Bính Ngọ"; of one that comes again, its days, and the
    first of them after an instant (ms UTC), its end and count.
    """
    if isinstance(schedule, Once):
        return at_in_words(texts, language, datetime.fromtimestamp(schedule.at / 1000, zone), False)
    first = next_occurrence(schedule, after_ms)
    if first is None:
        first = next_occurrence(schedule, Ms(0)) or Ms(0)
    at = datetime.fromtimestamp(first / 1000, zone)
    if not schedule.repeats:
        return at_in_words(texts, language, at, schedule.lunar)
    words = texts.line(
        language,
        "schedule.again",
        time=f"{schedule.hour:02}:{schedule.minute:02}",
        days=days_in_words(texts, language, schedule),
        first=day_long(at, language),
    )
    if schedule.until is not None:
        words = texts.line(language, "schedule.until", when=words, day=date_long(schedule.until, language))
    if schedule.count is not None:
        count = number(schedule.count, language)
        words = texts.line(language, "schedule.times", when=words, count=count)
    return words


def at_in_words(texts: Texts, language: str, at: datetime, by_lunar: bool) -> str:
    """A local time with weekday and date, and with the lunar date where it was meant."""
    values = {"time": f"{at:%H:%M}", "day": day_long(at, language)}
    if not by_lunar:
        return texts.line(language, "schedule.once", **values)
    return texts.line(language, "schedule.by_lunar", lunar=lunar_in_words(at.date(), language), **values)


def lunar_in_words(day: date, language: str) -> str:
    """A day by the lunar calendar, with its year; empty outside the years that are known."""
    try:
        on = to_lunar(day)
    except ValueError:
        return ""
    return lunar_date((on.day, on.month, on.leap), on.year, language)


def days_in_words(texts: Texts, language: str, schedule: Repeated) -> str:
    """Its days as people call them, without the time."""
    phrase = schedule.phrase()
    values = {name: _written(texts, language, name, one) for name, one in phrase.values.items()}
    return texts.line(language, f"schedule.{phrase.key}", **values)


def _written(texts: Texts, language: str, name: str, value: object) -> str:
    match name, value:
        case "weekdays", tuple():
            return _joined(texts, language, [weekday(one, language) for one in value])
        case "weekday", int():
            return weekday(value, language)
        case "lunar_days", tuple():
            return _joined(texts, language, [lunar_day(one, language) for one in value])
        case "lunar", (int(day), int(month), bool(leap)):
            return lunar_date((day, month, leap), None, language)
    return str(value)


def _joined(texts: Texts, language: str, words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    return texts.line(language, "schedule.and", some=", ".join(words[:-1]), last=words[-1])


def unclear_values(why: Unclear, language: str) -> Mapping[str, str]:
    """What the words of a refusal name, for the catalogue's "when.KEY"."""
    return {
        "day": "" if why.day is None else capital(day_long(why.day, language)),  # it begins the sentence
        "weekday": "" if why.weekday is None else weekday(why.weekday, language),
        "words": why.words,
    }


def unclear_in_words(texts: Texts, language: str, why: Unclear) -> str:
    """Why words are no time, and what to write instead."""
    return texts.line(language, f"when.{why.key}", **unclear_values(why, language))
