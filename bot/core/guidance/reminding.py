"""When who has not read may be reminded: at set hours, so far apart, so many times."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from bot.core.kernel.values import Frozen


class Rules(Frozen):
    """At most `most` times, between two hours of the day, `apart` from one to the next.

    `after`: how long after a run the first goes by itself; `deadline`: when the head of a unit hears of it.
    """

    most: int
    from_hour: int
    until_hour: int
    apart: timedelta
    after: timedelta
    deadline: timedelta


class Follow(StrEnum):
    """What follows a run, as a run of its own to some of the same people."""

    REMINDER = "reminder"
    OVERDUE = "overdue"  # to the administrators of units where somebody has not read it
    EDIT = "edit"  # what stands in chats is changed there, where the platform can
    CORRECTION = "correction"  # a short message to whom no edit tells it


class Plan(Frozen):
    """What a run that follows another keeps for its planning. `words`: language → edition.

    `everywhere`: to all of them, wherever they stand; else to those of its unit and below. `most`,
    `apart_ms`: nobody is reminded more often, or sooner after the last time. Of corrections: `accounts` on
    which messages can be changed; `said`: editions that say the new words; `rest`: the words for whom no edit
    reaches; `after`: the run of edits whose failures are told so; `groups`: the run that keeps the new words
    for those who got addenda, where it is not this one; `version`: the briefing that says them.
    """

    words: dict[str, int]
    everywhere: bool = True
    accounts: tuple[str, ...] = ()
    said: tuple[int, ...] = ()
    rest: dict[str, int] = Field(default_factory=dict)
    after: int | None = None
    groups: int | None = None
    version: int | None = None
    most: int = 0
    apart_ms: int = 0

    def in_place(self) -> int:
        """The edition for who speaks a language that has none."""
        return self.words.get("vi") or min(self.words.values())


def within_hours(at: datetime, rules: Rules) -> datetime:
    """The first instant at or after this one, in its own zone, at which people are reminded."""
    if rules.from_hour <= at.hour < rules.until_hour:
        return at
    morning = at.replace(hour=rules.from_hour, minute=0, second=0, microsecond=0)
    return morning if at.hour < rules.from_hour else morning + timedelta(days=1)


def next_reminder(sent: Sequence[datetime], rules: Rules, now: datetime) -> datetime | None:
    """When another may go, given those that went; None when there were enough. All aware, in one zone."""
    if len(sent) >= rules.most:
        return None
    return within_hours(max([now, *(one + rules.apart for one in sent)]), rules)
