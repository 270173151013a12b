"""Numbers, dates and letters as people here read and type them. No locale data, no clock."""

import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from bot.core.kernel.characters import utf16_len

__all__ = ["date_long", "day", "fold", "moment", "number", "percent", "utf16_len"]

BLOCKS = 10  # of a bar
_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LUNAR_MONTHS = (
    *("Giêng", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một"),
    "Chạp",
)
_STEMS = ("Giáp", "Ất", "Bính", "Đinh", "Mậu", "Kỷ", "Canh", "Tân", "Nhâm", "Quý")
_BRANCHES = ("Tý", "Sửu", "Dần", "Mão", "Thìn", "Tỵ", "Ngọ", "Mùi", "Thân", "Dậu", "Tuất", "Hợi")
# Letters that Unicode does not take apart (ƀ is Ê Đê and M'nông), and apostrophes as phones type them.
_LETTERS = str.maketrans({"đ": "d", "ƀ": "b", "’": "'", "‘": "'", "ʼ": "'", "ʹ": "'"})
# A day in figures, or in words as papers have it: "ngày 1 tháng 11 năm 2026". Its year, month, day.
_SLASHES = str.maketrans(dict.fromkeys("⁄∕／", "/") | dict.fromkeys("‐‑‒–—−－", "-") | {"．": "."})
_DAYS = (
    (re.compile(r"(?<![0-9])([0-9]{4})\s*([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})(?![0-9])"), (1, 3, 4)),
    (re.compile(r"(?<![0-9])([0-9]{1,2})\s*([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{4})(?![0-9])"), (4, 3, 1)),
    (
        re.compile(r"(?<![0-9])([0-9]{1,2})\s*thang\s*([0-9]{1,2})\s*(?:,|nam)?\s*([0-9]{4})(?![0-9])"),
        (3, 2, 1),
    ),
)
# What may stand around a day where a day alone is meant: its weekday, and midnight as Excel writes it.
_AROUND = re.compile(
    r"\s*(?:(?:thu\s+\w+|chu nhat|cn)\s*,?\s*)?(?:ngay\s*)?(?:[t\s]\s*0?0:00(?::00)?(?:\.0+)?)?[\s.]*"
)


def _english(language: str) -> bool:
    return language.partition("-")[0] == "en"


def number(value: int | float | Decimal, language: str = "vi") -> str:
    """A number with grouped thousands and at most two decimals: "1.234", "5,05"; English "1,234", "5.05".

    Halves are rounded away from zero. Raises ValueError for NaN and infinity.
    """
    exact = Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"{value!r} is not a number to show")
    rounded = exact if exact == exact.to_integral_value() else exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    shown = f"{rounded:,f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    shown = "0" if shown == "-0" else shown
    return shown if _english(language) else shown.translate(str.maketrans(",.", ".,"))


def percent(value: int | float | Decimal, language: str = "vi") -> str:
    """A value already in per cent: 5.05 → "5,05 %"; English "5.05%"."""
    return f"{number(value, language)}%" if _english(language) else f"{number(value, language)} %"


def at_least(value: int, language: str = "vi") -> str:
    """A number without an upper end: "từ 1.200"; English "1,200 or more"."""
    written = number(value, language)
    return f"{written} or more" if _english(language) else f"từ {written}"


def blocks(part: int, whole: int) -> str:
    """A bar, "▓▓▓▓▓▓░░░░"; never full before all of it is there."""
    full = BLOCKS * part // whole if whole else 0
    return "▓" * full + "░" * (BLOCKS - full)


def date_long(value: date, language: str = "vi") -> str:
    """A full date: "12/12/2023"; English "12 December 2023"."""
    if _english(language):
        return f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}"
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def days_in(text: str) -> list[date | None]:
    """The days that a text names in figures, day before month as here; None for one that cannot be."""
    return [day for day, _ in _days_in(text)]


def _days_in(text: str) -> list[tuple[date | None, str]]:
    """Each day with what stands around it."""
    words, found = fold(text.translate(_SLASHES)), []
    for pattern, (year, month, of_month) in _DAYS:
        for match in pattern.finditer(words):
            try:
                named = date(int(match[year]), int(match[month]), int(match[of_month]))
            except ValueError:
                named = None
            found.append((named, f"{words[: match.start()]}{words[match.end() :]}"))
    return found


def read_day(text: str) -> date:
    """The day that somebody wrote, "1/11/2026" or "ngày 1 tháng 11 năm 2026". Raises ValueError.

    Nothing else stands beside it but its weekday or midnight.
    """
    found = _days_in(text)
    named, around = found[0] if len(found) == 1 else (None, "")
    if named is not None and _AROUND.fullmatch(around):
        return named
    raise ValueError(f"no day: {text[:40]!r}")


def day(value: date, language: str = "vi") -> str:
    """A weekday with day and month: "thứ Hai 11/12"; English "Mon 11 Dec"."""
    if _english(language):
        return f"{_WEEKDAYS_EN[value.weekday()]} {value.day} {_MONTHS_EN[value.month - 1][:3]}"
    return f"{_WEEKDAYS_VI[value.weekday()]} {value.day:02}/{value.month:02}"


def weekday(number: int, language: str = "vi") -> str:
    """A weekday, Monday being 0: "thứ Hai"; English "Mon"."""
    return (_WEEKDAYS_EN if _english(language) else _WEEKDAYS_VI)[number]


def day_long(value: date, language: str = "vi") -> str:
    """A full date with its weekday: "thứ Bảy 30/01/2027"; English "Sat 30 January 2027"."""
    return f"{weekday(value.weekday(), language)} {date_long(value, language)}"


def lunar_date(value: tuple[int, int, bool], year: int | None = None, language: str = "vi") -> str:
    """A day of the lunar calendar: (day, month, whether of the leap month), and its year where one is meant.

    "23 tháng Chạp năm Bính Ngọ", "rằm tháng Giêng"; English "day 23 of lunar month 12, year Bính Ngọ".
    """
    number, month, leap = value
    if _english(language):
        words = f"day {number} of {'leap ' if leap else ''}lunar month {month}"
        return words if year is None else f"{words}, year {_named(year)}"
    words = f"{lunar_day(number)} tháng {_LUNAR_MONTHS[month - 1]}{' nhuận' if leap else ''}"
    return words if year is None else f"{words} năm {_named(year)}"


def lunar_day(number: int, language: str = "vi") -> str:
    """A day of a lunar month: "mùng 1", "rằm", "23"; English the number."""
    if _english(language):
        return str(number)
    return "rằm" if number == 15 else f"mùng {number}" if number <= 10 else str(number)


def _named(year: int) -> str:
    """A year by its stem and branch: 2026 is Bính Ngọ."""
    return f"{_STEMS[(year + 6) % 10]} {_BRANCHES[(year + 8) % 12]}"


def moment(value: datetime, language: str = "vi") -> str:
    """Time and date in the value's own zone: "08:15 ngày 12/12/2023"; English "08:15, 12 December 2023".

    Raises ValueError for a datetime without a zone.
    """
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    join = ", " if _english(language) else " ngày "
    return f"{value.hour:02}:{value.minute:02}{join}{date_long(value, language)}"


def fold(text: str) -> str:
    """Lower case without diacritics, for search: "Hoà" and "Hòa" → "hoa", "Đắk Lắk" → "dak lak"."""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)


def cut_short(words: str, most: int) -> str:
    """At most so many characters, with "…" where some are left out: whole words, if one of them fits."""
    if len(words) <= most:
        return words
    kept = words[:most].rpartition(" ")[0] or words[: most - 1]
    return f"{kept[: most - 1].rstrip()}…"


def capital(line: str) -> str:
    """The line with a capital first letter."""
    return line[:1].upper() + line[1:]
