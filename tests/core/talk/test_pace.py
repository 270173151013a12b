"""One chat's flood is bounded; others do not notice."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.talk.pace import Pace

HOA, BINH = ("tinh", "1"), ("tinh", "2")


def test_a_burst_is_handled_and_then_no_more_than_the_rate() -> None:
    pace = Pace(burst=5, a_second=1)
    assert [pace.admits(HOA, 0.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert pace.admits(BINH, 0.0)
    assert pace.admits(HOA, 1.0)
    assert not pace.admits(HOA, 1.0)


def test_a_flood_is_told_of_once() -> None:
    pace = Pace(burst=1, a_second=1)
    pace.admits(HOA, 0.0)
    assert not pace.admits(HOA, 0.0)
    assert pace.to_be_told(HOA)
    assert not pace.to_be_told(HOA)
    assert pace.admits(HOA, 10.0)
    assert not pace.admits(HOA, 10.0)
    assert pace.to_be_told(HOA)


@given(st.lists(st.floats(0, 2), max_size=200))
def test_never_more_than_burst_and_rate_in_any_window(gaps: list[float]) -> None:
    pace, now, admitted = Pace(burst=5, a_second=2), 0.0, []
    for gap in gaps:
        now += gap
        if pace.admits(HOA, now):
            admitted.append(now)
    for place, first in enumerate(admitted):
        within = [at for at in admitted[place:] if at <= first + 10]
        assert len(within) <= 5 + 2 * 10 + 1
