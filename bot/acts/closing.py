"""Months and weeks that are over: counted once, and kept as they are told from then on."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from functools import cache, partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.kernel.values import NOWHERE, Ms
from bot.core.opinion.disclosure import ALL
from bot.core.opinion.gathering import DUE, NOTHING, Cell, Gathering, Listed, Place, counted, placing
from bot.core.opinion.periods import DAY, NoPeriod, add_months, is_week, month_key, period, week_key
from bot.core.opinion.running import Weekly
from bot.storage import keys
from bot.storage.database import Database
from bot.storage.opinion import counting
from bot.storage.opinion.opinions import FORM
from bot.storage.people import units

Told = tuple[list[Cell], list[Listed]]
Spans = Mapping[str, tuple[date, date]]  # first and last day, by the key under which it is kept


async def close_months(database: Database, house: House, now: Ms) -> int:
    """Count and keep every month that is over and is not kept yet; how many (`now` ms UTC).

    It is counted in a reading transaction, so that nobody waits for it.
    """
    async with database.read() as conn:
        months = await counting.untold(conn, house.today(now).replace(day=1))
    spans = {month_key(month): (month, add_months(month, 1) - DAY) for month in months}
    return await _close(database, house, spans)


async def close_weeks(database: Database, house: House, now: Ms) -> int:
    """The same for weeks."""
    today = house.today(now)
    async with database.read() as conn:
        mondays = await counting.untold_weeks(conn, today - today.weekday() * DAY)
    return await _close(database, house, {week_key(one): (one, one + 6 * DAY) for one in mondays})


async def close_over(database: Database, house: House, now: Ms) -> int:
    """The same for both."""
    return await close_months(database, house, now) + await close_weeks(database, house, now)


async def close_asked(database: Database, house: House, now: Ms, first: date, last: date) -> int:
    """The same for every month, and for these days, both included, where they are a week that is over."""
    count = await close_months(database, house, now)
    with suppress(NoPeriod):
        asked = period(first, last, house.today(now))
        async with database.read() as conn:
            spans = await counting.missing(conn, asked.kept)
        count += await _close(database, house, spans)
    return count


async def _close(database: Database, house: House, spans: Spans) -> int:
    for key, days in sorted(spans.items()):
        async with database.read() as conn:
            told = await _count(conn, house, key, *days)
        async with database.write() as conn:
            await counting.keep(conn, key, house.threshold, *told)
    return len(spans)


async def places(conn: AsyncConnection) -> Place:
    """Where the reports of each unit are counted."""
    return placing(await units.levels(conn))


async def _count(conn: AsyncConnection, house: House, key: str, first: date, last: date) -> Told:
    form, place = house.forms[FORM], await places(conn)
    gathering = Weekly(form, place) if is_week(first, last, last) else Gathering(form, place)
    async for page in counting.scan(conn, NOWHERE, first.isoformat(), last.isoformat(), counted(form)):
        for seen in page:
            gathering.add(seen)
    known = {
        item.key: [choice.value for choice in item.choices]
        + (list(house.topics) if item.source == "topics" else [])
        for item in form.fields
    }
    lot = cache(partial(keys.number, conn, "told", key))
    cells, listed = gathering.published(known, house.threshold, lot)
    due = [(place(path), number) for path, number in (await counting.due(conn)).items()]
    reporters: dict[tuple[str, str], int] = {}
    for at, number in due:
        reporters[at] = reporters.get(at, 0) + number
    cells += [Cell(base, row, DUE, ALL, number) for (base, row), number in sorted(reporters.items())]
    zero = {
        place(path) for path in await counting.nothing(conn, NOWHERE, first.isoformat(), last.isoformat())
    }
    cells += [Cell(base, row, NOTHING, ALL, 1) for base, row in sorted(zero)]
    return cells, listed
