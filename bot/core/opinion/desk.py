"""The desk of a unit: what becomes of a report there, how long it may wait, and where it goes then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from hashlib import sha256

from bot.core.kernel.lifecycle import Lifecycle, Loop
from bot.core.kernel.values import Frozen, UnitPath
from bot.core.people.members import Member
from bot.core.people.permissions import Act, holds

# "merged" and "answered" can still be closed; who withdraws a report takes the row away with it.
SUBMISSION = Lifecycle(
    "submission",
    initial=("received", "closed"),  # a zero report asks for nothing
    moves={
        "received": {
            "received": (Act.FORWARD, Act.MEND_REPORT, Loop.ESCALATION),
            "opened": (Act.OPEN_REPORT,),
            "verified": (Act.VERIFY,),
            "returned": (Act.GIVE_BACK,),
            "answered": (Act.ANSWER,),
            "merged": (Act.MERGE,),
            "closed": (Act.CLOSE,),
        },
        "opened": {
            "received": (Act.FORWARD, Act.MEND_REPORT),
            "verified": (Act.VERIFY,),
            "returned": (Act.GIVE_BACK,),
            "answered": (Act.ANSWER,),
            "merged": (Act.MERGE,),
            "closed": (Act.CLOSE,),
        },
        "verified": {
            "received": (Act.FORWARD, Act.MEND_REPORT),
            "returned": (Act.GIVE_BACK,),
            "answered": (Act.ANSWER,),
            "merged": (Act.MERGE,),
            "closed": (Act.CLOSE,),
        },
        "returned": {"received": (Act.MEND_REPORT,), "closed": (Act.CLOSE,)},
        "answered": {"answered": (Act.ANSWER,), "closed": (Act.CLOSE,)},
        "merged": {"received": (Act.TAKE_BACK,)},  # what it was merged into is gone unanswered
        "closed": {},
    },
)
WAITING = ("received", "opened", "verified", "returned")  # in the order in which a desk lists them
OVER = ("answered", "merged", "closed")
MENDABLE = ("received", "opened", "verified", "returned")


class Urgency(IntEnum):
    """How soon a report asks to be read; the greater the sooner."""

    ORDINARY = 0
    SOON = 1
    URGENT = 2


_URGENCIES = {"SOM": Urgency.SOON, "KHAN": Urgency.URGENT}
TOPIC, TENDENCY, URGENCY = (
    "topic",
    "tendency",
    "urgency",
)  # fields by which a desk sorts, where a form has them


class Rules(Frozen):
    """How long a report may wait unread (ms by urgency), and what makes several of them an alarm.

    After each wait it rings again, after `rings` of them it goes to the next desk above. `alert_reports`
    that agree within `alert_days` are told of. `prompt`: weekday (Monday 0) and minute of the day at which
    reporters are asked for the week's report; None: never. `question_ms`: how long a question may wait.
    """

    wait_ms: dict[int, int]
    question_ms: int
    rings: int
    alert_reports: int
    alert_days: int
    prompt: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports of a desk: of one topic, from one unit, with all these folded words in them."""

    topic: str = ""
    unit: str = ""
    words: Sequence[str] = ()


EVERYTHING = Wanted()


def urgency_of(value: str) -> Urgency:
    """What an answer to the form's question means; whatever it does not know is ordinary."""
    return _URGENCIES.get(value, Urgency.ORDINARY)


def ring_at(urgency: int, now: datetime, rules: Rules) -> datetime:
    """When a report that nobody opens rings next.

    An urgent one to the minute. Any other at eight in the morning: a finer time would tell when it was sent.
    """
    if urgency == Urgency.URGENT:
        return now + timedelta(milliseconds=rules.wait_ms[urgency])
    return in_the_morning(now, rules.wait_ms[urgency])


def in_the_morning(now: datetime, wait_ms: int) -> datetime:
    """Eight in the morning of the day on which a wait is over, and never before now."""
    due = now + timedelta(milliseconds=wait_ms)
    morning = datetime.combine(due.date(), time(8), now.tzinfo)
    return morning if morning > now else morning + timedelta(days=1)


def desk_above(path: UnitPath, staff: Iterable[Member]) -> Member | None:
    """Somebody at the nearest unit, at this path or above, who may answer reports; None where nobody may."""
    able = [one for one in staff if holds(one.roles, Act.ANSWER) and one.path and path.startswith(one.path)]
    return max(able, key=lambda one: len(one.path), default=None)


def sight(answers: Mapping[str, str], responses: int) -> str:
    """What a report said, and how often a desk had spoken, when somebody read it: six digits for a button."""
    return sha256(repr((sorted(answers.items()), responses)).encode()).hexdigest()[:6]


def week_of(day: date) -> tuple[date, date]:
    """The week a day belongs to: Monday and Sunday."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def days_waited(day: date, today: date) -> int:
    """How many days a report has waited since its day; none where the clock went back."""
    return max(0, (today - day).days)
