"""What a year adds up to: what was done in a unit and below, beside the year before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.guidance.figures import child_of
from bot.core.kernel.values import UnitPath
from bot.core.meetings.heads import NOBODY, Heads

EARLIEST = 2020


@dataclass(frozen=True, slots=True)
class Counts:
    """A year of a unit and all below it.

    `conferences` that it hosted and that took place, `points` confirmed at any, `attended` there; `briefings`
    that it sent out, `received` and `read`: how often; `meetings`: oral briefings, `listened` at them.
    `reports`: None withheld; `answers`: reports answered, in steps; `topics` answered as one.
    """

    conferences: int = 0
    points: int = 0
    attended: Heads = NOBODY
    briefings: int = 0
    received: int = 0
    read: int = 0
    meetings: int = 0
    listened: Heads = NOBODY
    reports: int | None = 0
    answers: int = 0
    topics: int = 0


NUMBERS = (
    "conferences",
    "points",
    "briefings",
    "received",
    "read",
    "meetings",
    "reports",
    "answers",
    "topics",
)
SPANS = ("attended", "listened")
ORDER = (
    *("conferences", "points", "attended", "briefings", "received", "read"),
    *("meetings", "listened", "reports", "answers", "topics"),
)
BY_UNIT = ("conferences", "points", "briefings", "received", "meetings", "listened", "reports", "answers")


def gathered(counts: Mapping[UnitPath, int], top: UnitPath) -> dict[UnitPath, int]:
    """Counts by path as those of the units directly below `top`; what is its own under `top` itself."""
    found: dict[UnitPath, int] = {}
    for path, count in counts.items():
        child = child_of(path, top)
        found[child] = found.get(child, 0) + count
    return found


def heads_by(rows: Sequence[tuple[UnitPath, Heads]], top: UnitPath) -> dict[UnitPath, Heads]:
    """The same of bands of people."""
    found: dict[UnitPath, Heads] = {}
    for path, heads in rows:
        child = child_of(path, top)
        found[child] = found.get(child, NOBODY) + heads
    return found
