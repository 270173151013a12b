"""Numbers, dates and letters as they are shown and searched."""

import csv
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.kernel.formats import (
    at_least,
    blocks,
    cut_short,
    date_long,
    day,
    fold,
    moment,
    number,
    percent,
    read_day,
    utf16_len,
)

HANOI = timezone(timedelta(hours=7))
UNITS = Path(__file__).parents[3] / "content" / "units" / "dak-lak.csv"


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (1234, "1.234", "1,234"),
        (-3346853, "-3.346.853", "-3,346,853"),
        (5.05, "5,05", "5.05"),
        (5.5, "5,5", "5.5"),
        (62.0, "62", "62"),
        (100, "100", "100"),
        (1234.565, "1.234,57", "1,234.57"),
        (-0.001, "0", "0"),
        (Decimal("3.250"), "3,25", "3.25"),
        (1e20, "100.000.000.000.000.000.000", "100,000,000,000,000,000,000"),
    ],
)
def test_a_number_is_grouped(value: int | float | Decimal, vi: str, en: str) -> None:
    assert number(value) == vi
    assert number(value, "en") == en
    assert percent(value) == f"{vi} %"
    assert percent(value, "en-GB") == f"{en}%"


def test_a_number_without_an_upper_end_says_so() -> None:
    assert (at_least(1200), at_least(1200, "en")) == ("từ 1.200", "1,200 or more")


def test_a_bar_is_full_only_when_all_of_it_is_there() -> None:
    assert [blocks(part, 101) for part in (0, 100, 101)] == ["░" * 10, "▓" * 9 + "░", "▓" * 10]
    assert blocks(0, 0) == "░" * 10


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number(value)


@given(st.integers())
def test_a_grouped_number_is_the_same_number(value: int) -> None:
    assert int(number(value).replace(".", "")) == value


def test_dates_read_as_people_write_them() -> None:
    assert date_long(date(2023, 12, 8)) == "08/12/2023"
    assert date_long(date(2023, 12, 8), "en") == "8 December 2023"
    assert moment(datetime(2023, 12, 12, 8, 15, tzinfo=HANOI)) == "08:15 ngày 12/12/2023"
    assert moment(datetime(2023, 12, 12, 8, 15, tzinfo=HANOI), "en") == "08:15, 12 December 2023"


def test_a_week_from_monday_to_sunday() -> None:
    days = [date(2023, 12, 11) + timedelta(days=n) for n in range(7)]
    assert [day(d) for d in days] == [
        "thứ Hai 11/12",
        "thứ Ba 12/12",
        "thứ Tư 13/12",
        "thứ Năm 14/12",
        "thứ Sáu 15/12",
        "thứ Bảy 16/12",
        "Chủ nhật 17/12",
    ]
    assert day(days[0], "en") == "Mon 11 Dec"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime.fromisoformat("2023-12-12T08:15"))


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đắk Lắk", "dak lak"),
        ("Phường Hoà Hiệp", "phuong hoa hiep"),
        ("Phường Hòa Hiệp", "phuong hoa hiep"),
        ("NGHỊ QUYẾT ưỡn Ợ", "nghi quyet uon o"),
        ("Xã Ea H’Leo", "xa ea h'leo"),
        ("ƀuôn", "buon"),
    ],
)
def test_search_needs_no_diacritics(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(unicodedata.normalize("NFD", written)) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_unit_is_found_by_its_name_in_plain_letters() -> None:
    with UNITS.open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert len(names) == 104
    assert all(fold(name).isascii() for name in names)


@given(st.text())
def test_lengths_are_utf_16_units(text: str) -> None:
    assert utf16_len(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.dates(date(1000, 1, 1)))
def test_a_day_is_read_as_it_is_shown(value: date) -> None:
    for written in (
        date_long(value),
        value.isoformat(),
        f"{value.day}/{value.month}/{value.year}",
        f" {value} ",
        f"{value} 00:00:00",
        f"ngày {value.day:02} tháng {value.month:02} năm {value.year}",
        f"{value.day:02}-{value.month:02}-{value.year}",
    ):
        assert read_day(written) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/2/2026",
        "1/11",
        "11/2026",
        "1/13/2026",
        "/1/2026",
        "-1/1/2026",
        "１/1/2026",
        "2026-W27-1",
        "20260701",
        "1/7/2026 rưỡi",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_day(text)


@pytest.mark.parametrize(
    ("words", "most", "cut"),
    [
        ("Kỳ họp thứ 6", 12, "Kỳ họp thứ 6"),
        ("Kỳ họp thứ 6", 11, "Kỳ họp thứ…"),
        ("Kỳ họp thứ 6", 10, "Kỳ họp…"),
        ("khôngcókhoảngtrắng", 6, "không…"),
        ("một haibabốnnăm", 8, "một…"),
    ],
)
def test_what_is_cut_short_ends_with_a_whole_word(words: str, most: int, cut: str) -> None:
    assert cut_short(words, most) == cut
    assert len(cut) <= most
