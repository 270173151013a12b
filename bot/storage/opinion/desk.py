"""The reports that stand at a desk: listed in pages, opened, moved on. Nothing here knows an author."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.core.opinion.desk import EVERYTHING, SUBMISSION, Wanted
from bot.core.people.permissions import Act
from bot.storage.dialect import ask, holds, in_state, upsert
from bot.storage.moves import to_state
from bot.storage.opinion.tables import answer, report_clock, response, submission, submission_desk


@dataclass(frozen=True, slots=True)
class Report:
    """A report as a desk has it. `unit`, `desk`: codes; `day` ISO; `since` in ms UTC, while it is urgent."""

    id: int
    code: str
    unit: str
    day: str
    state: str
    desk: str
    urgency: int
    topic: str
    form_version: str
    merged_into: int | None
    since: Ms | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What a desk said: `kind` answer or return, `unit` a code, `day` ISO."""

    kind: str
    words: str
    unit: str
    day: str


_NAMES = ("id", "code", "unit", "day", "state", "desk", "urgency", "topic", "form_version", "merged_into")
_COLUMNS = tuple(submission.c[name] for name in _NAMES)
_CLOCK = report_clock.c.submission_id == submission.c.id
_ORDER = submission.c.urgency.desc(), submission.c.day.desc(), submission.c.code.desc()
SEARCHED = 10_000  # reports that a search looks through while everybody else waits
ROW = select(*_COLUMNS, report_clock.c.since).outerjoin(report_clock, _CLOCK)
_ANSWERS = select(answer.c.field, answer.c.value).where(answer.c.submission_id == bindparam("number"))
_BY_NUMBER = ROW.where(submission.c.id == bindparam("number"))
_BY_CODE = ROW.where(submission.c.code == bindparam("code"), submission.c.desk != "")


async def get(conn: AsyncConnection, code: str) -> Report | None:
    """The report with this code; a zero report is none."""
    row = (await ask(conn, _BY_CODE, {"code": code})).first()
    return Report(*row) if row else None


async def by_number(conn: AsyncConnection, number: int) -> Report | None:
    """The report with this number."""
    row = (await ask(conn, _BY_NUMBER, {"number": number})).first()
    return Report(*row) if row else None


async def counts(conn: AsyncConnection, desk: str, wanted: Wanted = EVERYTHING) -> dict[str, int]:
    """How many stand at a desk in each state, those there are."""
    query = select(submission.c.state, func.count()).where(*_meant(desk, wanted)).group_by(submission.c.state)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def page(
    conn: AsyncConnection,
    desk: str,
    there: Mapping[str, int],
    states: Sequence[str],
    wanted: Wanted,
    skip: int,
    limit: int,
) -> list[Report]:
    """Reports of a desk from one of them on: state after state, then the urgent first, the newest first.

    `there`: how many there are in each state. Within a day the order is that of the codes: it tells nothing.
    """
    rows: list[Report] = []
    for state in states:
        here = there.get(state, 0)
        if skip < here and len(rows) < limit:
            most = min(limit - len(rows), here - skip)
            # From the nearer end: rows that are skipped are looked at in the index alone.
            forwards = skip <= here // 2
            order = _ORDER if forwards else tuple(one.element.asc() for one in _ORDER)
            meant = *_meant(desk, wanted), in_state(submission.c.state, state)
            chosen = select(submission.c.code).where(*meant).order_by(*order)
            rows += await _of(conn, chosen.offset(skip if forwards else here - skip - most).limit(most))
        skip = max(0, skip - here)
    return rows


async def found(
    conn: AsyncConnection,
    desk: str,
    there: Mapping[str, int],
    states: Sequence[str],
    wanted: Wanted,
    skip: int,
    limit: int,
) -> list[Report]:
    """As `page`, for words: only the first SEARCHED reports are looked through."""
    rows: list[Report] = []
    left = SEARCHED
    columns = submission.c.code, submission.c.search
    for state in states:
        if not there.get(state) or left <= 0 or len(rows) >= skip + limit:
            continue
        meant = submission.c.desk == desk, in_state(submission.c.state, state)
        first = select(*columns).where(*meant).order_by(*_ORDER).limit(left).subquery()
        said = [holds(first.c.search, word) for word in wanted.words]
        # Both databases take the rows of `first` as they come, and end with the last that is asked for.
        chosen = select(first.c.code).where(*said)
        rows += await _of(conn, chosen.limit(skip + limit - len(rows)))
        left -= there[state]
    return rows[skip:]


async def _of(conn: AsyncConnection, chosen: Select[Any]) -> list[Report]:
    """The reports with the codes that are chosen, in a desk's order.

    Asked for in two steps: PostgreSQL would read the whole table to find a handful of them in one.
    """
    codes = (await conn.execute(chosen)).scalars().all()
    if not codes:
        return []
    query = ROW.where(submission.c.code.in_(codes)).order_by(*_ORDER)
    return [Report(*row) for row in await conn.execute(query)]


def _meant(desk: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    meant = [submission.c.desk == desk]
    if wanted.topic:
        meant.append(submission.c.topic == wanted.topic)
    if wanted.unit:
        meant.append(submission.c.unit == wanted.unit)
    return meant


async def by(conn: AsyncConnection, desk: str, column: str, states: Collection[str]) -> dict[str, int]:
    """How many stand at a desk in some states, by topic or by unit."""
    chosen = submission.c[column]
    meant = submission.c.desk == desk, submission.c.state.in_(list(states))
    query = select(chosen, func.count()).where(*meant).group_by(chosen)
    return {row[0]: row[1] for row in await conn.execute(query)}


async def passed_on(conn: AsyncConnection, desk: str, skip: int, limit: int) -> list[Report]:
    """Reports that stood at a desk and were passed on, the newest first."""
    had = select(submission_desk.c.submission_id).where(submission_desk.c.unit == desk)
    order = submission.c.day.desc(), submission.c.code.desc()
    query = ROW.where(submission.c.id.in_(had), submission.c.desk != desk).order_by(*order)
    return [Report(*row) for row in await conn.execute(query.offset(skip).limit(limit))]


async def had(conn: AsyncConnection, number: int, desk: str) -> bool:
    """Whether a report stood at a desk before."""
    mine = submission_desk.c.submission_id == number, submission_desk.c.unit == desk
    return (await conn.execute(select(submission_desk.c.unit).where(*mine))).first() is not None


async def answers(conn: AsyncConnection, number: int) -> dict[str, str]:
    """What a report says, by field."""
    return {row[0]: row[1] for row in await ask(conn, _ANSWERS, {"number": number})}


async def said(conn: AsyncConnection, numbers: Collection[int], fields: Sequence[str]) -> dict[int, str]:
    """What these reports say in the first of these fields in which they say anything."""
    query = select(answer.c.submission_id, answer.c.field, answer.c.value)
    meant = answer.c.submission_id.in_(numbers), answer.c.field.in_(fields), answer.c.value != ""
    rows = sorted(await conn.execute(query.where(*meant)), key=lambda row: -fields.index(row.field))
    return {row.submission_id: row.value for row in rows}


async def merged(conn: AsyncConnection, number: int) -> list[Report]:
    """The reports that were merged into one, by code."""
    query = ROW.where(submission.c.merged_into == number).order_by(submission.c.code)
    return [Report(*row) for row in await conn.execute(query)]


async def move(conn: AsyncConnection, report: Report, to: str, act: Act) -> bool:
    """Bring a report from where it was seen to a state; False where it stands elsewhere by now."""
    if report.state not in SUBMISSION.sources(to, act):
        return False
    mine = update(submission).where(submission.c.id == report.id, submission.c.desk == report.desk)
    done = await conn.execute(to_state(mine, SUBMISSION, to, act, only=(report.state,)))
    return done.rowcount == 1


async def pass_on(conn: AsyncConnection, report: Report, desk: str, by: str) -> bool:
    """A report goes to another desk, new there; the desk that had it still sees it."""
    mine = update(submission).where(submission.c.id == report.id, submission.c.desk == report.desk)
    done = await conn.execute(to_state(mine, SUBMISSION, "received", by).values(desk=desk))
    if done.rowcount != 1:
        return False
    values = {"submission_id": report.id, "unit": report.desk}
    await conn.execute(upsert(conn, submission_desk, values, keys=("submission_id", "unit")))
    return True


async def merge(conn: AsyncConnection, report: Report, into: int) -> bool:
    """One report is counted and answered with another; what was merged into it goes along."""
    mine = update(submission).where(submission.c.id == report.id, submission.c.desk == report.desk)
    done = await conn.execute(to_state(mine, SUBMISSION, "merged", Act.MERGE).values(merged_into=into))
    if done.rowcount != 1:
        return False
    along = update(submission).where(submission.c.merged_into == report.id)
    await conn.execute(along.values(merged_into=into))
    return True


async def respond(conn: AsyncConnection, number: int, said: Response) -> None:
    """Keep what a desk said of a report."""
    values = {"submission_id": number, "kind": said.kind, "words": said.words}
    await conn.execute(insert(response).values(**values, unit=said.unit, day=said.day))


async def responses(conn: AsyncConnection, number: int) -> list[Response]:
    """What desks said of a report, the older first."""
    query = select(response.c.kind, response.c.words, response.c.unit, response.c.day)
    rows = await conn.execute(query.where(response.c.submission_id == number).order_by(response.c.id))
    return [Response(*row) for row in rows]


def _wait(insert: Any) -> Any:
    row = insert(report_clock).values({one: bindparam(one.name) for one in report_clock.c})
    # `since` stays: an urgent report has waited since it came, at whichever desk.
    change = {name: row.excluded[name] for name in ("ring_at", "rings")}
    return row.on_conflict_do_update(index_elements=["submission_id"], set_=change)


_WAIT = {"sqlite": _wait(sqlite.insert), "postgresql": _wait(postgresql.insert)}


async def wait(conn: AsyncConnection, number: int, ring_at: Ms, since: Ms | None) -> None:
    """The clock of a report that nobody has opened yet begins (ms UTC); `since` of an urgent one."""
    values = {"submission_id": number, "ring_at": ring_at, "rings": 0, "since": since}
    await ask(conn, _WAIT[conn.dialect.name], values)


async def rest(conn: AsyncConnection, number: int) -> None:
    """It was opened, or is over: nothing rings any more, and when it came is forgotten."""
    await conn.execute(delete(report_clock).where(report_clock.c.submission_id == number))
