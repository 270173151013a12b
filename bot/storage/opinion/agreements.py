"""Whether reports of one unit agree: counted by topic and by the way they lean, and told of once a while."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.dialect import upsert
from bot.storage.opinion.tables import agreement, submission, submission_author


@dataclass(frozen=True, slots=True)
class Agreeing:
    """What agrees: a unit (its code), a topic, and the way people lean."""

    unit: str
    topic: str
    tendency: str


async def count(conn: AsyncConnection, one: Agreeing, since: str) -> tuple[int, int]:
    """How many such reports there are from a day on (ISO), and how many known authors they have."""
    meant = (
        submission.c.topic == one.topic,
        submission.c.day >= since,
        submission.c.unit == one.unit,
        submission.c.tendency == one.tendency,
    )
    reports = (await conn.execute(select(func.count()).select_from(submission).where(*meant))).scalar_one()
    link = submission_author.c.submission_id == submission.c.id
    authors = (
        select(func.count(submission_author.c.member_id.distinct())).join(submission, link).where(*meant)
    )
    return int(reports), int((await conn.execute(authors)).scalar_one())


async def told_since(conn: AsyncConnection, one: Agreeing, since: str) -> bool:
    """Whether it was told of from a day on (ISO)."""
    query = select(agreement.c.day).where(
        agreement.c.unit == one.unit, agreement.c.topic == one.topic, agreement.c.tendency == one.tendency
    )
    day = (await conn.execute(query)).scalar_one_or_none()
    return day is not None and day >= since


async def told(conn: AsyncConnection, one: Agreeing, day: str) -> None:
    """It was told of on a day (ISO)."""
    values = {"unit": one.unit, "topic": one.topic, "tendency": one.tendency, "day": day}
    keys = ("unit", "topic", "tendency")
    await conn.execute(upsert(conn, agreement, values, keys=keys, change=("day",)))


async def forget(conn: AsyncConnection, before: str) -> int:
    """Drop what was last told of before a day (ISO); how many."""
    return (await conn.execute(delete(agreement).where(agreement.c.day < before))).rowcount
