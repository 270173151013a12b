"""Whether somebody agreed, and when, as lists on paper say it."""

import re
from datetime import date
from unicodedata import normalize

from bot.core.kernel.formats import fold

EARLIEST = date(2000, 1, 1)
# What takes a consent back or puts it off, wherever it stands; some words only with their signs.
_NO = re.compile(
    r"\b(khong|chua|ko|k|kg|hong|tu choi|phan doi|rut|thieu|no|not|non|none|null|nil|n|na|false|f|sai|se"
    r"|refuse[sd]?|decline[sd]?|disagree[sd]?|with(drawn?|drew|out)|revoked?|never|pending|later"
    r"|cannot|(do|does|did|has|have|is|was|ca)n.t)\b|^[x0]$|[✗✘❌✖]"
)
_NOT_YET = re.compile(r"\b(hủy|huỷ|chờ|đợi|mất|hoãn)\b")
_YES = re.compile(
    r"\b(dong (y|thuan)|y|yes|co|ok|true|v|phieu|giay|don|bien ban|ky|cam ket|xac nhan|chap (thuan|nhan)"
    r"|nhat tri|tan thanh|bang loi|mieng|agree[sd]?|sign(ed|ature)|form|paper|consent(ed|s)?|given)\b|[✓✔☑✅]"
)
_DATES = (
    (re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), (1, 2, 3)),  # 2026-11-01, 2026/11/01
    (re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)"), (3, 2, 1)),  # day first: 1/11/2026
)


def consent_day(text: str, today: date) -> date:
    """The day somebody agreed, from words such as "phiếu ngày 1/11/2026"; day before month, as written here.

    Words without any figure that say how it was given ("phiếu giấy") mean today. Raises ValueError in words
    for a refusal, for what says neither yes nor no, for a date that cannot be or is to come, and for figures
    that are no date.
    """
    words = fold(text).strip(" .!")
    if not words:
        raise ValueError("nothing; a day, such as 01/11/2026: whoever did not agree is left out of the list")
    if _NO.search(words) or _NOT_YET.search(normalize("NFC", text).lower()):
        raise ValueError(f"{text!r}: whoever did not agree is left out of the list")
    if not names_day(text):
        if not _YES.search(words):
            raise ValueError(f"{text!r}; a day, such as 01/11/2026, or how they agreed, such as 'phiếu giấy'")
        return today
    found = [date_of for pattern, order in _DATES for date_of in _dates(pattern, order, text)]
    if len(found) != 1:
        raise ValueError(f"{text!r}; one day, such as 01/11/2026 or 2026-11-01")
    day = found[0]
    if day is None or not EARLIEST <= day <= today:
        raise ValueError(f"{text!r}; a day between {EARLIEST:%d/%m/%Y} and today")
    return day


def names_day(text: str) -> bool:
    """Whether the words themselves say when: what does not is of no age, and outweighs nobody's later no."""
    return any(letter.isdecimal() for letter in text)


def _dates(pattern: re.Pattern[str], order: tuple[int, int, int], text: str) -> list[date | None]:
    found: list[date | None] = []
    for match in pattern.finditer(text):
        try:
            found.append(date(*(int(match[group]) for group in order)))
        except ValueError:
            found.append(None)
    return found
