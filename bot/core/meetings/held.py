"""An oral briefing held: which form it is, and what a year's totals are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.meetings.heads import NOBODY, Heads, added_up

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
