"""By when an erasure is answered and done: in working days, over weekends and public holidays."""

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people.erasure_clock import LONGEST, answer_by, done_by
from bot.core.schedule.quiet import is_worked
from tests.contents import known

WORKS = partial(is_worked, days=known().holidays)


@pytest.mark.parametrize(
    ("asked", "answered", "done"),
    [
        (date(2026, 11, 23), date(2026, 11, 26), date(2026, 12, 15)),  # Monday; the 24th is a holiday
        (date(2026, 11, 26), date(2026, 11, 30), date(2026, 12, 17)),  # Thursday: over the weekend
        (date(2026, 11, 27), date(2026, 12, 1), date(2026, 12, 18)),
        (date(2026, 11, 28), date(2026, 12, 1), date(2026, 12, 18)),  # Saturday
        (date(2026, 12, 30), date(2027, 1, 4), date(2027, 1, 21)),  # over New Year
        (date(2026, 1, 8), date(2026, 1, 10), date(2026, 1, 28)),  # the Saturday is worked, by the file
        (date(2026, 2, 12), date(2026, 2, 23), date(2026, 3, 12)),  # over Tết
    ],
)
def test_an_answer_is_due_after_two_working_days(asked: date, answered: date, done: date) -> None:
    assert (answer_by(asked, WORKS), done_by(asked, WORKS)) == (answered, done)


@given(asked=st.dates(max_value=date(9998, 1, 1)))
def test_an_answer_is_due_on_a_working_day_and_before_it_is_to_be_done(asked: date) -> None:
    answered, done = answer_by(asked, is_worked), done_by(asked, is_worked)
    assert answered.weekday() < 5
    assert done.weekday() < 5
    assert asked + timedelta(days=2) <= answered < done
    assert done <= asked + timedelta(days=21)


def test_a_table_without_a_working_day_ends_all_the_same() -> None:
    asked = date(2026, 11, 23)
    assert answer_by(asked, lambda day: False) == asked + timedelta(days=LONGEST)
