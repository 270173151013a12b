"""A time as people type it: what was understood, or why it was not and what to write instead."""

import re
from datetime import UTC, datetime

from bot.core.kernel.values import Frozen
from bot.core.schedule.instants import EPOCH, instant, milliseconds
from bot.core.schedule.occurrences import Once, next_occurrence
from bot.core.schedule.pieces import pieces
from bot.core.schedule.reading import Understood, once, read
from bot.core.schedule.said import Unclear

__all__ = ["ParsedWhen", "Unclear", "Understood", "parse_when", "understand"]

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.ASCII | re.IGNORECASE)


class ParsedWhen(Frozen):
    """A typed time, understood. `past`: it is not ahead of now, so it cannot be meant."""

    at: datetime
    past: bool


def understand(text: str, now: datetime) -> Understood | Unclear:
    """A time or a schedule in people's words: "8h sáng mai", "thứ Hai hằng tuần 7h30", "23 tháng Chạp 8h".

    `now` is aware; its zone is what a time without offset is meant in. An hour without a part of the day is
    on the 24-hour clock; a time alone is today's if still ahead, else tomorrow's. A date without year is the
    nearest: up to half a year back it is past. What contradicts itself or has two readings is not guessed.
    """
    found: Understood | Unclear
    try:
        found = _iso(text.strip(), now) or read(pieces(text), now)
    except (ValueError, OverflowError):  # no such date or time, or past the calendar's end
        found = Unclear(key="unknown")
    if isinstance(found, Unclear) and found.key in ("unknown", "not_kept"):
        return Unclear(key=found.key, words=" ".join(text.split())[:40])
    return found


def parse_when(text: str, now: datetime) -> ParsedWhen | None:
    """One time, or None where the words are none, or say more than one."""
    found = understand(text, now)
    if isinstance(found, Unclear) or found.schedule.repeats:
        return None
    schedule = found.schedule
    before = milliseconds(now)
    at = schedule.at if isinstance(schedule, Once) else next_occurrence(schedule, before)
    if at is None:
        return None
    return ParsedWhen(at=datetime.fromtimestamp(at / 1000, UTC).astimezone(now.tzinfo), past=found.past)


def _iso(text: str, now: datetime) -> Understood | None:
    if not _ISO.fullmatch(text):
        return None
    at = datetime.fromisoformat(text.upper())
    if at.tzinfo is None:
        at = instant(at, now.tzinfo or UTC)
    if at < EPOCH:
        raise ValueError(f"{text} is before 1970")
    return once(at, now)
