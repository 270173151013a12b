"""A conference held at points in many units: what becomes of it and of each point, and who hears when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from bot.core.kernel.lifecycle import Lifecycle, Loop
from bot.core.people.permissions import Act

CONFERENCE = Lifecycle(
    "conference",
    initial=("announced",),
    moves={
        "announced": {"held": (Loop.ESCALATION,), "cancelled": (Act.CANCEL_CONFERENCE,)},
        "held": {"closed": (Act.CLOSE_CONFERENCE,)},  # difficulties and proposals are taken until then
        "closed": {},
        "cancelled": {},
    },
)
POINT = Lifecycle(
    "conference_point",
    initial=("asked",),
    moves={
        "asked": {"confirmed": (Act.CONFIRM_POINT,), "declined": (Act.DECLINE_POINT,)},
        "confirmed": {"confirmed": (Act.CONFIRM_POINT,), "declined": (Act.DECLINE_POINT,)},
        "declined": {"confirmed": (Act.CONFIRM_POINT,), "declined": (Act.DECLINE_POINT,)},
    },
)
FORM, POINT_FORM, DECLINE_FORM, PROPOSAL_FORM = "hoinghi", "diemcau", "vangdiemcau", "kiennghi"
CHANGE_FORM = "doihoinghi"
TAKES_PROPOSALS = ("announced", "held")
MOST_POINTS = 5_000
AHEAD = timedelta(days=366)
MORNING, NEXT_DAY = time(7), time(8)
HOUR, LONG_AFTER = timedelta(hours=1), timedelta(days=8)


class Whom(StrEnum):
    """Which units below the host have a point."""

    DIRECT = "TRUC_THUOC"  # those directly below it
    ALL = "TAT_CA"  # all of them


class Notice(StrEnum):
    """What the points hear of a conference, and when it begins."""

    ANNOUNCED = "announced"
    REMINDER = "reminder"  # asked for by the host
    CHASE = "chase"  # by itself, before the points have to be known
    DAY = "day"
    BEGUN = "begun"  # nobody hears of it: from now on it was held
    AFTER = "after"
    CHANGED = "changed"  # another time or place
    CANCELLED = "cancelled"


TIMED = (Notice.CHASE, Notice.DAY, Notice.BEGUN, Notice.AFTER)
"""Said at a time that hangs on when a conference begins."""
# Who hears it, by how their point stands; and how the conference has to stand.
HEARS: dict[Notice, tuple[str, ...]] = {
    Notice.ANNOUNCED: POINT.states,
    Notice.REMINDER: ("asked",),
    Notice.CHASE: ("asked",),
    Notice.DAY: ("asked", "confirmed"),
    Notice.BEGUN: (),
    Notice.AFTER: ("asked", "confirmed"),
    Notice.CHANGED: POINT.states,
    Notice.CANCELLED: POINT.states,
}
HOLDS: dict[Notice, tuple[str, ...]] = {
    **dict.fromkeys(
        (Notice.ANNOUNCED, Notice.REMINDER, Notice.CHASE, Notice.BEGUN, Notice.CHANGED), ("announced",)
    ),
    Notice.DAY: ("announced", "held"),
    Notice.AFTER: ("held",),
    Notice.CANCELLED: ("cancelled",),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many points were asked in all, and how many confirmed or declined so far."""

    asked: int = 0
    confirmed: int = 0
    declined: int = 0

    @property
    def answered(self) -> int:
        """Those who said something."""
        return self.confirmed + self.declined

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.asked + other.asked, self.confirmed + other.confirmed, self.declined + other.declined
        )


def tally(states: Iterable[str]) -> Tally:
    """Of points that stand so."""
    found = list(states)
    return Tally(len(found), found.count("confirmed"), found.count("declined"))


def answer_by(at: datetime, ahead: timedelta, now: datetime) -> datetime:
    """When the points have to be known: so long before; an hour before where that is over already."""
    wanted = at - ahead
    return wanted if wanted > now else max(now, at - HOUR)


def notices(at: datetime, until: datetime, now: datetime) -> dict[Notice, datetime]:
    """What is said of a conference that is announced now, begins at `at` and asks until `until`; and when.

    The silent are asked again a day before; the short notice of the day is at seven, or an hour ahead.
    """
    morning = min(datetime.combine(at.date(), MORNING, at.tzinfo), at - HOUR)
    after = datetime.combine(at.date() + timedelta(days=1), NEXT_DAY, at.tzinfo)
    found = {Notice.ANNOUNCED: now, Notice.BEGUN: at, Notice.AFTER: after}
    if (chase := until - timedelta(days=1)) > now + HOUR:
        found[Notice.CHASE] = chase
    if morning > now + HOUR:
        found[Notice.DAY] = morning
    return found


def too_late(kind: Notice, begins: datetime, now: datetime) -> bool:
    """Whether nobody is told any more, where the program stood still: what is told must still hold."""
    if kind in (Notice.BEGUN, Notice.AFTER):
        return kind is Notice.AFTER and now > begins + LONG_AFTER
    return now >= begins + (HOUR if kind is Notice.DAY else timedelta())
