"""Reports as a digest counts them, page by page; and what was told of a month or week that is over."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms, UnitPath
from bot.core.opinion.digest import DigestText
from bot.core.opinion.disclosure import ALL
from bot.core.opinion.gathering import Cell, Listed, Seen
from bot.core.opinion.periods import week_key
from bot.core.people.permissions import REPORTERS
from bot.storage.dialect import many, upsert
from bot.storage.opinion.opinions import FORM
from bot.storage.opinion.owing import ZERO
from bot.storage.opinion.tables import (
    answer,
    month_told,
    response,
    submission,
    submission_author,
    text_told,
    told,
    topic_answer,
)
from bot.storage.people.states import IN_FORCE, holds
from bot.storage.people.tables import member, unit

PAGE = 5_000
HEARD = (FORM, ZERO)  # what shows that a period was: reports, and that there was nothing to report


def _meant(path: UnitPath, first: str, last: str) -> tuple[ColumnElement[bool], ...]:
    days = (submission.c.form == FORM, submission.c.day.between(first, last))
    return (*days, submission.c.unit_path.startswith(path, autoescape=True)) if path else days


async def count(conn: AsyncConnection, path: UnitPath, first: str, last: str) -> int:
    """How many reports there are between two ISO dates inclusive; `path` "" everywhere."""
    query = select(func.count()).select_from(submission).where(*_meant(path, first, last))
    return int((await conn.execute(query)).scalar_one())


async def more_than(conn: AsyncConnection, path: UnitPath, first: str, last: str, most: int) -> bool:
    """Whether there are more than so many; no more are looked at."""
    some = select(submission.c.id).where(*_meant(path, first, last)).limit(most + 1).subquery()
    return int((await conn.execute(select(func.count()).select_from(some))).scalar_one()) > most


async def scan(
    conn: AsyncConnection, path: UnitPath, first: str, last: str, fields: Sequence[str]
) -> AsyncIterator[Iterable[Seen]]:
    """Reports in pages, in any order; `fields`: those whose values are wanted."""
    said = [answer.alias(f"answer_{place}") for place in range(len(fields))]
    values = [func.coalesce(one.c.value, "").label(f"value_{place}") for place, one in enumerate(said)]
    named = select(submission.c.id, submission.c.code, submission.c.unit_path)
    query = named.add_columns(submission_author.c.member_id, *values)
    joined = submission.outerjoin(submission_author, submission_author.c.submission_id == submission.c.id)
    for one, key in zip(said, fields, strict=True):
        joined = joined.outerjoin(one, (one.c.submission_id == submission.c.id) & (one.c.field == key))
    query = query.select_from(joined)
    # Thousands of numbers are written out: binding each of them takes longer.
    chosen: BindParameter[int] = bindparam("chosen", expanding=True, literal_execute=True)
    each = query.where(submission.c.id.in_(chosen))
    between = query.where(submission.c.id.between(bindparam("first"), bindparam("last")))
    meant = _meant(path, first, last)
    found = await conn.execute(select(submission.c.id).where(*meant).order_by(submission.c.id))
    ids = found.scalars().all()
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        if page[-1] - page[0] < len(page):  # none is left out: their ends are enough
            rows = await conn.execute(between, {"first": page[0], "last": page[-1]})
        else:
            rows = await conn.execute(each, {"chosen": page})
        yield [Seen(row[0], row[1], row[2], row[3], row[4:]) for row in rows.all()]


async def words(
    conn: AsyncConnection, reports: Collection[int], fields: Collection[str]
) -> dict[int, dict[str, str]]:
    """What stands in these fields, by report."""
    found: dict[int, dict[str, str]] = {}
    ids = sorted(reports)
    for start in range(0, len(ids), PAGE):
        page = answer.c.submission_id.in_(ids[start : start + PAGE])
        for row in await conn.execute(select(answer).where(page, answer.c.field.in_(fields))):
            found.setdefault(row.submission_id, {})[row.field] = row.value
    return found


async def due(conn: AsyncConnection, before: Ms | None = None) -> dict[UnitPath, int]:
    """How many reporters each unit has now, by its path; `before`: who was one by then (ms UTC) alone."""
    query = select(unit.c.path, func.count()).join(member, member.c.unit == unit.c.code)
    meant = query.where(IN_FORCE, holds(REPORTERS))
    if before is not None:
        meant = meant.where(member.c.created_at < before)
    return {row[0]: row[1] for row in await conn.execute(meant.group_by(unit.c.path))}


async def nothing(conn: AsyncConnection, path: UnitPath, first: str, last: str) -> set[UnitPath]:
    """The paths of units from which somebody said there was nothing to report, between two ISO dates."""
    days = (submission.c.form == ZERO, submission.c.day.between(first, last))
    query = select(submission.c.unit_path).where(
        *days, submission.c.unit_path.startswith(path, autoescape=True)
    )
    return set((await conn.execute(query.distinct())).scalars())


async def untold(conn: AsyncConnection, before: date) -> list[date]:
    """The months before a day of which something was heard and nothing is kept, by their first day."""
    month = func.substr(submission.c.day, 1, 7)
    heard = submission.c.form.in_(HEARD), submission.c.day < before.isoformat()
    query = select(month).where(*heard).distinct()
    rows = await conn.execute(query.where(month.not_in(select(month_told.c.month))))
    return sorted(date.fromisoformat(f"{row[0]}-01") for row in rows)


async def untold_weeks(conn: AsyncConnection, before: date) -> list[date]:
    """The weeks before a day of which something was heard and nothing is kept, by their Monday."""
    heard = submission.c.form.in_(HEARD), submission.c.day < before.isoformat()
    days = select(submission.c.day).where(*heard)
    found = [date.fromisoformat(row[0]) for row in await conn.execute(days.distinct())]
    mondays = {day - timedelta(days=day.weekday()) for day in found}
    told_of = set((await conn.execute(select(month_told.c.month))).scalars())
    return sorted(monday for monday in mondays if week_key(monday) not in told_of)


async def missing(
    conn: AsyncConnection, wanted: Mapping[str, tuple[date, date]]
) -> dict[str, tuple[date, date]]:
    """Of these months and weeks (their days by key), those that were heard of and are not kept."""
    return {key: days for key, days in (await unkept(conn, wanted)).items() if await _heard(conn, *days)}


async def unkept(
    conn: AsyncConnection, wanted: Mapping[str, tuple[date, date]]
) -> dict[str, tuple[date, date]]:
    """Of these months and weeks, those of which nothing is kept: not counted yet, or nothing was heard."""
    query = select(month_told.c.month).where(month_told.c.month.in_(list(wanted)))
    there = set((await conn.execute(query)).scalars())
    return {key: days for key, days in wanted.items() if key not in there}


async def _heard(conn: AsyncConnection, first: date, last: date) -> bool:
    days = submission.c.form.in_(HEARD), submission.c.day.between(first.isoformat(), last.isoformat())
    return (await conn.execute(select(submission.c.id).where(*days).limit(1))).first() is not None


async def keep(
    conn: AsyncConnection, month: str, threshold: int, cells: Sequence[Cell], texts: Sequence[Listed]
) -> None:
    """Keep what is told of a month or week ("2026-11", "2026-W48") for good; what is kept stays as it is."""
    values = {"month": month, "threshold": threshold}
    if (await conn.execute(upsert(conn, month_told, values, keys=("month",)))).rowcount == 0:
        return  # two may have counted it at once
    await many(conn, _CELL, [{"month": month, **_values(one, Cell)} for one in cells])
    await many(conn, _TEXT, [{"month": month, **_values(one, Listed)} for one in texts])


_CELL, _TEXT = insert(told), insert(text_told)


def _values(one: Cell | Listed, kind: type[Cell] | type[Listed]) -> dict[str, object]:
    return {name: getattr(one, name) for name in kind.__slots__}


async def kept(conn: AsyncConnection, months: Collection[str], path: UnitPath) -> dict[str, list[Cell]]:
    """What is kept of these months and weeks for a unit and those it stands in or contains."""
    touches = or_(told.c.base.startswith(path, autoescape=True), told.c.row.startswith(path, autoescape=True))
    found: dict[str, list[Cell]] = {month: [] for month in months}
    for row in await conn.execute(select(told).where(told.c.month.in_(months), touches)):
        found[row.month].append(Cell(*row[1:]))
    return found


async def listed(conn: AsyncConnection, months: Collection[str], path: UnitPath, whole: bool) -> list[Listed]:
    """The texts of these months that stand in a unit's digest; `whole`: it contains provinces."""
    place = (text_told.c.base, text_told.c.row == ALL) if whole else (text_told.c.row, text_told.c.row != ALL)
    meant = (text_told.c.month.in_(months), place[0].startswith(path, autoescape=True), place[1])
    rows = await conn.execute(select(text_told).where(*meant))
    return [Listed(row.base, row.row, row.report, row.group, row.mark) for row in rows]


async def unlist(conn: AsyncConnection, report: int) -> None:
    """A report's text stands in no digest of what is over any more; the numbers stay."""
    await conn.execute(delete(text_told).where(text_told.c.report == report))


def as_text(said: Mapping[str, str], beside: Mapping[str, str]) -> DigestText:
    """One text of a digest."""
    return DigestText(words={key: text for key, text in said.items() if text}, beside=dict(beside))


async def answered(conn: AsyncConnection, path: UnitPath, first: str, last: str) -> dict[UnitPath, int]:
    """How many reports the desks of a unit and all below it answered between two ISO dates, by path."""
    desks = select(unit.c.path, func.count(response.c.submission_id.distinct()))
    meant = (response.c.kind == "answer", response.c.day.between(first, last))
    here = unit.c.path.startswith(path, autoescape=True)
    query = desks.join(response, response.c.unit == unit.c.code).where(*meant, here).group_by(unit.c.path)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def topics_answered(
    conn: AsyncConnection, path: UnitPath, first: str, last: str
) -> dict[UnitPath, int]:
    """How many answers to a topic those units gave between two ISO dates, by path."""
    given = select(unit.c.path, func.count()).join(topic_answer, topic_answer.c.unit == unit.c.code)
    meant = topic_answer.c.day.between(first, last), unit.c.path.startswith(path, autoescape=True)
    return {row[0]: row[1] for row in await conn.execute(given.where(*meant).group_by(unit.c.path))}
