"""What is said of coming again: how often, on which weekdays, how many times, how long."""

from collections.abc import Mapping
from typing import Literal

from bot.core.schedule.hours import PARTS, Found
from bot.core.schedule.said import Said


def weekday_of(word: str) -> int:
    """Monday is 0."""
    return 6 if word == "cn" else int(word[-1]) - 2


def count(said: Said, found: Found) -> None:
    """How many times."""
    if said.count is not None or not 1 <= int(found["n"]) <= 1000:
        said.wonder("two_days")
    said.count = int(found["n"])


def span(said: Said, found: Found) -> None:
    """How long it goes on."""
    if said.span is not None or not int(found["n"]):
        said.wonder("two_days")
    unit: Mapping[str, Literal["day", "week", "month"]] = {"ngay": "day", "tuan": "week", "thang": "month"}
    said.span = int(found["n"]), unit[found["unit"]]


def every(said: Said, found: Found) -> None:
    """A period: every day, week, month or year."""
    named = {"ngay": "day", "tuan": "week", "thang": "month", "nam": "year"}
    unit = found["unit"]
    if unit in named:
        said.every.add(named[unit])  # type: ignore[arg-type]
    elif unit in PARTS:
        said.every.add("day")
        said.parts.add(PARTS[unit])
    else:
        said.every.add("week")
        if found[0].endswith("nao cung"):
            said.weekdays.append(weekday_of(unit))
    if found.groupdict().get("part"):
        said.parts.add(PARTS[found["part"]])


def workdays(said: Said, found: Found) -> None:
    """Monday to Friday."""
    said.weekdays += range(5)
    said.every.add("week")


def stretch(said: Said, found: Found) -> None:
    """From one weekday to another."""
    first, last = weekday_of(found["one"]), weekday_of(found["other"])
    if first >= last:
        said.wonder("two_days")
    said.weekdays += range(first, last + 1)
    said.every.add("week")
