"""By when an erasure is answered and done."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people.erasure_clock import answer_by, done_by


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday: over the weekend
        (date(2026, 11, 27), date(2026, 12, 1)),
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday
        (date(2026, 11, 29), date(2026, 12, 1)),
    ],
)
def test_an_answer_is_due_after_two_working_days(asked: date, answered: date) -> None:
    assert answer_by(asked) == answered


@given(asked=st.dates(max_value=date(9999, 1, 1)))
def test_an_answer_is_due_on_a_working_day_and_before_it_is_to_be_done(asked: date) -> None:
    assert answer_by(asked).weekday() < 5
    assert asked + timedelta(days=2) <= answer_by(asked) < done_by(asked)
