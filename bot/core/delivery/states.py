"""The ledger's states, and what an outcome makes of a row (reliability: "What an answer means")."""

from enum import IntEnum, StrEnum
from typing import NamedTuple

from bot.core.delivery.outcome import (
    Denied,
    HandleLost,
    Moved,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)
from bot.core.delivery.reasons import NOT_NOW, Reason
from bot.core.kernel.lifecycle import Lifecycle, Loop
from bot.core.kernel.values import EPOCH_MS, Ms
from bot.core.people.permissions import Act


class State(StrEnum):
    """Where a delivery stands. Accepted and abandoned are an operator's word on an uncertain row.

    Unfetched: it cannot be pushed, and goes as soon as its member writes.
    """

    PENDING = "pending"
    INFLIGHT = "inflight"
    RETRY = "retry"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"
    ACCEPTED = "accepted"
    ABANDONED = "abandoned"
    UNFETCHED = "unfetched"


OPEN = (State.PENDING, State.RETRY)
UNSETTLED = (State.PENDING, State.INFLIGHT, State.RETRY)
REPORTED = {State.ACCEPTED: State.SENT, State.ABANDONED: State.FAILED}

# Whoever taps on a message has it: what was in doubt has arrived, and what was to go again need not.
_TAP = (Act.ACKNOWLEDGE, Act.READ_DELIVERED)
_GONE = (Act.SUSPEND, Act.REMOVE, Act.LEAVE, Act.ERASE, Loop.RESTORE)
DELIVERY = Lifecycle(
    "delivery",
    # Planned for who is reached nowhere: skipped; for who may not be written to first: unfetched.
    initial=(State.PENDING, State.SKIPPED, State.UNFETCHED),
    moves={
        State.PENDING: {
            State.PENDING: (Loop.SENDER,),  # another way, where its account has stopped
            State.INFLIGHT: (Loop.SENDER,),
            State.SENT: _TAP,
            # Late, replaced by another reply, about a report whose link is cut, gone.
            State.SKIPPED: (Loop.PLANNER, Loop.DISPATCHER, Loop.RETENTION, *_GONE),
            State.UNCERTAIN: (Loop.RESTORE,),
            State.CANCELLED: (Loop.PLANNER, Loop.RESTORE, Act.ACKNOWLEDGE),  # read before it was reminded of
            State.UNFETCHED: (Loop.PLANNER,),  # its run is past its time, and its account counts messages
        },
        State.INFLIGHT: {
            State.PENDING: (Loop.SENDER,),
            State.RETRY: (Loop.SENDER,),
            State.SENT: (Loop.SENDER,),
            State.FAILED: (Loop.SENDER,),
            State.SKIPPED: (Loop.SENDER, Loop.RESTORE),  # who was to have it left meanwhile
            State.UNCERTAIN: (Loop.SENDER, Loop.RESTORE),
            State.CANCELLED: (Loop.RESTORE,),
            State.UNFETCHED: (Loop.SENDER,),
        },
        State.RETRY: {
            State.PENDING: (Loop.SENDER,),
            State.SENT: _TAP,
            State.SKIPPED: (Loop.PLANNER, Loop.DISPATCHER, Loop.SENDER, Loop.RETENTION, *_GONE),
            State.UNCERTAIN: (Loop.RESTORE,),
            State.CANCELLED: (Loop.PLANNER, Loop.RESTORE, Act.ACKNOWLEDGE),
            State.UNFETCHED: (Loop.PLANNER,),
        },
        State.SENT: {},
        State.FAILED: {},
        State.SKIPPED: {},
        State.UNCERTAIN: {
            State.PENDING: (Act.RESOLVE,),
            State.SENT: _TAP,
            State.ACCEPTED: (Act.RESOLVE,),
            State.ABANDONED: (Act.RESOLVE,),
        },
        State.CANCELLED: {},
        State.ACCEPTED: {},
        State.ABANDONED: {State.SENT: _TAP},
        State.UNFETCHED: {
            State.PENDING: (Loop.DISPATCHER,),  # its member writes
            State.SENT: _TAP,
            State.SKIPPED: (Loop.RETENTION, *_GONE),
            State.UNCERTAIN: (Loop.RESTORE,),  # it may have been fetched since
            State.CANCELLED: (Loop.PLANNER, Act.ACKNOWLEDGE),  # a reminder of what was read meanwhile
        },
    },
)


class Priority(IntEnum):
    """Of runs, the lower goes first; the others are lanes of conversations (`core.delivery.lanes`).

    Fetched: a run's delivery that goes because its member wrote, before the answer; compulsory ones first.
    """

    REPLY = 0
    URGENT = 1
    ORDINARY = 2
    REMINDER = 3
    EDIT = 4
    STRANGER = 5
    ANSWER = 6
    MENU = 7
    MARK = 8
    FETCHED_FIRST = 9
    FETCHED = 10


FETCHING = (Priority.FETCHED_FIRST, Priority.FETCHED)
BRIEFS = (Priority.URGENT, Priority.ORDINARY, Priority.REMINDER, *FETCHING)
"""Of runs, and those that follow them: who could not be written to fetches it."""

MAX_ATTEMPTS = 12
MAX_THROTTLED = 100  # 429s wait as long as the platform says; this only bounds a platform gone mad
BACKOFF_FIRST_MS = 1_000
BACKOFF_LONGEST_MS = 600_000
THROTTLE_DEFAULT_S = 30.0
THROTTLE_LONGEST_S = 86_400.0
THROTTLE_SHORT, THROTTLE_UNSAID_LONGEST_S = 4, 3_600.0  # so many tries are soon; then each is later


class Standing(NamedTuple):
    """What is known of a claimed row when its answer comes. `part` counts parts accepted before.

    `repeatable`: doing it twice is the same as once. `may_resend`: urgent, and not resent yet.
    `fetchable`: where it may not be pushed, it waits until its member writes.
    """

    attempts: int
    part: int
    parts: int
    repeatable: bool = False
    may_resend: bool = False
    fetchable: bool = False


class Transition(NamedTuple):
    """What becomes of the row. `not_before` in ms UTC; `close` closes the endpoint, `move_to` moves it."""

    state: State
    attempts: int
    part: int
    not_before: Ms = EPOCH_MS
    reason: Reason | None = None
    close: bool = False
    move_to: str | None = None
    resent: bool = False


def backoff_ms(attempts: int, jitter: float) -> int:
    """Wait before attempt `attempts`+1: doubling from 1 s to 10 min, spread by `jitter` in [0, 1)."""
    wait = min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS << min(attempts, 20))
    return int(wait * (0.5 + jitter / 2))


def _unsaid_s(attempts: int) -> float:
    """How long (seconds) a refusal may last that does not say: a rate's is short, a month's is not."""
    return min(THROTTLE_UNSAID_LONGEST_S, THROTTLE_DEFAULT_S * 2.0 ** max(0, attempts - THROTTLE_SHORT))


def settle(row: Standing, outcome: Outcome, now: Ms, jitter: float) -> Transition:
    """The one place where an outcome becomes a state. `now` ms UTC, `jitter` in [0, 1)."""
    attempts = row.attempts + 1
    match outcome:
        case Sent() if row.part + 1 < row.parts:
            return Transition(State.PENDING, 0, row.part + 1)
        case Sent():
            return Transition(State.SENT, attempts, row.parts)
        case NotSent(reason):
            return _again(row, attempts, Ms(now + backoff_ms(row.attempts, jitter)), reason, MAX_ATTEMPTS)
        case Throttled(retry_after, spent):
            wait = min(_unsaid_s(row.attempts) if retry_after is None else retry_after, THROTTLE_LONGEST_S)
            why = Reason.QUOTA if spent else Reason.TOO_MANY
            return _again(row, attempts, Ms(now + int(wait * 1000)), why, MAX_THROTTLED)
        case Unreachable(reason):
            return Transition(State.FAILED, attempts, row.part, reason=reason, close=True)
        case Moved(chat_id):
            return _again(row, attempts, now, Reason.MOVED, MAX_ATTEMPTS, move_to=chat_id)
        case Rejected(reason) if row.fetchable and reason in NOT_NOW:
            return Transition(State.UNFETCHED, attempts, row.part, reason=reason)
        case Rejected(reason):
            return Transition(State.FAILED, attempts, row.part, reason=reason)
        case HandleLost(reason):
            return _again(row, attempts, now, reason, MAX_ATTEMPTS)
        case Denied(reason):
            return Transition(State.PENDING, row.attempts, row.part, reason=reason)
        case Uncertain(reason):
            return doubted(row, attempts, now, jitter, reason)


def anew(refused: Transition) -> Transition:
    """A refused row goes again as something else: nothing of it has arrived, and its attempts begin anew."""
    return Transition(State.PENDING, 0, 0, reason=refused.reason)


def doubted(row: Standing, attempts: int, now: Ms, jitter: float, reason: Reason) -> Transition:
    """The outcome is unknown: what can be repeated without harm is, an urgent row once, nothing else."""
    if (row.repeatable and attempts < MAX_ATTEMPTS) or row.may_resend:
        at = Ms(now + backoff_ms(row.attempts, jitter))
        return Transition(State.RETRY, attempts, row.part, at, reason, resent=row.may_resend)
    return Transition(State.UNCERTAIN, attempts, row.part, reason=reason)


def _again(
    row: Standing, attempts: int, at: Ms, reason: Reason, most: int, move_to: str | None = None
) -> Transition:
    if attempts >= most:
        return Transition(State.FAILED, attempts, row.part, reason=Reason.GAVE_UP)
    return Transition(State.RETRY, attempts, row.part, at, reason, move_to=move_to)
