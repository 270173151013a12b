"""By when somebody who asked to be erased is answered, and by when it is done (Decree 356/2025/NĐ-CP).

An answer within two working days, the erasure within fifteen days. Public holidays count as working days
here: a day too early is never a day too late.
"""

from datetime import date, timedelta

ANSWER_DAYS = 2  # working days
DONE_DAYS = 15
SATURDAY = 5


def answer_by(asked: date) -> date:
    """The last day on which somebody who asked on a day is answered in time."""
    day, left = asked, ANSWER_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def done_by(asked: date) -> date:
    """The last day on which an erasure that was asked for on a day is done in time."""
    return asked + timedelta(days=DONE_DAYS)
