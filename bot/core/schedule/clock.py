"""An hour as people say it, by part of the day, to an hour of the day."""

from collections.abc import Mapping
from datetime import time

from bot.core.schedule.said import Part, Said, Unclear

# Hours as people say them by part of the day, of 12 and of 24. Others are a slip, or in doubt.
_HOURS: Mapping[Part, tuple[range, range]] = {
    "sang": (range(0), range(12)),
    "trua": (range(1, 3), range(10, 15)),
    "chieu": (range(1, 8), range(13, 20)),
    "toi": (range(5, 12), range(17, 24)),
    "dem": (range(8, 12), range(20, 24)),
    "am": (range(0), range(1, 12)),
    "pm": (range(1, 12), range(13, 24)),
}
_NIGHT = range(1, 6)  # "2h đêm" may be of this night or the next


def clock_of(said: Said) -> time | Unclear | None:
    """The time of day; None where none was said. What cannot be, or has two readings, is not guessed."""
    if not said.clocks:
        return None
    if len({(one.hour, one.minute) for one in said.clocks}) > 1:
        return Unclear(key="two_clocks")
    parts = said.parts | {one.part for one in said.clocks if one.part is not None}
    if len(parts) > 1:
        return Unclear(key="two_parts")
    one = said.clocks[0]
    written = f"{one.hour}h{one.minute:02}" if one.minute else f"{one.hour}h"
    part = next(iter(parts), None)
    if one.exact and part is None and one.hour < 24:
        return time(one.hour, one.minute)
    if one.hour in (0, 24) and not one.minute:
        return Unclear(key="midnight", words=written)
    if part is None:
        if one.hour == 12 and not one.minute:
            return Unclear(key="noon", words=written)
        return time(one.hour, one.minute) if one.hour < 24 else Unclear(key="no_clock", words=written)
    if not one.less:
        return _by_part(part, one.hour, one.minute, written)
    whole = _by_part(part, one.hour + 1, one.minute, written)
    return whole if isinstance(whole, Unclear) else whole.replace(hour=whole.hour - 1)


def _by_part(part: Part, hour: int, minute: int, written: str) -> time | Unclear:
    after_noon, as_it_stands = _HOURS[part]
    if hour in after_noon:
        return time(hour + 12, minute)
    if hour in as_it_stands:
        return time(hour, minute)
    if hour == 12 and (part in ("dem", "am", "pm") or (minute and part in ("sang", "toi"))):
        return Unclear(key="noon" if part == "pm" else "midnight", words=written)
    if part == "dem" and hour in _NIGHT:
        return Unclear(key="which_night", words=written)
    return Unclear(key=f"not_{part}", words=written)
