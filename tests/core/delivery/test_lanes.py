"""Shares of the rate: half for conversations, half for runs, and nobody starves anybody."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery.lanes import STRANGERS_S, TALK, Lane, Lanes
from bot.core.delivery.limiter import Limiter
from bot.core.kernel.capabilities import Rates

RATE = 30
waitings = st.sets(st.sampled_from(Lane), min_size=1)


def _given(lanes: Lanes, waiting: set[Lane], slots: int, since: float = 0.0) -> Counter[Lane]:
    """Who had how many slots, all of `waiting` waiting all the time."""
    had: Counter[Lane] = Counter()
    for slot in range(slots):
        now = since + slot / RATE
        lane = lanes.next(waiting, now)
        if lane is not None:
            lanes.took(lane, now)
            had[lane] += 1
    return had


@given(waitings)
def test_only_who_waits_has_a_slot_and_none_is_lost_while_one_may_go(waiting: set[Lane]) -> None:
    had = _given(Lanes(), waiting, 300)
    assert set(had) <= waiting
    if waiting != {Lane.STRANGER}:
        assert had.total() == 300


@given(st.sets(st.sampled_from(sorted(TALK, key=lambda one: one.value)), min_size=1))
def test_a_storm_of_conversations_leaves_the_run_half_and_the_run_leaves_them_half(talk: set[Lane]) -> None:
    had = _given(Lanes(), talk | {Lane.RUN}, 600)
    assert had[Lane.RUN] >= 300
    if talk != {Lane.STRANGER}:
        assert had.total() - had[Lane.RUN] >= 299


@given(waitings, st.integers(0, 200), waitings)
def test_whatever_was_before_no_lane_waits_for_ever(
    before: set[Lane], slots: int, waiting: set[Lane]
) -> None:
    lanes = Lanes()
    _given(lanes, before, slots)
    had = _given(lanes, waiting, 2 * RATE, slots / RATE + STRANGERS_S)
    assert set(had) == waiting


@given(waitings)
def test_strangers_have_one_message_a_second_in_all(others: set[Lane]) -> None:
    had = _given(Lanes(), others | {Lane.STRANGER}, 10 * RATE)
    assert 9 <= had[Lane.STRANGER] <= 10


def test_a_reply_goes_before_edits_and_a_run_and_saves_up_no_turns() -> None:
    lanes = Lanes()
    _given(lanes, {Lane.RUN, Lane.EDIT}, 301)
    had = _given(lanes, {Lane.REPLY, Lane.EDIT, Lane.RUN}, 2, 20.0)
    assert had[Lane.REPLY] == 1
    had = _given(lanes, {Lane.REPLY, Lane.EDIT, Lane.RUN}, 56, 30.0)
    assert had[Lane.RUN] == 28
    assert had[Lane.REPLY] >= 2 * had[Lane.EDIT] > 0


def test_marks_leave_a_run_nineteen_slots_of_twenty_and_have_all_where_nobody_waits() -> None:
    had = _given(Lanes(), {Lane.RUN, Lane.MARK}, 600)
    assert had[Lane.RUN] == 570
    assert _given(Lanes(), {Lane.MARK}, 100)[Lane.MARK] == 100


def test_marks_take_nothing_from_replies_that_a_run_leaves_half() -> None:
    had = _given(Lanes(), {Lane.REPLY, Lane.RUN, Lane.MARK}, 780)
    assert had == {Lane.REPLY: 380, Lane.RUN: 380, Lane.MARK: 20}


def test_a_run_reaches_all_of_900_who_confirm_as_it_comes_within_33_seconds() -> None:
    limiter, lanes, now = Limiter(Rates(account=float(RATE)), 0.0), Lanes(), 0.0
    run, marks = 900, list[float]()  # who has not got it; when the buttons below it are to change
    while run:
        now = limiter.next_at(now)
        waiting = {Lane.RUN, Lane.MARK} if marks and marks[0] <= now else {Lane.RUN}
        lane = lanes.next(waiting, now)
        assert lane is not None
        lanes.took(lane, now)
        limiter.take(now, f"{run}")
        if lane is Lane.RUN:
            run -= 1
            marks.append(now + 0.5)
        else:
            marks.pop(0)
    assert 31 < now < 33
