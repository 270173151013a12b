"""Schedules: month ends, clocks that jump, and the words people type."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.schedule.occurrences import (
    LAST_MS,
    Monthly,
    Once,
    Repeated,
    ScheduleAdapter,
    due,
    late,
    next_occurrence,
)
from bot.core.schedule.parse import parse_when

ZONES = [
    "Asia/Ho_Chi_Minh",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
    "UTC",
    "Etc/GMT+12",
    "Etc/GMT-14",
]
HCM = ZoneInfo("Asia/Ho_Chi_Minh")


naive = datetime.fromisoformat


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def iso(at: int | None, zone: str = "Asia/Ho_Chi_Minh") -> str:
    assert at is not None
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).isoformat()


def monthly(**changes: object) -> Monthly:
    values = {"day": 31, "hour": 8, "minute": 15, "timezone": "Asia/Ho_Chi_Minh", **changes}
    return Monthly.model_validate(values)


def test_a_day_past_the_month_s_end_is_its_last_day() -> None:
    found = due(monthly(), ms("2027-12-31T09:00+07:00"), ms("2028-04-30T08:15+07:00"))
    assert [iso(at)[:10] for at in found] == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]


def test_first_and_until_are_included() -> None:
    schedule = monthly(day=5, first="2026-01-05", until="2026-03-05")
    found = due(schedule, 0, LAST_MS)
    assert [iso(at)[:10] for at in found] == ["2026-01-05", "2026-02-05", "2026-03-05"]
    assert next_occurrence(schedule, found[-1]) is None


@pytest.mark.parametrize(
    ("zone", "day", "hour", "minute", "after", "expected"),
    [
        # Clocks go from 02:00 to 03:00: the first instant behind the gap.
        ("America/New_York", 8, 2, 30, "2026-03-01T00:00Z", "2026-03-08T03:00:00-04:00"),
        # 01:30 comes twice: the first.
        ("America/New_York", 1, 1, 30, "2026-10-15T00:00Z", "2026-11-01T01:30:00-04:00"),
        # Half an hour's gap.
        ("Australia/Lord_Howe", 4, 2, 10, "2026-10-01T00:00Z", "2026-10-04T02:30:00+11:00"),
        # Samoa had no 30 December 2011 at all.
        ("Pacific/Apia", 30, 8, 0, "2011-12-15T00:00Z", "2011-12-31T00:00:00+14:00"),
    ],
)
def test_clocks_that_jump(zone: str, day: int, hour: int, minute: int, after: str, expected: str) -> None:
    schedule = monthly(day=day, hour=hour, minute=minute, timezone=zone)
    at = next_occurrence(schedule, ms(after))
    assert iso(at, zone) == expected
    assert at is not None
    following = next_occurrence(schedule, at)
    assert following is not None
    assert following > at + 20 * 86_400_000


def test_once_is_strictly_after() -> None:
    assert due(Once(at=10), 9, 10) == [10]
    assert due(Once(at=10), 10, 20) == []
    assert next_occurrence(Once(at=10), 10) is None


def test_due_is_bounded_and_goes_on_from_its_last() -> None:
    schedule = monthly()
    some = due(schedule, 0, LAST_MS, limit=7)
    assert len(some) == 7
    assert due(schedule, 0, LAST_MS, limit=9) == some + due(schedule, some[-1], LAST_MS, limit=2)


def test_json_keeps_a_schedule() -> None:
    for schedule in (Once(at=5), monthly(first="2026-01-01")):
        assert ScheduleAdapter.validate_json(ScheduleAdapter.dump_json(schedule)) == schedule


@pytest.mark.parametrize(
    "wrong",
    [
        {"timezone": "Asia/Sai_Gon"},
        {"timezone": "../etc/passwd"},
        {"timezone": ""},
        {"timezone": "Asia"},
        {"day": 0},
        {"day": 32},
        {"hour": 24},
        {"first": "2026-02-02", "until": "2026-02-01"},
        {"unknown": 1},
    ],
)
def test_wrong_schedules_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        monthly(**wrong)


def test_late_is_from_the_limit_on() -> None:
    assert not late(1000, 1999, 1000)
    assert late(1000, 2000, 1000)
    assert not late(1000, 500, 1000)


schedules = st.one_of(
    st.builds(Once, at=st.integers(0, LAST_MS)),
    st.builds(
        Monthly,
        day=st.integers(1, 31),
        hour=st.integers(0, 23),
        minute=st.integers(0, 59),
        timezone=st.sampled_from(ZONES),
        first=st.none() | st.dates(date(1960, 1, 1), date(2040, 1, 1)),
        until=st.none() | st.dates(date(2040, 1, 2)),
    ),
)


class Daily(Repeated):
    """A kind of which nothing is known but its days."""

    def days(self, start: date) -> Iterator[date]:
        return map(date.fromordinal, range(start.toordinal(), date.max.toordinal() + 1))


def test_a_kind_is_its_days_and_the_rest_is_the_same_for_all() -> None:
    short = Daily(hour=8, minute=0, timezone="Asia/Ho_Chi_Minh", first="2026-01-05", until="2026-01-07")
    found = due(short, 0, LAST_MS)
    assert [iso(at)[:16] for at in found] == ["2026-01-05T08:00", "2026-01-06T08:00", "2026-01-07T08:00"]
    daily = short.model_copy(update={"first": None, "until": None})
    assert next_occurrence(daily, found[0] - 1) == found[0]
    assert next_occurrence(daily, LAST_MS) is None


instants = st.integers(0, 2_200_000_000_000) | st.integers(LAST_MS - 10**11, LAST_MS)
stretches = st.integers(0, 400 * 86_400_000)


@given(schedules, instants, stretches, st.integers(0, 100))
@settings(max_examples=200)
def test_occurrences_do_not_depend_on_who_wakes_when(
    schedule: Once | Monthly, since: int, length: int, percent: int
) -> None:
    until = since + length
    middle = since + length * percent // 100
    whole = due(schedule, since, until)
    assert whole == sorted(set(whole))
    assert all(since < at <= until for at in whole)
    assert whole == due(schedule, since, middle) + due(schedule, middle, until)


@given(schedules, st.integers(-(10**18), 10**18))
@settings(max_examples=200)
def test_no_instant_is_too_odd(schedule: Once | Monthly, after: int) -> None:
    at = next_occurrence(schedule, after)
    assert at is None or after < at <= LAST_MS


NOW = datetime(2026, 12, 10, 9, 0, tzinfo=HCM)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:30", "2026-12-10T14:30"),
        ("14h30", "2026-12-10T14:30"),
        ("14h", "2026-12-10T14:00"),
        ("lúc 14 giờ 30 phút", "2026-12-10T14:30"),
        ("2 giờ", "2026-12-11T02:00"),
        ("8:15", "2026-12-11T08:15"),
        ("09:00", "2026-12-11T09:00"),
        ("8:15 ngày 12/12", "2026-12-12T08:15"),
        ("8:15 ngày 12/12/2026", "2026-12-12T08:15"),
        ("8:15, 12/12/2026", "2026-12-12T08:15"),
        ("12/12 8:15", "2026-12-12T08:15"),
        ("12/12/2026 08:15", "2026-12-12T08:15"),
        ("ngày 5/1 lúc 8h", "2027-01-05T08:00"),
        ("ngày mai 7h", "2026-12-11T07:00"),
        ("  MAI   7:00 ", "2026-12-11T07:00"),
        ("ngay mai 7h", "2026-12-11T07:00"),
        ("7h sáng mai", "2026-12-11T07:00"),
        ("ngày kia 7h", "2026-12-12T07:00"),
        ("hôm nay 16h", "2026-12-10T16:00"),
        ("3h chiều", "2026-12-10T15:00"),
        ("tối nay 8h", "2026-12-10T20:00"),
        ("12h trưa nay", "2026-12-10T12:00"),
        ("1h trưa", "2026-12-10T13:00"),
        ("13h trưa", "2026-12-10T13:00"),
        ("11h trưa", "2026-12-10T11:00"),
        ("5h tối", "2026-12-10T17:00"),
        ("23h tối", "2026-12-10T23:00"),
        ("19h tối mai", "2026-12-11T19:00"),
        ("sau 2 phút", "2026-12-10T09:02"),
        ("2 phút nữa", "2026-12-10T09:02"),
        ("sau 1 giờ", "2026-12-10T10:00"),
        ("sau 1 giờ 30 phút", "2026-12-10T10:30"),
        ("1 tiếng nữa", "2026-12-10T10:00"),
        ("sau 3 ngày", None),
        ("2026-12-12T08:15+07:00", "2026-12-12T08:15"),
        ("2026-12-12T01:15Z", "2026-12-12T08:15"),
        ("2026-12-12 08:15", "2026-12-12T08:15"),
        ("29/2 8h", None),
    ],
)
def test_times_as_typed(text: str, expected: str | None) -> None:
    found = parse_when(text, NOW)
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert found.at.isoformat() == f"{expected}:00+07:00"
    assert not found.past


@pytest.mark.parametrize(
    "text", ["hôm nay 8h", "9/12 8:00", "8:15 ngày 12/12/2025", "2026-12-10T01:00Z", "sau 0 phút"]
)
def test_a_time_that_is_past_is_understood(text: str) -> None:
    found = parse_when(text, NOW)
    assert found is not None
    assert found.past


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sau",
        "nữa",
        "mai",
        "25h",
        *("12h tối mai", "14h sáng", "22h trưa", "12h sáng", "0h trưa", "3h trưa", "12h chiều", "20h chiều"),
        *("1h tối", "4h tối nay", "0h tối", "mai 21h sáng", "sáng mai 15h", "tối nay 12 giờ", "12h30 tối"),
        "14:60",
        "31/2 8h",
        "12/13 8h",
        "8:15 0/0",
        "2026-13-01T08:00",
        "chào",
        "12",
        "8:15 ngày 12/12/99999",
        "31/12/9999 25:00",
        "sau 9999 ngày",
        "8:15\x00",
        "2026-12-12T08:15+99:00",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert parse_when(text, NOW) is None


def test_typed_times_meet_the_gap_and_the_leap_day() -> None:
    new_york = ZoneInfo("America/New_York")
    found = parse_when("8/3/2026 2:30", datetime(2026, 3, 1, tzinfo=new_york))
    assert found is not None
    assert found.at.isoformat() == "2026-03-08T03:00:00-04:00"
    leap = parse_when("29/2 8h", datetime(2027, 12, 1, tzinfo=HCM))
    assert leap is not None
    assert leap.at.date() == date(2028, 2, 29)


@given(
    st.text(max_size=30) | st.from_regex(r"[0-9]{1,2}[:h/][0-9]{0,2} (ngày )?[0-9/]{1,10}", fullmatch=True),
    st.datetimes(naive("1970-01-02"), naive("9999-12-30"), timezones=st.just(HCM)),
)
@settings(max_examples=200)
def test_any_text_is_answered(text: str, now: datetime) -> None:
    found = parse_when(text, now)
    assert found is None or found.past == (found.at <= now)


@given(st.datetimes(naive("2000-01-01"), naive("2100-01-01")), st.sampled_from(ZONES))
@settings(max_examples=100)
def test_every_written_time_is_read_back(local: datetime, zone: str) -> None:
    local = local.replace(second=0, microsecond=0)
    found = parse_when(f"{local:%H:%M} ngày {local:%d/%m/%Y}", datetime(1999, 1, 1, tzinfo=ZoneInfo(zone)))
    assert found is not None
    read = found.at.replace(tzinfo=None)
    exists = (
        local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        == local
    )
    assert read == local if exists else local < read <= local + timedelta(days=1)
