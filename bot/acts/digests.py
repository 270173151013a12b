"""Digests: what was reported in a unit and all below it over a period."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from bot.acts import closing, places
from bot.acts.context import STALE, Context, Refusal
from bot.acts.house import House
from bot.core.kernel.values import UnitPath
from bot.core.opinion import digest as digests
from bot.core.opinion import moved
from bot.core.opinion.digest import Coverage, Digest, DigestText, Figures, GroupTexts
from bot.core.opinion.disclosure import ALL
from bot.core.opinion.gathering import Cell, Listed, Place, Seen, counted, grouping
from bot.core.opinion.periods import DAY, NoPeriod, Period, before, period
from bot.core.opinion.running import Running
from bot.core.people.permissions import Act
from bot.core.people.units import code_of, rebased
from bot.core.schedule.instants import milliseconds
from bot.core.talk.form import Form
from bot.storage.opinion import counting
from bot.storage.opinion.opinions import FORM
from bot.storage.people import units

SOON = 20_000  # so many are counted before somebody wonders


@dataclass(frozen=True, slots=True)
class Summed:
    """A digest, and the names of its units by path. `asked`: the days that were asked for.

    `closed`: its period is over, and what is told of it stays so.
    """

    digest: Digest
    names: Mapping[str, str]
    asked: tuple[date, date]
    closed: bool = True


async def read(ctx: Context, path: UnitPath, first: date, last: date) -> Summed | Refusal:
    """The digest of the unit with this path, both days included. It is counted apart."""
    if not path or not ctx.may(Act.DIGEST, path):
        return STALE
    try:
        period(first, last, ctx.moment.date())
    except NoPeriod as error:
        return Refusal(error.args[0], {"first": first, "last": last})
    over = partial(closing.close_asked, house=ctx.house, now=ctx.now, first=first, last=last)
    return await ctx.apart(("digest", path, first, last), partial(_read, path=path, days=(first, last)), over)


async def takes_long(ctx: Context, path: UnitPath, first: date, last: date) -> bool:
    """Whether so much is to be counted that people would rather hear so first."""
    try:
        running = period(first, last, ctx.moment.date()).running
    except NoPeriod:
        return False
    if running is None or not path or not ctx.may(Act.DIGEST, path):
        return False
    begins, ends = (day.isoformat() for day in running)
    return await counting.more_than(ctx.conn, path, begins, ends, SOON)


async def _read(ctx: Context, path: UnitPath, days: tuple[date, date]) -> Summed | Refusal:
    form = ctx.house.forms[FORM]
    meant = period(*days, ctx.moment.date())
    earlier = period(*before(meant), ctx.moment.date()) if meant.whole else None
    place = await closing.places(ctx.conn)
    if path.startswith(place(path)[1]) and path != place(path)[1]:
        low = digests.digest_of(path, meant, ctx.house.threshold, [], form, too_low=True)
        return Summed(low, await _named(ctx, path), days, meant.closed)
    if await _untold(ctx, meant, earlier):
        return Refusal("digest.being_counted")
    parts: list[Figures] = []
    covers: list[Coverage] = []
    if meant.kept:
        figures, coverage = await _of_months(ctx, path, meant)
        parts.append(figures)
        covers.append(coverage)
    texts = await _texts(ctx, path, meant, form)
    if meant.running is not None:
        figures, coverage = await _still_running(ctx, path, meant.running, form, place)
        parts.append(figures)
        covers.append(coverage)
    covers += [await _silent(ctx, path, meant, place), await _nothing(ctx, path, meant, place)]
    made = digests.digest_of(
        path,
        meant,
        ctx.house.threshold,
        parts,
        form,
        coverage=digests.covered(covers),
        before=(await _of_months(ctx, path, earlier))[0] if earlier is not None else None,
        texts=digests.texts_of(texts),
    )
    if made.total is None:
        made = made.model_copy(update={"texts": ()})
    made = made.model_copy(update={"by_field": _by_field(ctx, made)})
    return Summed(made, await _named(ctx, path), days, meant.closed)


def field_names(house: House) -> dict[str, dict[str, str]]:
    """What the fields of topics are called in each language, by their Vietnamese names."""
    return {topic.field["vi"]: topic.field for topic in house.topics.values() if topic.field}


def _by_field(ctx: Context, digest: Digest) -> dict[str, int | None]:
    """Empty where topics belong to no two fields."""
    fields = {topic.code: topic.field["vi"] for topic in ctx.house.topics.values() if topic.field}
    chosen = [item.key for item in ctx.house.forms[FORM].fields if item.counted and item.source == "topics"]
    if len(set(fields.values())) < 2 or not chosen:
        return {}
    return digests.by_field(digest.by.get(chosen[0], {}), fields)


async def _still_running(
    ctx: Context, path: UnitPath, days: tuple[date, date], form: Form, place: Place
) -> tuple[Figures, Coverage]:
    """The days of which nothing is counted yet, counted now."""
    running = Running(place, ctx.house.threshold)
    async for page in _scanned(ctx, path, days, form):
        for seen in page:
            running.add(seen)
    figures, reported = running.told()
    due = {place(one)[1] for one in await counting.due(ctx.conn) if one.startswith(path)}
    return figures, digests.covered([Coverage(due=tuple(due), reported=tuple(reported))])


async def _silent(ctx: Context, path: UnitPath, meant: Period, place: Place) -> Coverage:
    """Who should have reported in months and weeks of which nothing was heard: who was there by then."""
    over = [last for _, last in (await counting.unkept(ctx.conn, meant.kept)).values()]
    if not over:
        return Coverage()
    before = milliseconds(datetime.combine(max(over) + DAY, time(), ctx.house.zone))
    due = {place(one)[1] for one in await counting.due(ctx.conn, before) if one.startswith(path)}
    return Coverage(due=tuple(due))


async def _nothing(ctx: Context, path: UnitPath, meant: Period, place: Place) -> Coverage:
    """The units that said that they had nothing to report, under what they are called now."""
    span = (meant.first.isoformat(), meant.last.isoformat())
    zero = {
        place(rebased(one, old, path))[1]
        for old in {path, *await _stood(ctx, path, meant)}
        for one in await counting.nothing(ctx.conn, old, *span)
    }
    return Coverage(nothing=tuple(zero))


async def frozen(ctx: Context, digest: Digest) -> Summed:
    """A digest of a closed period whose numbers were kept, with those of its texts that still stand."""
    texts: tuple[GroupTexts, ...] = ()
    if digest.total:
        meant = period(digest.start, digest.end, ctx.moment.date())
        said = await _texts(ctx, digest.unit, meant, ctx.house.forms[FORM])
        texts = digests.texts_of(said)
    named = await _named(ctx, digest.unit)
    return Summed(digest.model_copy(update={"texts": texts}), named, (digest.start, digest.end), True)


async def _named(ctx: Context, path: UnitPath) -> dict[str, str]:
    return {one.path: one.name for one in await places.below(ctx.conn, path)}


async def _untold(ctx: Context, *periods: Period | None) -> bool:
    """Whether something that is over has yet to be counted: it is before long, by itself."""
    kept = [one.kept.items() for one in periods if one is not None]
    return bool(await counting.missing(ctx.conn, dict(item for items in kept for item in items)))


async def _of_months(ctx: Context, path: UnitPath, one: Period) -> tuple[Figures, Coverage]:
    months: dict[str, list[Cell]] = {}
    for old, keys in (await _stood(ctx, path, one)).items():
        for key, cells in (await counting.kept(ctx.conn, keys, old)).items():
            months.setdefault(key, []).extend(moved.cells(cells, old, path))
    return digests.of_months(path, months, ctx.house.forms[FORM])


async def _stood(ctx: Context, path: UnitPath, one: Period) -> dict[UnitPath, list[str]]:
    """Where a unit stood in each month and week that is kept: its paths then, with their keys.

    What was reported before a move was counted where the unit stood then; in the month of a move there are
    two of them.
    """
    found: dict[UnitPath, list[str]] = {}
    code = code_of(path)
    for key, (first, last) in one.kept.items():
        row = await units.as_of(ctx.conn, code, last.isoformat())
        before = await units.stood(ctx.conn, code, first.isoformat(), last.isoformat())
        for at in {row.path if row and row.path else path, *before}:
            found.setdefault(at, []).append(key)
    return found


async def _scanned(
    ctx: Context, path: UnitPath, days: tuple[date, date], form: Form
) -> AsyncIterator[Iterable[Seen]]:
    """The reports of a unit in pages, also those that were sent from where it stood before."""
    first, last = (one.isoformat() for one in days)
    for old in sorted({path, *await units.stood(ctx.conn, code_of(path), first, last)}):
        async for page in counting.scan(ctx.conn, old, first, last, counted(form)):
            yield page if old == path else [one._replace(path=rebased(one.path, old, path)) for one in page]


async def _texts(ctx: Context, path: UnitPath, one: Period, form: Form) -> list[tuple[str, DigestText]]:
    if not one.kept:
        return []
    place = await closing.places(ctx.conn)
    found: list[Listed] = []
    for old, keys in (await _stood(ctx, path, one)).items():
        found += await counting.listed(ctx.conn, keys, old, place(old)[0].startswith(old))
    return await _said(ctx, form, [(text.group, text.mark, text.report) for text in found])


async def _said(ctx: Context, form: Form, listed: list[tuple[str, str, int]]) -> list[tuple[str, DigestText]]:
    """The words of texts that are listed: (group, mark, report)."""
    fields = [item.key for item in form.fields if item.mask]
    marked = grouping(form)[1]
    key = counted(form)[marked] if marked is not None else ""
    words = await counting.words(ctx.conn, [report for _, _, report in listed], fields)
    return [
        (group, counting.as_text({field: words[report].get(field, "") for field in fields}, beside))
        for group, mark, report in listed
        if report in words
        for beside in ({} if mark in (ALL, "") else {key: mark},)
    ]
