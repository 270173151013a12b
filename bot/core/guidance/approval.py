"""Whether a broadcast goes out on one person's word or on two, and who the second may be.

The author cannot approve; what was changed since it was looked at is not approved unseen.
"""

from collections.abc import Collection
from enum import StrEnum

from bot.core.kernel.values import Ms
from bot.core.schedule.occurrences import Once, Schedule, next_occurrence


class Approval(StrEnum):
    """What a broadcast shows of it. NONE: nobody asked for one; WAIVED: its unit goes without."""

    NONE = "none"
    WAIVED = "waived"
    DRAFT = "draft"
    WAITING = "waiting"
    RETURNED = "returned"
    APPROVED = "approved"


class Objection(StrEnum):
    """Why it cannot be decided. Each has its words in the catalogue, under "approve."."""

    OVER = "over"
    EDITED = "edited"
    OWN = "own"


OPEN = {"draft": Approval.DRAFT, "submitted": Approval.WAITING, "returned": Approval.RETURNED}
"""The states in which a broadcast waits for a person's word, and what it shows."""


def is_needed(chosen: bool | None, usual: bool) -> bool:
    """Whether a unit's broadcasts need a second person: as the unit chose, else as is usual here."""
    return usual if chosen is None else chosen


def shown(state: str, *, approved: bool, waived: bool) -> Approval:
    """What a broadcast in this state shows of its approval."""
    if state in OPEN:
        return OPEN[state]
    if approved:
        return Approval.APPROVED
    return Approval.WAIVED if waived else Approval.NONE


def objection(state: str, revision: int, seen: int, who: str, authors: Collection[str]) -> Objection | None:
    """What stands in the way of deciding on a broadcast; None: nothing.

    `seen`: the revision that was looked at; `authors`: whoever wrote, changed or submitted it.
    """
    if state != "submitted":
        return Objection.OVER
    if who in authors:
        return Objection.OWN
    return Objection.EDITED if seen != revision else None


def as_of(schedule: Schedule, now: Ms) -> Schedule:
    """What is approved after its time goes at once (ms UTC); what is repeated goes on with what follows."""
    over = not schedule.repeats and next_occurrence(schedule, Ms(now - 1)) is None
    return Once(at=now) if over else schedule
