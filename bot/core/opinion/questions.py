"""A communicator's question about a briefing: what becomes of it, and when it goes up the tree."""

from collections.abc import Iterable
from datetime import datetime

from bot.core.kernel.lifecycle import Lifecycle, Loop
from bot.core.opinion.desk import in_the_morning
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act, holds

# An answer can be mended: whoever asked hears the new one.
QUESTION = Lifecycle(
    "question",
    initial=("waiting",),
    moves={
        "waiting": {
            "waiting": (Act.FORWARD_QUESTION, Loop.ESCALATION),
            "answered": (Act.ANSWER_QUESTION,),
            "closed": (Act.CLOSE_QUESTION,),
        },
        "answered": {"answered": (Act.ANSWER_QUESTION,)},
        "closed": {},
    },
)
LONGEST = 500  # characters of a question
MOST = 10  # that one person may have waiting at once
KEPT_DAYS = 365  # how long one that is over stays


def heads(unit: str, staff: Iterable[Member]) -> list[Member]:
    """Who answers for a unit: its editors, else its administrators; `staff`: who may, there and above."""
    here = [one for one in staff if one.unit == unit and holds(one.roles, Act.ANSWER_QUESTION)]
    return [one for one in here if Role.EDITOR in one.roles] or here


def up_at(now: datetime, wait_ms: int) -> datetime:
    """When an unanswered question rings, or goes up: in the morning after its wait."""
    return in_the_morning(now, wait_ms)
