"""Where one recipient of a run stands, in the words of who answers for them; and what can be done."""

from collections.abc import Mapping
from enum import StrEnum

from bot.core.delivery.reasons import NOT_NOW, Reason


class Standing(StrEnum):
    """Each recipient is in exactly one. Its words stand in the catalogues under "recipients."."""

    UNREAD = "unread"  # it arrived, and was not confirmed
    UNREACHED = "unreached"  # it surely did not arrive
    UNCERTAIN = "uncertain"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    READ = "read"


STATES: Mapping[Standing, tuple[str, ...]] = {
    Standing.UNREAD: ("sent", "accepted"),
    Standing.UNREACHED: ("failed", "skipped", "abandoned", "unfetched"),
    Standing.UNCERTAIN: ("uncertain",),
    Standing.WAITING: ("pending", "retry", "inflight"),
    Standing.CANCELLED: ("cancelled",),
}
"""The stored states of each, of who has not confirmed; whoever has confirmed has read."""
BEHIND = (Standing.UNREAD, Standing.UNREACHED, Standing.UNCERTAIN)


def standing(state: str, confirmed: bool) -> Standing:
    """Where a row stands, by its stored state. Raises KeyError for a state that is none."""
    if confirmed:
        return Standing.READ
    return {state: one for one, states in STATES.items() for state in states}[state]


_UNBLOCK = frozenset({Reason.BLOCKED})
_INVITE = frozenset(
    {
        Reason.NO_ENDPOINT,
        Reason.DEACTIVATED,
        Reason.NOT_STARTED,
        Reason.CHAT_GONE,
        Reason.NO_PERSON,
        Reason.LEFT,
    }
)


def advice(reason: Reason) -> str:
    """The catalogue's key for what an administrator does about who was not reached."""
    if reason in _UNBLOCK:
        return "recipients.do_unblock"
    if reason in NOT_NOW:
        return "recipients.do_write"
    return "recipients.do_invite" if reason in _INVITE else "recipients.do_tell"
