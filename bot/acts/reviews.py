"""The year's review: what was done in a unit and below, against the year before, and by unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.acts import places, year_opinions
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.meetings.heads import NOBODY, Heads, band, in_all
from bot.core.meetings.held import HEADS
from bot.core.meetings.review import EARLIEST, Counts, gathered, heads_by
from bot.core.people.permissions import Act
from bot.core.people.units import code_of
from bot.storage.delivery import yearly
from bot.storage.meetings import conferences, points
from bot.storage.opinion import held

AT_ONCE = 100_000  # copies counted while others wait for this transaction


@dataclass(frozen=True, slots=True)
class Review:
    """A year of a unit, the year before it, and the year by the units directly below, the higher first.

    `least`: reports of the year are told in steps, for it is not over. `threshold`: fewer are not told.
    """

    place: Place
    year: int
    until: date
    this: Counts
    before: Counts
    units: Sequence[tuple[Place, Counts]]
    least: bool
    threshold: int


@dataclass(frozen=True, slots=True)
class _Year:
    """One year, by the units directly below."""

    whole: Counts
    units: Mapping[str, Counts]
    least: bool


async def read(ctx: Context, unit: str, year: int) -> Review | Refusal:
    """The review of a year, up to today. `unit` "": the actor's own."""
    place = await places.find(ctx.conn, unit or (ctx.member.unit if ctx.member else ""))
    if place is None or not place.path or not ctx.may(Act.REVIEW, place.path):
        return STALE
    today = ctx.moment.date()
    if not EARLIEST <= year <= today.year:
        return Refusal("review.no_year", {"first": str(EARLIEST), "last": str(today.year)})
    if ctx.member is not None:
        first, last = _span(ctx, year - 1)[0], _span(ctx, year)[1]
        if await yearly.copies(ctx.conn, first, last) > AT_ONCE:
            return Refusal("review.too_many")
    this, before = await _of(ctx, place, year), await _of(ctx, place, year - 1)
    if isinstance(this, Refusal) or isinstance(before, Refusal):
        return this if isinstance(this, Refusal) else before if isinstance(before, Refusal) else STALE
    names = {one.path: one for one in await places.below(ctx.conn, place.path)}
    rows = [
        (names.get(path, Place(code_of(path), code_of(path), path)), one) for path, one in this.units.items()
    ]
    rows.sort(key=lambda one: (one[0].path != place.path, one[0].name))
    until = min(today, date(year, 12, 31))
    return Review(place, year, until, this.whole, before.whole, rows, this.least, ctx.house.threshold)


def _span(ctx: Context, year: int) -> tuple[int, int]:
    """The first instant of a year and of the next (ms UTC), in the deployment's zone."""
    starts = (datetime.combine(date(one, 1, 1), time(), ctx.moment.tzinfo) for one in (year, year + 1))
    first, last = (round(one.timestamp() * 1000) for one in starts)
    return first, last


async def _of(ctx: Context, place: Place, year: int) -> _Year | Refusal:
    opinions = await year_opinions.of_year(ctx, place.path, year)
    if isinstance(opinions, Refusal):
        return opinions
    top, span = place.path, _span(ctx, year)
    days = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
    took_place = [
        one for one in await conferences.hosted(ctx.conn, top, *span) if one.state in ("held", "closed")
    ]
    at = await points.held(ctx.conn, top, *span)
    arrived = await yearly.arrived(ctx.conn, top, *span)
    bands = await held.counts(ctx.conn, top, *days, (HEADS,))
    listened = [(path, band(value).times(count)) for (path, _, value), count in bands.items()]
    attended = [(one.path, band(one.heads)) for one in at]
    by: dict[str, dict[str, int]] = {
        "conferences": gathered(_counted([one.unit_path for one in took_place]), top),
        "points": gathered(_counted([one.path for one in at]), top),
        "briefings": gathered(await yearly.issued(ctx.conn, top, *span), top),
        "received": gathered({path: one.received for path, one in arrived.items()}, top),
        "read": gathered({path: one.read for path, one in arrived.items()}, top),
        "meetings": gathered(_by_path(bands), top),
        "answers": gathered(opinions.answers, top),
        "topics": gathered(opinions.topic_answers, top),
    }
    spans = {"attended": heads_by(attended, top), "listened": heads_by(listened, top)}
    reports: Mapping[str, int | None] = opinions.reports.by_unit
    paths: set[str] = set().union(*by.values(), *spans.values(), reports)
    units = {path: _counts(path, by, spans, reports.get(path, 0)) for path in paths}
    whole = Counts(
        **{name: sum(counts.values()) for name, counts in by.items() if name != "answers"},
        answers=opinions.answered,
        reports=opinions.reports.total,
        attended=in_all(heads for _, heads in attended),
        listened=in_all(heads for _, heads in listened),
    )
    return _Year(whole, units, opinions.reports.least)


def _counts(
    path: str,
    by: Mapping[str, Mapping[str, int]],
    spans: Mapping[str, Mapping[str, Heads]],
    reports: int | None,
) -> Counts:
    return Counts(
        **{name: counts.get(path, 0) for name, counts in by.items()},
        reports=reports,
        attended=spans["attended"].get(path, NOBODY),
        listened=spans["listened"].get(path, NOBODY),
    )


def _by_path(bands: Mapping[tuple[str, str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (path, _, _), count in bands.items():
        found[path] = found.get(path, 0) + count
    return found


def _counted(paths: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for path in paths:
        found[path] = found.get(path, 0) + 1
    return found
