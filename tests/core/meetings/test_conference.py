"""Who hears of a conference when; a tally of points adds up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.meetings.conference import (
    HEARS,
    HOLDS,
    POINT,
    Notice,
    Tally,
    answer_by,
    notices,
    tally,
    too_late,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)


def test_each_notice_has_who_hears_it_and_how_the_conference_stands() -> None:
    assert set(HEARS) == set(HOLDS) == set(Notice)


def test_the_day_is_told_at_seven_or_an_hour_ahead() -> None:
    at = datetime(2026, 11, 6, 14, 0, tzinfo=ZONE)
    until = answer_by(at, timedelta(days=2), NOW)
    times = notices(at, until, NOW)
    assert times[Notice.DAY] == datetime(2026, 11, 6, 7, 0, tzinfo=ZONE)
    assert times[Notice.CHASE] == datetime(2026, 11, 3, 14, 0, tzinfo=ZONE)
    assert times[Notice.AFTER] == datetime(2026, 11, 7, 8, 0, tzinfo=ZONE)
    early = at.replace(hour=7, minute=30)
    assert notices(early, until, NOW)[Notice.DAY] == early - HOUR


@given(st.integers(1, 24 * 60 * 360), st.sampled_from((1, 2, 3, 7)))
def test_nothing_is_said_before_now_nor_asked_for_after_it_begins(minutes: int, days: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    until = answer_by(at, timedelta(days=days), NOW)
    assert NOW <= until <= at
    for kind, when in notices(at, until, NOW).items():
        assert when >= NOW
        assert (when > at) == (kind is Notice.AFTER)
        assert not too_late(kind, at, when)


@pytest.mark.parametrize("kind", sorted(Notice))
def test_what_no_longer_holds_is_not_told(kind: Notice) -> None:
    at = NOW + timedelta(days=1)
    assert too_late(kind, at, at + timedelta(days=30)) == (kind is not Notice.BEGUN)


@given(st.lists(st.sampled_from(POINT.states)), st.lists(st.sampled_from(POINT.states)))
def test_tallies_add_up(some: list[str], more: list[str]) -> None:
    assert tally(some) + tally(more) == tally([*some, *more])
    assert tally(some).answered + some.count("asked") == tally(some).asked
    assert Tally() + tally(some) == tally(some)
