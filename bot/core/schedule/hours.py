"""What is said of hours: the time of day, its part, and so long from now."""

import re
from collections.abc import Mapping
from datetime import timedelta

from bot.core.schedule.said import Clock, Part, Said

Found = re.Match[str]
PARTS: Mapping[str, Part] = {
    "rang sang": "sang",
    "sang som": "sang",
    "sang": "sang",
    "trua": "trua",
    "chieu": "chieu",
    "toi-": "toi",
    "toi": "toi",
    "dem": "dem",
    "khuya": "dem",
    "am": "am",
    "pm": "pm",
}

DAYS: Mapping[str, int] = {"nay": 0, "mai": 1, "mot": 2, "mot2": 2, "kia": 2, "kia3": 3, "qua": -1}


def ahead(said: Said, found: Found) -> None:
    """So long from now."""
    numbers = {name: int(found[name] or 0) for name in ("weeks", "days", "hours", "minutes")}
    numbers["minutes"] += int(found["more"] or 0)
    if found["nua"]:
        numbers["minutes"] += 30
    if found["half"]:
        numbers["minutes"] += 30
    if said.ahead is not None:
        said.wonder("two_days")
    said.ahead = timedelta(**numbers)
    said.by_clock = bool(found["hours"] or found["minutes"] or found["nua"])


def offset(said: Said, found: Found) -> None:
    """A day counted from today."""
    before = found["hom"] == "hom"
    said.offsets.append(-2 if before and found["day"] == "kia" else DAYS[found["day"]])
    if found["part"]:
        said.parts.add(PARTS[found["part"]])


def clock(said: Said, found: Found) -> None:
    """An hour, with its part of the day."""
    g = found.groupdict()
    hour = int(g["h"] or g["h2"] or g["h3"] or g["h4"])
    minute = int((g["m"] or g["m2"] or g["m4"] or "0").strip(" :"))
    if g["half"] or g["h3"]:
        minute = 30
    if g["less"]:
        less = int(g["less"])
        if not 1 <= less <= 30 or hour == 0:
            said.wonder("no_clock", found[0])
        hour, minute = hour - 1, 60 - less
    part = PARTS[g["part"] or g["ampm"]] if g["part"] or g["ampm"] else None
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        said.wonder("no_clock", found[0])
        return
    exact = bool(g["h2"]) and part is None
    said.clocks.append(Clock(hour, minute, exact, part, less=bool(g["less"])))


def part(said: Said, found: Found) -> None:
    """A part of the day alone."""
    if found["part"] == "toi" and (said.weekdays or said.days or said.alone):
        said.wonder("evening_or_next")
    said.parts.add(PARTS[found["part"]])


def now(said: Said, found: Found) -> None:
    """At once."""
    said.at_once = True
