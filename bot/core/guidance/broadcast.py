"""Whether a briefing may go out as somebody wishes, and if not, why; the lives of broadcasts and runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.guidance.briefing import Briefing
from bot.core.kernel.lifecycle import Lifecycle, Loop
from bot.core.kernel.values import MINUTE_MS, Ms
from bot.core.people.members import Role
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Once, Repeated, Schedule, next_due
from bot.core.schedule.quiet import Rest

AHEAD = timedelta(days=366)
FEW = 2  # people more or fewer than promised are no matter, however small the audience
MOST_OFF = 0.02  # of those promised: what more a plan may be off by
SLACK_MS = MINUTE_MS  # a time so little past is meant as now: it passed while it was being confirmed

BROADCAST = Lifecycle(
    "broadcast",
    initial=("draft", "submitted", "scheduled"),
    moves={
        "draft": {"submitted": (Act.SUBMIT,), "scheduled": (Act.SUBMIT,), "cancelled": (Act.CANCEL,)},
        "submitted": {
            "scheduled": (Act.APPROVE,),
            "returned": (Act.SEND_BACK, Loop.RESTORE),
            "cancelled": (Act.CANCEL,),
        },
        "returned": {"submitted": (Act.SUBMIT,), "scheduled": (Act.SUBMIT,), "cancelled": (Act.CANCEL,)},
        "scheduled": {
            "paused": (Act.PAUSE, Loop.RESTORE),
            "cancelled": (Act.CANCEL,),
            "finished": (Loop.PLANNER,),
            "returned": (Loop.PLANNER,),  # its unit is in training by now, and it is for everybody
            "submitted": (
                Loop.PLANNER,
                Act.TAKE_TEXT,
                Act.CHANGE,
            ),  # it needs an approval that it has not, or no more
            "superseded": (Act.TAKE_TEXT, Act.CHANGE),  # another goes on with what was changed
        },
        "paused": {
            "scheduled": (Act.RESUME,),
            "cancelled": (Act.CANCEL,),
            "submitted": (Act.TAKE_TEXT, Act.CHANGE),
            "superseded": (Act.TAKE_TEXT, Act.CHANGE),
        },
        "cancelled": {},
        "finished": {},
        "superseded": {},
    },
)
WAITING = ("draft", "submitted", "returned", "scheduled", "paused")
"""The states of a broadcast that may go out yet."""
READ = ("running", "paused", "finished")
"""The states of a run whose briefing people may read."""
RUN = Lifecycle(
    "run",
    initial=("planning", "missed"),
    moves={
        "planning": {
            "held": (Act.PAUSE, Loop.RESTORE),
            "differs": (Loop.PLANNER,),
            "running": (Loop.PLANNER,),
            "cancelling": (Act.CANCEL,),
        },
        "held": {"planning": (Act.RESUME,), "cancelling": (Act.CANCEL,)},
        "differs": {"running": (Act.RESUME,), "cancelling": (Act.CANCEL,), "missed": (Loop.PLANNER,)},
        "running": {
            "paused": (Act.PAUSE, Loop.RESTORE),
            "cancelling": (Act.CANCEL,),
            "finished": (Loop.PLANNER,),
        },
        "paused": {"running": (Act.RESUME,), "cancelling": (Act.CANCEL,), "finished": (Loop.PLANNER,)},
        "cancelling": {"cancelled": (Loop.PLANNER,)},
        "cancelled": {},
        "finished": {"running": (Act.RESOLVE,)},  # what was in doubt is sent again
        "missed": {},
    },
)


class Obstacle(StrEnum):
    """Why not. Each has its words in the catalogue, under "compose."."""

    NO_ROLES = "no_roles"
    PAST = "past"
    TOO_FAR = "too_far"
    EXPIRED = "expired"
    TOO_EARLY = "too_early"


def fit(
    briefing: Briefing,
    roles: frozenset[Role],
    schedule: Schedule,
    now: datetime,
    rest: Rest | None = None,
) -> Schedule | Obstacle:
    """The schedule, kept within the briefing's validity, or what stands in its way.

    `now` is aware, in the zone that the briefing's days are meant in; `rest` defers what falls into it.
    """
    now_ms = int(now.timestamp() * 1000)
    if not roles:
        return Obstacle.NO_ROLES
    if isinstance(schedule, Once) and schedule.at < now_ms - SLACK_MS:
        return Obstacle.PAST
    first = next_due(schedule, Ms(now_ms - SLACK_MS - 1), rest)
    if first is not None and not schedule.repeats and first.at > now_ms + AHEAD // timedelta(milliseconds=1):
        return Obstacle.TOO_FAR
    if first is None and not schedule.repeats:
        return Obstacle.PAST
    on = datetime.fromtimestamp(first.goes / 1000, now.tzinfo).date() if first is not None else None
    if on is None or (briefing.valid_until and on > briefing.valid_until):
        return Obstacle.EXPIRED
    if briefing.not_before and on < briefing.not_before:
        return Obstacle.TOO_EARLY
    if isinstance(schedule, Repeated) and briefing.valid_until:
        last = min(briefing.valid_until, schedule.until or briefing.valid_until)
        return schedule.model_copy(update={"until": last})
    return schedule


def differs(promised: int | None, planned: int) -> bool:
    """Whether a run's recipients are not those that were promised, so that a person is asked first.

    Nobody at all is never what was promised. `promised` None: no number was ever shown.
    """
    if promised is None or not planned:
        return not planned
    off = abs(promised - planned)
    return off > FEW and off > promised * MOST_OFF


def overall(state: str, runs: Sequence[str]) -> str:
    """One word for a broadcast and its runs' states: what is under way counts before what is over."""
    for one, word in (
        ("cancelling", "cancelled"),
        ("differs", "differs"),
        ("paused", "paused"),
        ("held", "paused"),
        ("planning", "running"),
        ("running", "running"),
    ):
        if one in runs:
            return word
    if state in WAITING or not runs:
        return state
    return runs[-1]
