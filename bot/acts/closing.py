"""Months that are over: counted once, and kept as they are told from then on."""

from collections.abc import Collection
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.opinion.disclosure import ALL
from bot.core.opinion.gathering import DUE, Cell, Gathering, Listed, Place, counted, placing
from bot.core.opinion.periods import DAY, add_months
from bot.storage.database import Database
from bot.storage.opinion import counting
from bot.storage.opinion.opinions import FORM
from bot.storage.people import units

Told = tuple[list[Cell], list[Listed]]


async def close_months(database: Database, house: House, now: int) -> int:
    """Count and keep every month that is over and is not kept yet; how many (`now` ms UTC).

    It is counted in a reading transaction, so that nobody waits for it.
    """
    async with database.read() as conn:
        months = await counting.untold(conn, house.today(now).replace(day=1))
    for month in months:
        async with database.read() as conn:
            told = await _count(conn, house, month)
        async with database.write() as conn:
            await _keep(conn, house, month, told)
    return len(months)


async def close_now(conn: AsyncConnection, house: House, months: Collection[date]) -> None:
    """The same for these months within a transaction, where few reports are meant."""
    for month in months:
        await _keep(conn, house, month, await _count(conn, house, month))


async def places(conn: AsyncConnection) -> Place:
    """Where the reports of each unit are counted."""
    return placing(await units.levels(conn))


async def _count(conn: AsyncConnection, house: House, month: date) -> Told:
    form, place = house.forms[FORM], await places(conn)
    gathering = Gathering(form, place)
    last = add_months(month, 1) - DAY
    async for page in counting.scan(conn, "", month.isoformat(), last.isoformat(), counted(form)):
        for seen in page:
            gathering.add(seen)
    known = {
        item.key: [choice.value for choice in item.choices]
        + (list(house.topics) if item.source == "topics" else [])
        for item in form.fields
    }
    cells, listed = gathering.published(known, house.threshold)
    due = [(place(path), number) for path, number in (await counting.due(conn)).items()]
    reporters: dict[tuple[str, str], int] = {}
    for at, number in due:
        reporters[at] = reporters.get(at, 0) + number
    cells += [Cell(base, row, DUE, ALL, number) for (base, row), number in sorted(reporters.items())]
    return cells, listed


async def _keep(conn: AsyncConnection, house: House, month: date, told: Told) -> None:
    await counting.keep(conn, f"{month:%Y-%m}", house.threshold, *told)
