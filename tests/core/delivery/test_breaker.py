"""The breaker opens after a row of bad answers and probes its way back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.delivery.breaker import ENOUGH, FIRST_WAIT, LONGEST_WAIT, Breaker, State


def opened(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(ENOUGH):
        breaker.record(False, now)
    return breaker


def state(breaker: Breaker) -> State:
    """Read afresh: mypy takes what it was for what it still is."""
    return breaker.state


def test_opens_after_a_row_only() -> None:
    breaker = Breaker()
    for _ in range(3):
        for _ in range(ENOUGH - 1):
            breaker.record(False, 0.0)
        breaker.record(True, 0.0)
    assert breaker.state is State.CLOSED
    assert opened().state is State.OPEN


def test_one_probe_after_the_wait_then_one_message_and_it_closes() -> None:
    breaker = opened(10.0)
    assert not breaker.allow(10.9)
    assert breaker.next_at(10.0) == 10.0 + FIRST_WAIT
    assert breaker.allow(11.0)
    assert state(breaker) is State.HALF_OPEN
    assert not breaker.allow(11.0)
    breaker.record(True, 11.2)
    assert state(breaker) is State.TRIAL
    assert breaker.allow(11.2)
    assert breaker.next_at(11.2) == 11.2
    breaker.record(True, 11.4)
    assert state(breaker) is State.CLOSED


def test_a_platform_that_answers_probes_and_takes_no_messages_is_asked_ever_less_often() -> None:
    breaker, now, waits = opened(), 0.0, []
    for _ in range(4):
        waits.append(breaker.next_at(now) - now)
        now = breaker.next_at(now)
        assert breaker.allow(now)
        breaker.record(True, now)
        assert state(breaker) is State.TRIAL
        breaker.record(False, now)
        assert state(breaker) is State.OPEN
    assert waits == [1, 2, 4, 8]


def test_waits_double_up_to_a_minute_and_start_again() -> None:
    breaker, now, waits = opened(), 0.0, []
    for _ in range(8):
        waits.append(breaker.next_at(now) - now)
        now = breaker.next_at(now)
        assert breaker.allow(now)
        breaker.record(False, now)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert breaker.allow(now + LONGEST_WAIT)
    breaker.record(True, now + LONGEST_WAIT)
    breaker.record(True, now + LONGEST_WAIT)
    for _ in range(ENOUGH):
        breaker.record(False, 1000.0)
    assert breaker.next_at(1000.0) == 1000.0 + FIRST_WAIT


def test_answers_to_earlier_messages_do_not_close_or_prolong() -> None:
    breaker = opened()
    for ok in (True, False, True):
        breaker.record(ok, 0.5)
    assert breaker.state is State.OPEN
    assert breaker.next_at(0.5) == FIRST_WAIT


def test_a_lost_probe_is_made_again() -> None:
    breaker = opened()
    assert breaker.allow(5.0)
    assert not breaker.allow(5.0 + LONGEST_WAIT - 1)
    assert breaker.allow(5.0 + LONGEST_WAIT)


@given(st.lists(st.tuples(st.floats(0, 5), st.sampled_from([True, False, None])), max_size=80))
@settings(max_examples=100)
def test_in_an_outage_at_most_a_few_go_unanswered(acts: list[tuple[float, bool | None]]) -> None:
    breaker, now, bad = Breaker(), 0.0, 0
    for step, answer in acts:
        now += step
        if answer is None:
            assert breaker.next_at(now) >= now
        elif breaker.allow(now):
            probing = breaker.state is State.HALF_OPEN
            alone = breaker.state is State.TRIAL
            assert bad < ENOUGH or probing or alone
            breaker.record(answer, now)
            if not (answer and probing):
                bad = 0 if answer else bad + 1
            assert (breaker.state is State.TRIAL) == (answer and probing)
        assert (breaker.state is State.CLOSED) == (bad < ENOUGH)
