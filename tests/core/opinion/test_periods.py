"""Periods that may be told of, and those that are turned down."""

from datetime import date

import pytest

from bot.core.opinion.periods import NoPeriod, before, period, written

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("first", "last", "whole", "months", "running"),
    [
        ((2026, 10, 1), (2026, 10, 31), True, 1, None),
        ((2026, 10, 5), (2026, 10, 20), True, 1, None),  # widened to the month it lies in
        ((2026, 1, 1), (2026, 11, 26), False, 10, (date(2026, 11, 1), TODAY)),
        ((2026, 11, 23), (2026, 11, 26), False, 0, (date(2026, 11, 23), TODAY)),  # this week
        ((2026, 10, 12), (2026, 10, 18), False, 0, None),  # a week that is over is kept as it was told
        ((2026, 10, 12), (2026, 10, 17), True, 1, None),  # no week: a day apart would tell of that day
        ((2026, 11, 1), (2026, 12, 31), False, 0, (date(2026, 11, 1), TODAY)),
        ((2025, 12, 31), (2026, 1, 1), True, 2, None),
    ],
)
def test_what_days_are_summed_up(
    first: tuple[int, int, int],
    last: tuple[int, int, int],
    whole: bool,
    months: int,
    running: tuple[date, date] | None,
) -> None:
    found = period(date(*first), date(*last), TODAY)
    assert (found.whole, len(found.months), found.running) == (whole, months, running)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (date(2026, 11, 27), date(2026, 11, 30), "digest.to_come"),
        (date(2026, 10, 2), date(2026, 10, 1), "digest.turned_round"),
        (date(2001, 1, 1), TODAY, "digest.too_long"),
    ],
)
def test_what_is_turned_down(first: date, last: date, why: str) -> None:
    with pytest.raises(NoPeriod, match=why):
        period(first, last, TODAY)


def test_what_is_over_is_kept_under_its_name() -> None:
    week = period(date(2026, 12, 28), date(2027, 1, 3), date(2027, 2, 1))
    assert (week.kept, week.closed) == ({"2026-W53": (date(2026, 12, 28), date(2027, 1, 3))}, True)
    months = period(date(2026, 9, 1), date(2026, 11, 26), TODAY)
    assert list(months.kept) == ["2026-09", "2026-10"]
    assert not months.closed


def test_the_period_before_is_as_long() -> None:
    quarter = period(date(2026, 7, 1), date(2026, 9, 30), TODAY)
    assert before(quarter) == (date(2026, 4, 1), date(2026, 6, 30))
    week = period(date(2026, 10, 12), date(2026, 10, 18), TODAY)
    assert before(week) == (date(2026, 10, 5), date(2026, 10, 11))


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("tháng 9", (2026, 9, 1), (2026, 9, 30)),
        ("Tháng 12", (2025, 12, 1), (2025, 12, 31)),  # the last one that has begun
        ("thang 11", (2026, 11, 1), (2026, 11, 30)),
        ("tháng 02 năm 2024", (2024, 2, 1), (2024, 2, 29)),
        ("tháng 9/2026", (2026, 9, 1), (2026, 9, 30)),
        ("10/2026", (2026, 10, 1), (2026, 10, 31)),
        ("quý 3", (2026, 7, 1), (2026, 9, 30)),
        ("quý IV", (2026, 10, 1), (2026, 12, 31)),
        ("Quý III/2025", (2025, 7, 1), (2025, 9, 30)),
        ("năm 2025", (2025, 1, 1), (2025, 12, 31)),
        ("tháng  trước", (2026, 10, 1), (2026, 10, 31)),
        ("quý này", (2026, 10, 1), (2026, 11, 26)),
        ("năm trước", (2025, 1, 1), (2025, 12, 31)),
    ],
)
def test_a_period_as_people_write_it(
    words: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert written(words, TODAY) == (date(*first), date(*last))


@pytest.mark.parametrize(
    "words", ["", "tháng", "9", "iii", "tháng 13", "tháng 0", "quý 5", "Ea Kao", "năm 26"]
)
def test_what_is_no_period(words: str) -> None:
    assert written(words, TODAY) is None
