"""Stops what an account asks of its platform while it is out of order, and finds out when it is back.

Each method (messages, edits, answers to taps, menus) has its own: what fails stops itself alone.
"""

from enum import StrEnum

ENOUGH = 5  # bad answers in a row, K of reliability.md: an outage leaves at most C + K uncertain rows
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds before a probe, doubled after each that fails


class State(StrEnum):
    """CLOSED: messages go. OPEN: nothing goes. HALF_OPEN: one harmless probe is under way.

    TRIAL: the probe was answered; one message goes, alone, for a platform may answer and take no messages.
    """

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    TRIAL = "trial"


class Breaker:
    """One method's breaker on one account. Times are seconds of any monotonic clock."""

    def __init__(self) -> None:
        self.state = State.CLOSED
        self._bad = 0
        self._wait = FIRST_WAIT
        self._retry_at = 0.0

    def allow(self, now: float) -> bool:
        """Whether a request may go now. If `state` is HALF_OPEN then, it is to be the probe, and only one.

        A probe of which nothing is recorded is taken for lost after `LONGEST_WAIT` seconds.
        """
        if self.state in (State.CLOSED, State.TRIAL):
            return True
        if now < self._retry_at:
            return False
        self.state = State.HALF_OPEN
        self._retry_at = now + LONGEST_WAIT
        return True

    def next_at(self, now: float) -> float:
        """From when on `allow` may say yes."""
        return now if self.state in (State.CLOSED, State.TRIAL) else max(now, self._retry_at)

    def record(self, outcome_ok: bool, now: float) -> None:
        """What a request came to: not ok is `Uncertain` or `NotSent`, as the platform may be out of order.

        While OPEN nothing counts: these are answers to what was sent before.
        """
        if self.state is State.OPEN:
            return
        if outcome_ok and self.state is State.HALF_OPEN:
            self.state = State.TRIAL
            return
        if outcome_ok:
            self.state, self._bad, self._wait = State.CLOSED, 0, FIRST_WAIT
            return
        self._bad += 1
        if self.state in (State.HALF_OPEN, State.TRIAL):
            self._wait = min(LONGEST_WAIT, 2 * self._wait)
        elif self._bad < ENOUGH:
            return
        self.state, self._retry_at = State.OPEN, now + self._wait
