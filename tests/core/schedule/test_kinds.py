"""Each kind of schedule: its days, each once, in order, nothing between; the lunar calendar; rest."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.schedule.lunar import Lunar, LunarMonthly, months, new_year, to_lunar, to_solar
from bot.core.schedule.monthly import Monthly, MonthlyWeekday, Yearly
from bot.core.schedule.occurrences import ScheduleAdapter, due, going, next_occurrence, occurrences
from bot.core.schedule.once import Once
from bot.core.schedule.quiet import Day, Quiet, Rest
from bot.core.schedule.relative import Relative
from bot.core.schedule.repeated import Repeated
from bot.core.schedule.weekly import Daily, Weekly
from tests.patience import SLOW

HCM = "Asia/Ho_Chi_Minh"
ZONES = [HCM, "America/New_York", "Pacific/Apia", "Africa/Casablanca", "UTC"]
REFERENCE = Path(__file__).with_name("lunar_reference.csv")
DAY = 86_400_000


def ms(text: str, zone: str = HCM) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def day(at: int, zone: str = HCM) -> date:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()


def test_no_lunar_day_is_wrong_from_1968_to_2050() -> None:
    rows = list(csv.DictReader(REFERENCE.read_text("utf-8").splitlines()))
    assert len(rows) > 4600
    for row in rows:
        solar, leap = date.fromisoformat(row["solar"]), row["leap"] == "1"
        on = (int(row["lunar_day"]), int(row["lunar_month"]), int(row["lunar_year"]), leap)
        assert to_lunar(solar) == on
        assert to_solar(on[2], on[1], on[0], "leap" if leap else "regular", "skip") == [solar]


def test_each_solar_day_has_one_lunar_day_and_back() -> None:
    one = date(1968, 1, 1)
    while one <= date(2050, 12, 31):
        on = to_lunar(one)
        assert to_solar(on.year, on.month, on.day, "leap" if on.leap else "regular", "skip") == [one]
        one += timedelta(days=1)


def test_leap_months_and_where_vietnam_and_china_differ() -> None:
    leap = {year: [one.month for one in months(year) if one.leap] for year in (2025, 2028, 2031, 2033)}
    assert leap == {2025: [6], 2028: [5], 2031: [3], 2033: [11]}
    assert new_year(2030) == date(2030, 2, 2)  # in China on the 3rd
    for year in (1899, 2100):
        with pytest.raises(ValueError, match="lunar year"):
            months(year)


COMMON = {"hour": 8, "minute": 0, "timezone": HCM}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Daily(**COMMON), "2027-01-01 2027-01-02 2027-01-03"),
        (Weekly(weekdays=(4, 0), **COMMON), "2027-01-01 2027-01-04 2027-01-08"),
        (Monthly(day=31, **COMMON), "2027-01-31 2027-02-28 2027-03-31"),
        (Monthly(day=31, short="skip", **COMMON), "2027-01-31 2027-03-31 2027-05-31"),
        (MonthlyWeekday(weekday=0, which=2, **COMMON), "2027-01-11 2027-02-08 2027-03-08"),
        (MonthlyWeekday(weekday=4, which=-1, **COMMON), "2027-01-29 2027-02-26 2027-03-26"),
        (Yearly(day=29, month=2, **COMMON), "2027-02-28 2028-02-29 2029-02-28"),
        (Yearly(day=29, month=2, short="skip", **COMMON), "2028-02-29 2032-02-29 2036-02-29"),
        (Lunar(day=23, month=12, **COMMON), "2027-01-30 2028-01-19 2029-02-06"),
        (Lunar(day=30, month=12, **COMMON), "2027-02-05 2028-01-25 2029-02-12"),
        (Lunar(day=30, month=12, short="skip", **COMMON), "2033-01-30 2034-02-18 2035-02-07"),
        (Lunar(day=15, month=5, leap="both", **COMMON), "2027-06-19 2028-06-07 2028-07-07"),
        (Lunar(day=15, month=5, leap="leap", **COMMON), "2028-07-07 2039-07-06 2047-07-07"),
        (LunarMonthly(month_days=(15, 1), **COMMON), "2027-01-08 2027-01-22 2027-02-06"),
        (Relative(offset=-10, **COMMON), "2027-01-27 2028-01-16 2029-02-03"),
        (Relative(offset=5, **COMMON), "2027-02-11 2028-01-31 2029-02-18"),
        (Daily(**COMMON, first=date(2027, 3, 1), count=2), "2027-03-01 2027-03-02"),
        (Daily(**COMMON, first=date(2027, 3, 1), until=date(2027, 3, 1)), "2027-03-01"),
    ],
)
def test_days_of_each_kind(schedule: Repeated, expected: str) -> None:
    found = due(schedule, ms("2026-12-31T09:00"), ms("2070-01-01T00:00"), limit=3)
    assert " ".join(day(at).isoformat() for at in found) == expected
    assert ScheduleAdapter.validate_json(schedule.model_dump_json()) == schedule


def test_stored_schedules_of_before_are_still_read() -> None:
    common = '"hour":8,"minute":15,"timezone":"Asia/Ho_Chi_Minh","first":null,"until":"2027-01-31"'
    monthly = f'{{{common},"kind":"monthly","day":31}}'
    found = ScheduleAdapter.validate_json(monthly)
    assert found == Monthly(day=31, hour=8, minute=15, timezone=HCM, until=date(2027, 1, 31))
    assert ScheduleAdapter.validate_json('{"kind":"once","at":5}') == Once(at=5)


def common(count: bool) -> dict[str, st.SearchStrategy[object]]:
    first = st.dates(date(2020, 1, 1), date(2030, 1, 1))
    return {
        "hour": st.integers(0, 23),
        "minute": st.integers(0, 59),
        "timezone": st.sampled_from(ZONES),
        "first": first if count else st.none() | first,
        "until": st.none() | st.dates(date(2030, 1, 2), date(2040, 1, 1)),
        "count": st.integers(1, 40) if count else st.none(),
    }


def kinds() -> st.SearchStrategy[Repeated]:
    short, leap = st.sampled_from(["last", "skip"]), st.sampled_from(["regular", "leap", "both"])
    weekday = st.integers(0, 6)
    some = [
        st.one_of(
            st.builds(Daily, **rest),
            st.builds(Weekly, weekdays=st.lists(weekday, min_size=1, max_size=7).map(tuple), **rest),
            st.builds(Monthly, day=st.integers(1, 31), short=short, **rest),
            st.builds(MonthlyWeekday, weekday=weekday, which=st.sampled_from([1, 2, 3, 4, -1]), **rest),
            st.builds(Yearly, day=st.integers(1, 28), month=st.integers(1, 12), **rest),
            st.builds(
                Lunar, day=st.integers(1, 30), month=st.integers(1, 12), leap=leap, short=short, **rest
            ),
            st.builds(
                LunarMonthly,
                month_days=st.lists(st.integers(1, 30), min_size=1, max_size=4).map(tuple),
                short=short,
                **rest,
            ),
            st.builds(Relative, offset=st.integers(-150, 150), **rest),
        )
        for rest in (common(True), common(False))
    ]
    return st.one_of(*some)


def naive_days(schedule: Repeated, begin: date, end: date) -> list[date]:
    """Day by day from the first: whether it is one, by what the kind says of all of its days."""
    first = schedule.first or begin
    inside: list[date] = []
    nominal = set()
    for one in schedule.days(min(first, begin) - timedelta(days=400)):
        if one > end:
            break
        nominal.add(one)
    at = min(first, begin)
    taken = 0
    while at <= end:
        if at in nominal and at >= first and (schedule.until is None or at <= schedule.until):
            taken += 1
            if at >= begin and (schedule.count is None or taken <= schedule.count):
                inside.append(at)
        at += timedelta(days=1)
    return inside


@given(kinds(), st.dates(date(2019, 1, 1), date(2039, 1, 1)), st.integers(0, 400), st.integers(0, 100))
@settings(max_examples=150, deadline=None)
def test_each_occurrence_once_in_order_nothing_between(
    schedule: Repeated, begin: date, length: int, percent: int
) -> None:
    zone = schedule.timezone
    since, until = ms(f"{begin}T00:00", zone) - 1, ms(f"{begin + timedelta(days=length)}T00:00", zone) - 1
    found = list(occurrences(schedule, since, until))
    assert found == sorted(set(found))
    assert all(since < at <= until for at in found)
    middle = since + (until - since) * percent // 100
    assert found == [*occurrences(schedule, since, middle), *occurrences(schedule, middle, until)]
    if zone in (HCM, "UTC"):  # no day there is left out
        days = naive_days(schedule, begin, begin + timedelta(days=length - 1)) if length else []
        assert [day(at, zone) for at in found] == days
        times = [datetime.fromtimestamp(at / 1000, ZoneInfo(zone)) for at in found]
        assert {(one.hour, one.minute) for one in times} <= {(schedule.hour, schedule.minute)}


HOLIDAYS = {
    **{date(2027, 2, one): Day(True, "Tết") for one in range(4, 11)},
    date(2027, 2, 20): Day(False, "làm bù"),
}
REST = Rest(HCM, start=21 * 60, end=6 * 60, weekends=True, days=HOLIDAYS.get)


@pytest.mark.parametrize(
    ("at", "goes", "why"),
    [
        ("2027-01-13T08:00", "2027-01-13T08:00", None),
        ("2027-01-13T20:59", "2027-01-13T20:59", None),
        ("2027-01-13T21:00", "2027-01-14T06:00", Quiet.NIGHT),
        ("2027-01-13T05:59", "2027-01-13T06:00", Quiet.NIGHT),
        ("2027-01-15T22:00", "2027-01-18T06:00", Quiet.NIGHT),  # Friday night
        ("2027-01-16T08:00", "2027-01-18T08:00", Quiet.WEEKEND),
        ("2027-01-17T03:00", "2027-01-18T06:00", Quiet.WEEKEND),
        ("2027-02-06T08:00", "2027-02-11T08:00", Quiet.HOLIDAY),
        ("2027-02-20T08:00", "2027-02-20T08:00", None),  # a Saturday that is worked
    ],
)
def test_what_falls_into_rest_is_deferred(at: str, goes: str, why: Quiet | None) -> None:
    assert REST.deferred(ms(at)) == ms(goes)
    assert REST.why(ms(at)) == why
    assert REST.why(ms(goes)) is None


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 23), st.booleans())
@settings(max_examples=60, deadline=None)
def test_deferred_occurrences_go_once_in_order_whoever_wakes_when(
    hour: int, minute: int, start: int, end: int, weekends: bool
) -> None:
    rest = Rest(HCM, start=start * 60, end=end * 60, weekends=weekends, days=HOLIDAYS.get)
    schedule = Daily(hour=hour, minute=minute, timezone=HCM, first=date(2027, 1, 25), count=40)
    since, until = ms("2027-01-25T00:00"), ms("2027-03-20T00:00")
    planned = list(going(schedule, since - 1, rest))
    assert [one.at for one in planned] == due(schedule, since - 1, until, rest=rest)
    goes = [one.goes for one in planned]
    assert goes == sorted(set(goes))  # nobody gets two at once
    assert all(rest.why(one) is None for one in goes)
    woken: list[int] = []
    from_ = since - 1
    for now in range(since, until, 7 * 3_600_000):
        found = due(schedule, from_, now, rest=rest)
        woken += found
        from_ = found[-1] if found else from_
    assert woken == [one.at for one in planned]


def test_the_calendar_of_a_thousand_schedules_is_quick() -> None:
    made: list[Repeated] = []
    for number in range(1000):
        common = {"hour": number % 24, "minute": number % 60, "timezone": HCM}
        made.append(
            (
                Daily(**common),
                Weekly(weekdays=(number % 7, 3), **common),
                Monthly(day=number % 31 + 1, **common),
                MonthlyWeekday(weekday=number % 7, which=2, **common),
                Lunar(day=number % 30 + 1, month=number % 12 + 1, **common),
                LunarMonthly(month_days=(1, 15), **common),
                Relative(offset=-10, **common),
                Yearly(day=2, month=9, **common),
            )[number % 8]
        )
    since, until = ms("2027-01-01T00:00"), ms("2027-01-01T00:00") + 90 * DAY
    best = 9.0
    for _ in range(3):
        begun, found = process_time(), 0
        for schedule in made:
            for one in going(schedule, since, REST):
                if one.goes > until:
                    break
                found += 1
        best = min(best, process_time() - begun)
    assert found > 8000
    assert best <= SLOW * 0.1, f"{best:.3f} s for {found} occurrences"


def test_beyond_what_is_known_of_the_lunar_calendar_there_is_none() -> None:
    tet = Relative(offset=0, **COMMON)
    assert next_occurrence(tet, ms("2099-06-01T00:00")) is None
    assert next_occurrence(Lunar(day=1, month=1, **COMMON), ms("2200-06-01T00:00")) is None
