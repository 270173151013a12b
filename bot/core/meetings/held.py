"""An oral briefing held: which form it is, and what a year's totals are made of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.kernel.values import UnitPath
from bot.core.meetings.heads import NOBODY, Heads, added_up
from bot.core.people.units import Level, code_of

FORM = "buoi"
DAY, PLACE, WORDS, TOPICS, HOW, HEADS = "day", "place", "place_words", "topics", "how", "heads"  # its fields
CONFERENCE, CONFERENCES, ANY = (
    "conference",
    "conferences",
    "co",
)  # which one it passes on, where there was any
ELSEWHERE = "KHAC"  # a place that is no unit, said in words


@dataclass(frozen=True, slots=True)
class Counted:
    """How many were held, and how many people listened."""

    count: int = 0
    heads: Heads = NOBODY

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.count + other.count, self.heads + other.heads)


NONE = Counted()


def of_bands(counts: Mapping[str, int]) -> Counted:
    """What was held, from how many there were in each band of listeners."""
    return Counted(sum(counts.values()), added_up(counts))


def by_speaker(held: Iterable[tuple[UnitPath, Counted]], levels: Mapping[str, str]) -> dict[Level, Counted]:
    """The same by who spoke: communicators of a province, of a commune, of a hamlet. The highest level first.

    They are told apart by the level of the unit that they spoke for; `levels` of units by code. Who spoke is
    dropped in time, where they stood stays.
    """
    found: dict[Level, Counted] = {}
    for path, one in held:
        if (code := code_of(path)) in levels:
            level = Level(levels[code])
            found[level] = found.get(level, NONE) + one
    return {level: found[level] for level in Level if level in found}
