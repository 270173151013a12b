"""Answers to a topic and a period, and what each unit that raised it says of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, insert, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import UnitPath
from bot.core.people.permissions import REPORTERS
from bot.storage.opinion.opinions import FORM
from bot.storage.opinion.tables import (
    submission,
    submission_author,
    submission_desk,
    topic_answer,
    topic_answer_unit,
)
from bot.storage.people.states import IN_FORCE, holds
from bot.storage.people.tables import member, unit


@dataclass(frozen=True, slots=True)
class TopicAnswer:
    """An answer. `first`, `last`, `day`: ISO dates; `unit`: the code of who answers."""

    id: int
    topic: str
    first: str
    last: str
    unit: str
    words: str
    day: str


_ROW = select(*(topic_answer.c[name] for name in TopicAnswer.__slots__))


async def raised(conn: AsyncConnection, path: UnitPath, topic: str, first: str, last: str) -> dict[str, int]:
    """How many reports each unit below a path sent on a topic between two ISO days, by code."""
    meant = (
        submission.c.topic == topic,
        submission.c.day.between(first, last),
        submission.c.form == FORM,
        submission.c.unit_path.startswith(path, autoescape=True),
    )
    rows = await conn.execute(
        select(submission.c.unit, func.count()).where(*meant).group_by(submission.c.unit)
    )
    return {row[0]: row[1] for row in rows}


async def add(conn: AsyncConnection, one: TopicAnswer, whole_by: dict[str, bool]) -> int:
    """Keep an answer, and the units it goes back to: whether the whole unit hears, by code. Its number."""
    values = {name: getattr(one, name) for name in TopicAnswer.__slots__ if name != "id"}
    made = insert(topic_answer).values(**values).returning(topic_answer.c.id)
    number = int((await conn.execute(made)).scalar_one())
    rows = [{"answer_id": number, "unit": code, "whole": whole} for code, whole in sorted(whole_by.items())]
    await conn.execute(insert(topic_answer_unit), rows)
    return number


async def get(conn: AsyncConnection, number: int) -> TopicAnswer | None:
    """One answer."""
    row = (await conn.execute(_ROW.where(topic_answer.c.id == number))).first()
    return TopicAnswer(*row) if row else None


async def by_unit(conn: AsyncConnection, unit: str, limit: int) -> list[TopicAnswer]:
    """The answers of a unit, the newest first."""
    query = _ROW.where(topic_answer.c.unit == unit).order_by(topic_answer.c.id.desc()).limit(limit)
    return [TopicAnswer(*row) for row in await conn.execute(query)]


async def hearers(conn: AsyncConnection, one: TopicAnswer) -> Sequence[int]:
    """The reporters to whom an answer goes: of a unit that hears as a whole all, else those who raised it."""
    to = (
        select(member.c.id, topic_answer_unit.c.unit)
        .join(topic_answer_unit, topic_answer_unit.c.unit == member.c.unit)
        .where(topic_answer_unit.c.answer_id == one.id, IN_FORCE)
    )
    rows = await conn.execute(
        to.where(holds(REPORTERS), topic_answer_unit.c.whole | _wrote(one)).order_by(member.c.id)
    )
    return [row[0] for row in rows]


def _meant(one: TopicAnswer) -> tuple[ColumnElement[bool], ...]:
    days = submission.c.day.between(one.first, one.last)
    return submission.c.topic == one.topic, days, submission.c.form == FORM


def _wrote(one: TopicAnswer) -> ColumnElement[bool]:
    return (
        exists()
        .where(submission_author.c.member_id == member.c.id)
        .where(submission.c.id == submission_author.c.submission_id, *_meant(one))
    )


async def units(conn: AsyncConnection, number: int, *, whole: bool = False) -> set[str]:
    """The codes of the units an answer goes back to; `whole`: of those that hear as a whole."""
    query = select(topic_answer_unit.c.unit).where(topic_answer_unit.c.answer_id == number)
    rows = await conn.execute(query.where(topic_answer_unit.c.whole) if whole else query)
    return set(rows.scalars())


async def desks(conn: AsyncConnection, one: TopicAnswer, path: UnitPath) -> list[str]:
    """Codes of the units below `path`, the answering one's, at whose desks what is answered stands or stood.

    With them those that hear as a whole.
    """
    meant = (*_meant(one), submission.c.unit_path.startswith(path, autoescape=True))
    stands = select(submission.c.desk).where(*meant)
    stood = (
        select(submission_desk.c.unit)
        .join(submission, submission.c.id == submission_desk.c.submission_id)
        .where(*meant)
    )
    had = set((await conn.execute(union(stands, stood))).scalars()) | await units(conn, one.id, whole=True)
    below = unit.c.code.in_(sorted(had)), unit.c.path.startswith(path, autoescape=True)
    query = select(unit.c.code).where(*below, unit.c.code != one.unit).order_by(unit.c.code)
    return list((await conn.execute(query)).scalars())


async def settle(conn: AsyncConnection, number: int, code: str, settled: bool) -> bool:
    """What a unit says of an answer: settled, or not yet; its last word counts. False: it is none."""
    mine = topic_answer_unit.c.answer_id == number, topic_answer_unit.c.unit == code
    done = await conn.execute(update(topic_answer_unit).where(*mine).values(settled=settled))
    return done.rowcount == 1


async def marks(conn: AsyncConnection, number: int) -> dict[bool | None, int]:
    """How many units say settled (True), not yet (False), nothing so far (None)."""
    query = select(topic_answer_unit.c.settled, func.count()).where(topic_answer_unit.c.answer_id == number)
    return {row[0]: row[1] for row in await conn.execute(query.group_by(topic_answer_unit.c.settled))}
