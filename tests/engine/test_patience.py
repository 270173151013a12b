"""How long an update may take in a group: learnt from what is usual on this machine, and bounded."""

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.patience import SLOW_S, SLOWEST_S, Patience


@given(st.lists(st.floats(0, 100)))
def test_it_is_never_less_than_promised_nor_more_than_others_may_wait(took: list[float]) -> None:
    patience = Patience()
    for seconds in took:
        patience.took(seconds)
        assert SLOW_S <= patience.seconds() <= SLOWEST_S


def test_one_that_is_slow_among_quick_ones_changes_little() -> None:
    patience = Patience()
    for number in range(500):
        patience.took(patience.seconds() if number % 50 == 0 else 0.005)
    assert patience.seconds() == SLOW_S


def test_where_all_take_long_they_share_a_transaction_again_after_a_few() -> None:
    patience, undone = Patience(), 0
    for _ in range(20):
        if patience.seconds() < 0.15:
            undone += 1
            patience.took(patience.seconds())
        else:
            patience.took(0.15)
    assert undone <= 6
    assert patience.seconds() > 0.15
