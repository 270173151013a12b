"""Whether somebody agreed, and when, as lists on paper say it."""

import re
from datetime import date

from bot.core.kernel.formats import fold

EARLIEST = date(2000, 1, 1)
_NO = re.compile(r"khong|chua|tu choi|khong dong y|no|not|none|false|n|0|refused|declined|x")
_DATES = (
    (re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), (1, 2, 3)),  # 2026-11-01, 2026/11/01
    (re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)"), (3, 2, 1)),  # day first: 1/11/2026
)


def consent_day(text: str, today: date) -> date:
    """The day somebody agreed, from words such as "phiếu ngày 1/11/2026"; day before month, as written here.

    Words without any figure ("phiếu giấy") say that it was given, by today. Raises ValueError in words: for a
    refusal, for nothing, for a date that cannot be, or is to come, and for figures that are no date.
    """
    words = fold(text).strip(" .!")
    if not words:
        raise ValueError("nothing; a day, such as 01/11/2026: whoever did not agree is left out of the list")
    if _NO.fullmatch(words) or words.startswith(("khong ", "chua ", "not ", "tu choi")):
        raise ValueError(f"{text!r}: whoever did not agree is left out of the list")
    if not any(letter.isdecimal() for letter in words):
        return today
    found = [date_of for pattern, order in _DATES for date_of in _dates(pattern, order, text)]
    if len(found) != 1:
        raise ValueError(f"{text!r}; one day, such as 01/11/2026 or 2026-11-01")
    day = found[0]
    if day is None or not EARLIEST <= day <= today:
        raise ValueError(f"{text!r}; a day between {EARLIEST:%d/%m/%Y} and today")
    return day


def _dates(pattern: re.Pattern[str], order: tuple[int, int, int], text: str) -> list[date | None]:
    found: list[date | None] = []
    for match in pattern.finditer(text):
        try:
            found.append(date(*(int(match[group]) for group in order)))
        except ValueError:
            found.append(None)
    return found
