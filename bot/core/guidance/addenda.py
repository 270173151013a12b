"""What a unit between the issuer and the recipients adds to a briefing, under its own name, before a cut-off.

The issuer's text is locked: an addendum stands below it. A recipient gets the addenda of their own unit and
of the units above it, below the issuer; who stands under the same ones gets the same edition.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from bot.core.kernel.lifecycle import Lifecycle
from bot.core.kernel.values import Frozen, Ms, UnitPath
from bot.core.people.permissions import Act, OperatorAct
from bot.core.people.units import above, is_within

LONGEST = 800  # characters: a few sentences; what is longer is a briefing of its own
SIGNED = 80  # characters of the body that signs
TOGETHER = 8  # addenda in one message, the highest units' first: more is no message on a small phone

ADDENDUM = Lifecycle(
    "addendum",
    initial=("submitted", "standing"),
    moves={
        "submitted": {
            "standing": (Act.DECIDE_ADDENDUM,),
            "returned": (Act.DECIDE_ADDENDUM, OperatorAct.FOLLOW),
            "withdrawn": (Act.WITHDRAW_ADDENDUM, Act.WRITE_ADDENDUM),  # taken back, or written anew
        },
        "standing": {
            "returned": (OperatorAct.FOLLOW,),  # its unit has ended: nothing goes out under its name
            "withdrawn": (Act.WITHDRAW_ADDENDUM, Act.WRITE_ADDENDUM),
        },
        "returned": {"withdrawn": (Act.WITHDRAW_ADDENDUM, Act.WRITE_ADDENDUM)},
        "withdrawn": {},
    },
)


class Addition(Frozen):
    """One addendum as it is read. `unit` as it was called when it was written, `at` in ms UTC."""

    id: int
    path: UnitPath
    unit: str
    signed: str
    words: str
    at: Ms


class Obstacle(StrEnum):
    """Why nothing can be added. Each has its words in the catalogue, under "addendum."."""

    CLOSED = "closed"
    TOO_LATE = "too_late"


Meant = tuple[Sequence[UnitPath], Sequence[UnitPath]]
"""The paths of the units that a broadcast goes to, and of those that are left out."""


def between(path: UnitPath, issuer: UnitPath, meant: Meant) -> bool:
    """Whether a unit stands below the issuer, and above some who are meant, or among them."""
    goes_to, without = meant
    if path == issuer or not is_within(path, issuer) or any(is_within(path, one) for one in without):
        return False
    return any(is_within(path, one) or is_within(one, path) for one in goes_to)


def obstacle(closes: Ms | None, now: Ms) -> Obstacle | None:
    """What keeps anybody from adding at an instant; `closes` None: nothing can be added. Both in ms UTC."""
    if closes is None:
        return Obstacle.CLOSED
    return Obstacle.TOO_LATE if closes <= now else None


def closes_at(next_at: Ms | None, lead_ms: int | None) -> Ms | None:
    """When the next occurrence takes no more addenda, ms UTC; None where it takes none at all."""
    return None if next_at is None or lead_ms is None else Ms(next_at - lead_ms)


def for_unit(path: UnitPath, by_path: Mapping[UnitPath, Addition]) -> tuple[Addition, ...]:
    """Those that somebody in the unit at `path` gets, the highest unit's first."""
    return tuple(by_path[one] for one in above(path) if one in by_path)[:TOGETHER]


def key(additions: Iterable[Addition]) -> str:
    """How an edition names the addenda it has: their numbers in order; empty for none."""
    return ";".join(str(one.id) for one in additions)


def numbers(written: str) -> list[int]:
    """The numbers that `key` wrote."""
    return [int(one) for one in written.split(";") if one]
