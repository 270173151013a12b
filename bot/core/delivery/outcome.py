"""What became of one request to a platform. Values, matched in one place (`states.settle`).

`said`: the platform's own words, for the log alone.
"""

from dataclasses import dataclass, field

from bot.core.delivery.reasons import Reason
from bot.core.kernel.values import ChatId


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform accepted it. `file_handle` names an uploaded file for later sends on this account."""

    message_id: str | None = None
    file_handle: str | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing was done: never connected (connect error, connect or pool timeout), or refused unread."""

    reason: Reason
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Throttled:
    """429. `retry_after` in seconds, None where the platform did not say.

    `spent`: what the account may send by itself is used up; what answers people may still go.
    """

    retry_after: float | None = None
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Refused for good because of the person's chat: blocked, deactivated, never started, kicked."""

    reason: Reason
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has a new id."""

    chat_id: ChatId


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform refused this request for good, for a reason in the request itself."""

    reason: Reason
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class HandleLost:
    """The platform no longer knows the file handle; nothing was sent. Upload again."""

    reason: Reason
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Denied:
    """401 or 404: the account itself is refused. Stops the account; the attempt does not count.

    `missing`: 404, which may mean the method and not the account.
    """

    reason: Reason
    said: str = field(default="", compare=False)
    missing: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Anything else: the platform may or may not have accepted it."""

    reason: Reason
    said: str = field(default="", compare=False)


Outcome = Sent | NotSent | Throttled | Unreachable | Moved | Rejected | HandleLost | Denied | Uncertain


def believed(denied: Denied, probed: Outcome) -> Outcome:
    """What a refused method tells, once the account was asked after: one method may be missing alone."""
    match probed:
        case Denied():
            return denied
        case Sent() if denied.missing:
            return Rejected(Reason.OTHER, denied.said)
        case _:  # the token is good, or nobody can say now: it was not taken, and waits
            return NotSent(Reason.OUT_OF_ORDER, denied.said)
