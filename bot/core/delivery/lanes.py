"""Who gets the next slot, where several kinds of messages wait: by shares, so that none starves another.

Conversations and runs have half of the slots each where both wait. Among conversations new replies go before
edits, and strangers have the least, at most one message a second. An edit of buttons alone is a mark on what
was said by an answer already: it has one slot in twenty while others wait. What a lane leaves is the others'.
Answers to taps are no messages, and have no part in it.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


class Lane(Enum):
    """Kinds of messages that share an account's rate, the more urgent first."""

    REPLY = "reply"
    STRANGER = "stranger"
    EDIT = "edit"
    RUN = "run"
    MARK = "mark"


SIDES = {"talk": 19, "run": 19, "mark": 1}
TALK: Mapping[Lane, int] = {Lane.REPLY: 5, Lane.STRANGER: 1, Lane.EDIT: 2}  # shares among conversations
STRANGERS_S = 1.0  # seconds between two messages to whoever is not in


def _side(lane: Lane) -> str:
    return "talk" if lane in TALK else lane.value


class Shares(Generic[T]):
    """Gives turns by shares: whoever had the least for its share is next, the first named where equal."""

    def __init__(self, shares: Mapping[T, int]) -> None:
        self._shares = shares
        self._had = dict.fromkeys(shares, 0.0)
        self._now = 0.0  # what those who wait have had; who comes back begins here

    def next(self, waiting: Collection[T]) -> T:
        """Of those that wait, whose turn it is."""
        return min((one for one in self._shares if one in waiting), key=self._at)

    def took(self, one: T) -> None:
        """It had a turn."""
        self._now = self._at(one)
        self._had[one] = self._now + 1 / self._shares[one]

    def _at(self, one: T) -> float:
        return max(self._had[one], self._now)


class Lanes:
    """One account's lanes. Times in seconds of any monotonic clock."""

    def __init__(self) -> None:
        self._sides = Shares(SIDES)
        self._talk = Shares(TALK)
        self._strangers_at = float("-inf")

    def open(self, lane: Lane, now: float) -> bool:
        """Whether a lane may have a slot now at all."""
        return lane is not Lane.STRANGER or now >= self._strangers_at

    def next(self, waiting: Collection[Lane], now: float) -> Lane | None:
        """Whose the next slot is, of the lanes in which a message could go; None where none is open."""
        ready = {lane for lane in waiting if self.open(lane, now)}
        if not ready:
            return None
        side = self._sides.next({_side(lane) for lane in ready})
        return self._talk.next(ready & TALK.keys()) if side == "talk" else Lane(side)

    def took(self, lane: Lane, now: float) -> None:
        """The lane had a slot."""
        self._sides.took(_side(lane))
        if lane in TALK:
            self._talk.took(lane)
        if lane is Lane.STRANGER:
            self._strangers_at = now + STRANGERS_S
