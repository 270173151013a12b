"""The year's review: what was done in a unit and below, against the year before, and by unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial

from bot.acts import closing, places, year_opinions
from bot.acts.context import STALE, Context, Refusal
from bot.acts.house import House
from bot.acts.places import Place
from bot.core.kernel.values import Ms, UnitPath
from bot.core.meetings.heads import NOBODY, Heads, band, in_all
from bot.core.meetings.held import HEADS, NONE, Counted, by_speaker
from bot.core.meetings.review import EARLIEST, Counts, gathered, heads_by
from bot.core.people.permissions import Act
from bot.core.people.units import Level, code_of, rebased
from bot.core.schedule.instants import milliseconds
from bot.storage.database import Database
from bot.storage.delivery import yearly
from bot.storage.meetings import conferences, points
from bot.storage.opinion import held
from bot.storage.people import units

KINDS = ("conferences", "points", "briefings", "received", "read", "meetings")


@dataclass(frozen=True, slots=True)
class Review:
    """A year of a unit, the year before it, and the year by the units directly below, the higher first.

    `least`: reports of the year are told in steps, for it is not over. `threshold`: fewer are not told.
    `speakers`: oral briefings of the year and of the one before, by the level for which it was spoken.
    """

    place: Place
    year: int
    until: date
    this: Counts
    before: Counts
    units: Sequence[tuple[Place, Counts]]
    least: bool
    threshold: int
    speakers: Mapping[Level, tuple[Counted, Counted]]


@dataclass(frozen=True, slots=True)
class _Year:
    """One year, by the units directly below."""

    whole: Counts
    units: Mapping[UnitPath, Counts]
    least: bool
    speakers: Mapping[Level, Counted]


@dataclass(slots=True)
class _Done:
    """What was done, by kind and path; people who attended and listened, by path."""

    by: dict[str, dict[UnitPath, int]] = field(default_factory=lambda: {name: {} for name in KINDS})
    attended: list[tuple[UnitPath, Heads]] = field(default_factory=list)
    listened: list[tuple[UnitPath, Heads]] = field(default_factory=list)
    spoken: list[tuple[UnitPath, Counted]] = field(default_factory=list)  # by the path as it stood


async def read(ctx: Context, unit: str, year: int) -> Review | Refusal:
    """The review of a year, up to today. `unit` "": the actor's own. It is counted apart."""
    place = await places.find(ctx.conn, unit or (ctx.member.unit if ctx.member else ""))
    if place is None or not place.path or not ctx.may(Act.REVIEW, place.path):
        return STALE
    today = ctx.moment.date()
    if not EARLIEST <= year <= today.year:
        return Refusal("review.no_year", {"first": str(EARLIEST), "last": str(today.year)})
    over = partial(_close, house=ctx.house, now=ctx.now, year=year)
    return await ctx.apart(("review", place.path, year), partial(_read, place=place, year=year), over)


async def _close(database: Database, house: House, now: Ms, year: int) -> None:
    await closing.close_asked(database, house, now, date(year - 1, 1, 1), date(year, 12, 31))


async def _read(ctx: Context, place: Place, year: int) -> Review | Refusal:
    this, before = await _of(ctx, place, year), await _of(ctx, place, year - 1)
    if isinstance(this, Refusal) or isinstance(before, Refusal):
        return this if isinstance(this, Refusal) else before if isinstance(before, Refusal) else STALE
    names = {one.path: one for one in await places.below(ctx.conn, place.path)}
    rows = [
        (names.get(path, Place(code_of(path), code_of(path), path)), one) for path, one in this.units.items()
    ]
    rows.sort(key=lambda one: (one[0].path != place.path, one[0].name))
    until = min(ctx.moment.date(), date(year, 12, 31))
    both = {
        level: (this.speakers.get(level, NONE), before.speakers.get(level, NONE))
        for level in Level
        if level in {*this.speakers, *before.speakers}
    }
    return Review(place, year, until, this.whole, before.whole, rows, this.least, ctx.house.threshold, both)


def _span(ctx: Context, year: int) -> tuple[Ms, Ms]:
    """The first instant of a year and of the next (ms UTC), in the deployment's zone."""
    starts = (datetime.combine(date(one, 1, 1), time(), ctx.moment.tzinfo) for one in (year, year + 1))
    first, last = (milliseconds(one) for one in starts)
    return first, last


async def _of(ctx: Context, place: Place, year: int) -> _Year | Refusal:
    opinions = await year_opinions.of_year(ctx, place.path, year)
    if isinstance(opinions, Refusal):
        return opinions
    top = place.path
    days = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()
    done = _Done()
    for stood in {top, *await units.stood(ctx.conn, place.code, *days)}:
        await _add(ctx, done, stood, top, year)
    attended, listened = done.attended, done.listened
    by: dict[str, dict[UnitPath, int]] = {
        **{name: gathered(counts, top) for name, counts in done.by.items()},
        "answers": gathered(opinions.answers, top),
        "topics": gathered(opinions.topic_answers, top),
    }
    spans = {"attended": heads_by(attended, top), "listened": heads_by(listened, top)}
    reports = {UnitPath(path): count for path, count in opinions.reports.by_unit.items()}
    paths: set[UnitPath] = set().union(*by.values(), *spans.values(), reports)
    each = {path: _counts(path, by, spans, reports.get(path, 0)) for path in paths}
    whole = Counts(
        **{name: sum(counts.values()) for name, counts in by.items() if name != "answers"},
        answers=opinions.answered,
        reports=opinions.reports.total,
        attended=in_all(heads for _, heads in attended),
        listened=in_all(heads for _, heads in listened),
    )
    speakers = by_speaker(done.spoken, await units.levels(ctx.conn))
    return _Year(whole, each, opinions.reports.least, speakers)


async def _add(ctx: Context, done: _Done, stood: UnitPath, top: UnitPath, year: int) -> None:
    """Add what was done in a year while the unit that is at `top` now stood at a path, and below it."""
    span = _span(ctx, year)
    days = date(year, 1, 1).isoformat(), date(year, 12, 31).isoformat()

    def add(name: str, path: UnitPath, count: int = 1) -> UnitPath:
        now = rebased(path, stood, top)
        counts = done.by[name]
        counts[now] = counts.get(now, 0) + count
        return now

    for host in await conferences.hosted(ctx.conn, stood, *span):
        if host.state in ("held", "closed"):
            add("conferences", host.unit_path)
    for point in await points.held(ctx.conn, stood, *span):
        done.attended.append((add("points", point.path), band(point.heads)))
    for path, count in (await yearly.issued(ctx.conn, stood, *span)).items():
        add("briefings", path, count)
    for path, one in (await yearly.arrived(ctx.conn, stood, *span)).items():
        add("received", path, one.received)
        add("read", path, one.read)
    for (path, _, value), count in (await held.counts(ctx.conn, stood, *days, (HEADS,))).items():
        heads = band(value).times(count)
        done.listened.append((add("meetings", path, count), heads))
        done.spoken.append((path, Counted(count, heads)))


def _counts(
    path: UnitPath,
    by: Mapping[str, Mapping[UnitPath, int]],
    spans: Mapping[str, Mapping[UnitPath, Heads]],
    reports: int | None,
) -> Counts:
    return Counts(
        **{name: counts.get(path, 0) for name, counts in by.items()},
        reports=reports,
        attended=spans["attended"].get(path, NOBODY),
        listened=spans["listened"].get(path, NOBODY),
    )
