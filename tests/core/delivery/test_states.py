"""What an outcome makes of a row: the table of reliability.md, and what holds for any row of answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from bot.core.delivery.reasons import Reason
from bot.core.delivery.states import (
    BACKOFF_LONGEST_MS,
    DELIVERY,
    MAX_ATTEMPTS,
    MAX_THROTTLED,
    THROTTLE_DEFAULT_S,
    THROTTLE_LONGEST_S,
    Standing,
    State,
    Transition,
    backoff_ms,
    settle,
)
from bot.core.kernel.lifecycle import Loop

NOW = 1_800_000_000_000
FRESH = Standing(attempts=0, part=0, parts=1)
MIDDLE = Standing(attempts=2, part=1, parts=3)
OPEN = {State.PENDING, State.RETRY}
REASON = Reason.OTHER
DEFAULT_MS, LONGEST_MS = int(THROTTLE_DEFAULT_S * 1000), int(THROTTLE_LONGEST_S * 1000)

TABLE: list[tuple[Standing, Outcome, Transition]] = [
    (FRESH, Sent("7"), Transition(State.SENT, 1, 1)),
    (MIDDLE, Sent("7"), Transition(State.PENDING, 0, 2)),
    (MIDDLE._replace(part=2), Sent(), Transition(State.SENT, 3, 3)),
    (FRESH, NotSent(REASON), Transition(State.RETRY, 1, 0, NOW + 500, REASON)),
    (MIDDLE, NotSent(REASON), Transition(State.RETRY, 3, 1, NOW + 2000, REASON)),
    (FRESH, Throttled(7.5), Transition(State.RETRY, 1, 0, NOW + 7500, Reason.TOO_MANY)),
    (FRESH, Throttled(60, spent=True), Transition(State.RETRY, 1, 0, NOW + 60_000, Reason.QUOTA)),
    (FRESH._replace(attempts=6), Throttled(), Transition(State.RETRY, 7, 0, NOW + 120_000, Reason.TOO_MANY)),
    (
        FRESH._replace(attempts=60),
        Throttled(),
        Transition(State.RETRY, 61, 0, NOW + 3_600_000, Reason.TOO_MANY),
    ),
    (FRESH, Throttled(0), Transition(State.RETRY, 1, 0, NOW, Reason.TOO_MANY)),
    (
        FRESH,
        Throttled(),
        Transition(State.RETRY, 1, 0, NOW + int(THROTTLE_DEFAULT_S * 1000), Reason.TOO_MANY),
    ),
    (
        FRESH,
        Throttled(1e9),
        Transition(State.RETRY, 1, 0, NOW + int(THROTTLE_LONGEST_S * 1000), Reason.TOO_MANY),
    ),
    (FRESH, Unreachable(Reason.BLOCKED), Transition(State.FAILED, 1, 0, reason=Reason.BLOCKED, close=True)),
    (MIDDLE, Unreachable(Reason.BLOCKED), Transition(State.FAILED, 3, 1, reason=Reason.BLOCKED, close=True)),
    (FRESH, Moved("-100"), Transition(State.RETRY, 1, 0, NOW, Reason.MOVED, move_to="-100")),
    (MIDDLE, Moved("-100"), Transition(State.RETRY, 3, 1, NOW, Reason.MOVED, move_to="-100")),
    (FRESH, Rejected(REASON), Transition(State.FAILED, 1, 0, reason=REASON)),
    (FRESH, HandleLost(REASON), Transition(State.RETRY, 1, 0, NOW, REASON)),
    (MIDDLE, Denied(REASON), Transition(State.PENDING, 2, 1, reason=REASON)),
    (FRESH, Uncertain(REASON), Transition(State.UNCERTAIN, 1, 0, reason=REASON)),
    (MIDDLE, Uncertain(REASON), Transition(State.UNCERTAIN, 3, 1, reason=REASON)),
    (FRESH._replace(repeatable=True), Uncertain(REASON), Transition(State.RETRY, 1, 0, NOW + 500, REASON)),
    (
        FRESH._replace(may_resend=True),
        Uncertain(REASON),
        Transition(State.RETRY, 1, 0, NOW + 500, REASON, resent=True),
    ),
]
outcomes = st.one_of(
    st.builds(Sent, st.none() | st.text(max_size=3)),
    st.builds(NotSent, st.just(REASON)),
    st.builds(Throttled, st.none() | st.floats(0, 1e12)),
    st.builds(Unreachable, st.just(REASON)),
    st.builds(Moved, st.just("-1")),
    st.builds(Rejected, st.just(REASON)),
    st.builds(HandleLost, st.just(REASON)),
    st.builds(Uncertain, st.just(REASON)),
)
endless = st.sampled_from((NotSent(REASON), Throttled(), Moved("-1"), HandleLost(REASON), Uncertain(REASON)))
jitters = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(("row", "outcome", "expected"), TABLE, ids=[f"{o!r}" for _, o, _ in TABLE])
def test_each_answer_means_what_the_table_says(row: Standing, outcome: Outcome, expected: Transition) -> None:
    assert settle(row, outcome, NOW, 0.0) == expected


@pytest.mark.parametrize("outcome", [NotSent(REASON), Moved("-1"), HandleLost(REASON)])
def test_what_never_succeeds_is_given_up_after_twelve_attempts(outcome: Outcome) -> None:
    last = settle(FRESH._replace(attempts=MAX_ATTEMPTS - 1), outcome, NOW, 0.0)
    assert (last.state, last.attempts, last.close) == (State.FAILED, MAX_ATTEMPTS, False)
    assert last.reason is Reason.GAVE_UP


def test_throttling_alone_is_waited_for_much_longer() -> None:
    assert settle(FRESH._replace(attempts=MAX_ATTEMPTS), Throttled(1), NOW, 0.0).state is State.RETRY
    assert settle(FRESH._replace(attempts=MAX_THROTTLED - 1), Throttled(1), NOW, 0.0).state is State.FAILED


def test_a_refused_account_costs_no_attempt_and_loses_no_row() -> None:
    row = MIDDLE._replace(attempts=MAX_ATTEMPTS - 1)
    for _ in range(1000):
        to = settle(row, Denied(REASON), NOW, 0.5)
        assert (to.state, to.attempts, to.part) == (State.PENDING, row.attempts, row.part)


@given(st.integers(0, 10_000), jitters)
def test_back_off_is_spread_and_never_longer_than_ten_minutes(attempts: int, jitter: float) -> None:
    wait = backoff_ms(attempts, jitter)
    assert 500 <= wait <= BACKOFF_LONGEST_MS
    assert backoff_ms(attempts, 0.0) <= wait <= 2 * backoff_ms(attempts, 0.0)


def followed(
    row: Standing, answers: list[tuple[Outcome, float]]
) -> list[tuple[Standing, Outcome, Transition]]:
    """One row's life: each answer with where the row stood and what became of it, until it ends."""
    life = []
    for outcome, jitter in answers:
        to = settle(row, outcome, NOW, jitter)
        life.append((row, outcome, to))
        if to.state not in OPEN:
            break
        may_resend = row.may_resend and not to.resent
        row = row._replace(attempts=to.attempts, part=to.part, may_resend=may_resend)
    return life


@given(
    st.integers(1, 4),
    st.booleans(),
    st.lists(st.tuples(outcomes, jitters), min_size=1, max_size=60),
)
def test_no_sequence_of_answers_repeats_or_skips_a_part(
    parts: int, urgent: bool, answers: list[tuple[Outcome, float]]
) -> None:
    life = followed(Standing(0, 0, parts, may_resend=urgent), answers)
    doubts = 0
    for before, outcome, to in life:
        accepted = isinstance(outcome, Sent)
        assert to.part == before.part + accepted
        assert to.not_before == 0 or NOW <= to.not_before <= NOW + THROTTLE_LONGEST_S * 1000
        doubts += isinstance(outcome, Uncertain) and to.state in OPEN
        assert (to.state is State.SENT) == (accepted and to.part == parts)
        assert DELIVERY.admits(State.INFLIGHT, to.state, Loop.SENDER)
    assert doubts <= urgent


@given(st.booleans(), st.lists(st.tuples(endless, jitters), min_size=200, max_size=250))
def test_every_row_ends_however_the_platform_behaves(
    repeatable: bool, answers: list[tuple[Outcome, float]]
) -> None:
    life = followed(FRESH._replace(repeatable=repeatable), answers)
    _, _, last = life[-1]
    assert last.state not in OPEN
    assert len(life) <= MAX_THROTTLED


@given(st.integers(0, 50), st.integers(0, 3), jitters)
def test_only_what_may_be_repeated_is_tried_again_when_in_doubt(
    attempts: int, part: int, jitter: float
) -> None:
    row = Standing(attempts, part, 4)
    assert settle(row, Uncertain(REASON), NOW, jitter).state is State.UNCERTAIN
    again = settle(row._replace(may_resend=True), Uncertain(REASON), NOW, jitter)
    assert (again.state, again.part, again.resent) == (State.RETRY, part, True)
    once_more = settle(row._replace(attempts=again.attempts), Uncertain(REASON), NOW, jitter)
    assert once_more.state is State.UNCERTAIN
