"""The number and the day of an official document, as they stand at its head."""

import re
from datetime import date

_NUMBER = re.compile(r"(?im)(?:^|·)\s*(?:•\s*)?số\s*:?\s*([0-9]{1,5}\s*[-/][\w./-]{1,30})")
_DAY = re.compile(r"(?i)ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+((?:19|20)\d\d)")
_NEAR = 200  # characters from a number to the day that belongs to it


def number(text: str) -> str:
    """Its number; empty where it has none."""
    found = _NUMBER.search(text)
    return re.sub(r"\s+", "", found[1]) if found else ""


def day(text: str, today: date) -> date | None:
    """The first day that is written out in it; None where there is none, or it is yet to come."""
    found = _DAY.search(text)
    try:
        said = date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
    return said if said is not None and said <= today else None


def day_of_number(text: str, today: date) -> date | None:
    """The day beside its number: a day further on may be any."""
    found = _NUMBER.search(text)
    return day(text[max(0, found.start() - _NEAR) : found.end() + _NEAR], today) if found else None
