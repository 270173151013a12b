"""The plan: what goes out when, deferred and lunar days with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.acts.context import STALE, Context, Refusal
from bot.core.kernel.values import DAY_MS, Ms, UnitPath
from bot.core.people.permissions import Act
from bot.core.schedule.instants import local_ms
from bot.core.schedule.occurrences import going
from bot.core.schedule.quiet import LONGEST
from bot.storage.guidance import plans
from bot.storage.guidance.plans import PlannedRow
from bot.storage.people import rules

MOST_DAYS = 400
MOST = 20_000  # occurrences of one answer


@dataclass(frozen=True, slots=True)
class Planned:
    """An occurrence ahead: its own time, and when it goes out (ms UTC)."""

    at: Ms
    goes: Ms
    row: PlannedRow

    def title(self, language: str) -> str:
        """What it is called, in that language or in Vietnamese."""
        return self.row.titles.get(language) or self.row.titles.get("vi", "")


async def calendar(ctx: Context, path: UnitPath, first: date, last: date) -> Sequence[Planned] | Refusal:
    """What has yet to go out to the units at or below `path`, from one day to another, in order.

    Days are local, both included. What went out already is told by its runs.
    """
    if not path or not ctx.may(Act.CALENDAR, path):
        return STALE
    if last < first:
        return Refusal("plan.ends_before", {"first": first, "last": last})
    if (last - first).days > MOST_DAYS or last.year > date.max.year - 2:
        return Refusal("plan.too_long", {"maximum": MOST_DAYS})
    zone = str(ctx.house.zone)
    since, until = local_ms(first, 0, 0, zone), local_ms(last + timedelta(days=1), 0, 0, zone)
    found: list[Planned] = []
    rows = await plans.ahead(ctx.conn, path)
    rests = await rules.rests(ctx.conn, ctx.house.rest, {row.issuer for row in rows})
    for row in rows:
        rest = rests[row.issuer] if row.quiet else None
        begin = since - 1 if rest is None else since - LONGEST * DAY_MS  # deferred into the first days
        for one in going(row.schedule, Ms(max(row.planned_to, begin)), rest):
            if one.goes >= until or len(found) >= MOST:
                break
            if one.goes >= since:
                found.append(Planned(one.at, one.goes, row))
    return sorted(found, key=lambda one: (one.goes, one.row.id))
