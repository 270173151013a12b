"""By when who takes consent back, asks to be erased or for their data is answered, and by when it is done.

Decree 356/2025/NĐ-CP; in working days: neither weekends nor public holidays count.
"""

from collections.abc import Callable
from datetime import date, timedelta

ANSWER_DAYS, DONE_DAYS = 2, 15  # working days after the day of asking
LONGEST = 400  # days that are looked at: a table in which no day is worked is a mistake

Works = Callable[[date], bool]
"""Whether a day is a working day."""


def answer_by(asked: date, works: Works) -> date:
    """The last day on which somebody who asked on a day is answered in time."""
    return _after(asked, ANSWER_DAYS, works)


def done_by(asked: date, works: Works) -> date:
    """The last day on which what was asked for on a day is done in time."""
    return _after(asked, DONE_DAYS, works)


def _after(day: date, left: int, works: Works) -> date:
    last = day + timedelta(days=LONGEST)
    while left and day < last:
        day += timedelta(days=1)
        left -= works(day)
    return day
