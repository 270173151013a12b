"""How many messages a platform lets an account have, and how many of them a run may use. Pure.

Platforms count by the month; where it is not known in which directions, both are counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

RESERVED = 10  # of a hundred messages so many are kept for replies


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account may have. `messages` a month, None: any number; `both`: those that come in count too.

    `users`: so many people may be in touch with it, None: any number. `window_ms`: for so long after they
    wrote somebody may be written to, None: for ever; `free_ms`: for so long it costs nothing.
    """

    messages: int | None
    both: bool = True
    users: int | None = None
    window_ms: int | None = None
    free_ms: int | None = None

    @property
    def for_runs(self) -> int | None:
        """How many messages a month may have before a run stops, so that replies still go."""
        return None if self.messages is None else self.messages - self.messages * RESERVED // 100


def period(moment: datetime) -> str:
    """The month that a message counts to: "2026-11"."""
    return f"{moment:%Y-%m}"


def next_period(moment: datetime) -> datetime:
    """When the next month begins, in the same zone."""
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def left_for_runs(quota: Quota, used: int, under_way: int = 0) -> int | None:
    """How many messages a run may still send this month; None: any number. Never under 0."""
    return None if quota.for_runs is None else max(0, quota.for_runs - used - under_way)


@dataclass(frozen=True, slots=True)
class Ways:
    """Which addresses are worse than others now. `windows`: accounts that may write to somebody for so long
    (ms) after they wrote; `spent`: those that may push no more this month.
    """

    windows: Mapping[str, int] = field(default_factory=dict)
    spent: frozenset[str] = frozenset()


ANY_WAY = Ways()


@dataclass(frozen=True, slots=True)
class Share:
    """Of the members that a run would reach over one account: how many it can write to, and how many not."""

    pushed: int
    waiting: int


def share(quota: Quota | None, used: int, members: int, parts: int) -> Share:
    """How far an account's month goes for a run of so many messages a member."""
    left = None if quota is None else left_for_runs(quota, used)
    pushed = members if left is None else min(members, left // max(1, parts))
    return Share(pushed, members - pushed)
