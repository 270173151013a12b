"""Opinion reports: impersonal submissions; who wrote one stands apart and is dropped in time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.formats import fold
from bot.core.opinion.desk import SUBMISSION, TENDENCY, TOPIC, URGENCY, urgency_of
from bot.storage.dialect import ask, many
from bot.storage.opinion.tables import answer, submission, submission_author
from bot.storage.people.tables import unit

FORM = "opinion"


@dataclass(frozen=True, slots=True)
class Kept:
    """A report without its author. `unit` is a code, `day` an ISO date; answers by field."""

    code: str
    form_version: str
    unit: str
    day: str
    answers: Mapping[str, str]
    sample: bool = False


_GIVEN = ("code", "form", "form_version", "unit", "sample", "day", "state", "desk")
_SORTED = ("urgency", "topic", "tendency", "search")
# Statements of every report are built once: building costs more than running them.
_ADD = (
    insert(submission)
    .values({submission.c[name]: bindparam(name) for name in (*_GIVEN, *_SORTED)})
    .values(unit_path=select(unit.c.path).where(unit.c.code == bindparam("unit")).scalar_subquery())
    .returning(submission.c.id)
)
_LINK = insert(submission_author).values({one: bindparam(one.name) for one in submission_author.c})
_SAY = insert(answer).values({one: bindparam(one.name) for one in answer.c})
_TAKEN = select(submission.c.id).where(submission.c.code == bindparam("code"))


async def add(
    conn: AsyncConnection,
    report: Kept,
    author: int | None,
    link_until: str,
    desk: str | None = None,
    form: str = FORM,
) -> int:
    """Keep a report; an empty answer is none. Its number. `link_until` ISO date.

    `desk`: the unit that is to read it, its own where none is named; a zero report stands at none.
    """
    values = {
        "code": report.code,
        "form": form,
        "form_version": report.form_version,
        "unit": report.unit,
        "sample": report.sample,
        "day": report.day,
        "state": SUBMISSION.begin("received" if form == FORM else "closed"),
        "desk": (report.unit if desk is None else desk) if form == FORM else "",
        **sorted_by(report.answers if form == FORM else {}),
    }
    number = int((await ask(conn, _ADD, values)).scalar_one())
    await say(conn, number, report.answers)
    if author is not None:
        await ask(conn, _LINK, {"submission_id": number, "member_id": author, "until": link_until})
    return number


async def say(conn: AsyncConnection, number: int, answers: Mapping[str, str]) -> None:
    """Keep the answers of a report that has none."""
    given = [
        {"submission_id": number, "field": field, "value": value} for field, value in answers.items() if value
    ]
    await many(conn, _SAY, given)


def sorted_by(answers: Mapping[str, str]) -> dict[str, str | int]:
    """The columns by which a desk sorts and searches, made from the answers."""
    return {
        "urgency": int(urgency_of(answers.get(URGENCY, ""))),
        "topic": answers.get(TOPIC, ""),
        "tendency": answers.get(TENDENCY, ""),
        "search": fold("\n".join(answers.values())),
    }


async def taken(conn: AsyncConnection, code: str) -> bool:
    """Whether a report has this code."""
    return (await ask(conn, _TAKEN, {"code": code})).first() is not None


async def page(conn: AsyncConnection, after: str, limit: int) -> list[Kept]:
    """Reports by code, `limit` at a time."""
    query = select(submission).where(submission.c.form == FORM, submission.c.code > after)
    rows = (await conn.execute(query.order_by(submission.c.code).limit(limit))).all()
    said = select(answer).where(answer.c.submission_id.in_([row.id for row in rows]))
    answers = _by_submission(await conn.execute(said))
    return [
        Kept(row.code, row.form_version, row.unit, row.day, answers.get(row.id, {}), row.sample)
        for row in rows
    ]


def _by_submission(rows: Iterable[Row[Any]]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row.submission_id, {})[row.field] = row.value
    return found


async def by_author(conn: AsyncConnection, member_id: int, forms: Collection[str] = (FORM,)) -> list[str]:
    """Codes of what was sent by these forms and is still linked to a member."""
    link = submission_author.c.submission_id == submission.c.id
    query = select(submission.c.code).join(submission_author, link)
    mine = query.where(submission_author.c.member_id == member_id, submission.c.form.in_(sorted(forms)))
    return list((await conn.execute(mine.order_by(submission.c.code))).scalars())
