"""Whether a briefing came across: answers counted by unit, told in whole steps of the threshold.

Nobody's answer is kept. New answers are told of together, once there are enough of them in the whole run, and
each figure is rounded down to whole groups of the threshold, as with digests of a period that still runs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.guidance.figures import child_of
from bot.core.kernel.values import UnitPath
from bot.core.opinion.disclosure import Tally
from bot.core.opinion.steps import in_steps
from bot.core.people.units import is_within

KEPT_DAYS = 365  # how long it is known that somebody answered
OPEN_DAYS = 300  # how long after confirming one may answer: less, so that nobody is counted twice
POOR = 70  # per cent of right answers, below which a question was not understood


class Count(NamedTuple):
    """So many members of a unit, by its path, picked one choice (from 0) of a question (from 0)."""

    path: UnitPath
    question: int
    choice: int
    people: int


@dataclass(frozen=True, slots=True)
class UnitShare:
    """Of a unit below, by its path: how many answered, and how many were right."""

    path: UnitPath
    answered: int
    right: int


@dataclass(frozen=True, slots=True)
class Understood:
    """One question. `answered` None: too few to be told. `choices`: how many picked each, None: few."""

    answered: int | None
    choices: Sequence[int | None]
    units: Sequence[UnitShare]

    def share(self, right: int) -> int | None:
        """Per cent of right answers, as far as figures are told; None where they are not."""
        if not self.answered:
            return None
        return min(100, 100 * (self.choices[right] or 0) // self.answered)


def told(count: int, threshold: int) -> int | None:
    """What may be told of so many people, each with one answer; 0 of nobody."""
    safe = Tally(reports=count, several=count > 1).safe(threshold)
    return in_steps(count, threshold) if safe else None


def understood(
    counts: Iterable[Count], sizes: Sequence[int], right: Sequence[int], top: UnitPath, threshold: int
) -> list[Understood]:
    """Each question's figures below a unit. `sizes`: how many choices each has; `right`: which is right."""
    by_choice = [[0] * size for size in sizes]
    by_unit: list[dict[UnitPath, list[int]]] = [{} for _ in sizes]
    for one in counts:
        if not is_within(one.path, top) or one.question >= len(sizes) or one.choice >= sizes[one.question]:
            continue
        by_choice[one.question][one.choice] += one.people
        unit = by_unit[one.question].setdefault(child_of(one.path, top), [0, 0])
        unit[0] += one.people
        unit[1] += one.people if one.choice == right[one.question] else 0
    return [_question(choices, units, threshold) for choices, units in zip(by_choice, by_unit, strict=True)]


def _question(choices: Sequence[int], units: dict[UnitPath, list[int]], threshold: int) -> Understood:
    answered = told(sum(choices), threshold)
    if not answered:
        return Understood(answered, [None] * len(choices), ())
    shares = [
        UnitShare(path, all_of_them, told(right, threshold) or 0)
        for path, (count, right) in sorted(units.items())
        if (all_of_them := told(count, threshold))
    ]
    shares.sort(key=lambda one: (one.right / one.answered, one.path))
    return Understood(answered, [told(count, threshold) for count in choices], shares)
