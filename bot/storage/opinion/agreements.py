"""Whether reports of one unit agree: counted by topic and by the way they lean, and told of once a while."""

from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.dialect import ask, counting_agreement, upsert
from bot.storage.opinion.tables import agreement, submission, submission_author


@dataclass(frozen=True, slots=True)
class Agreeing:
    """What agrees: a unit (its code), a topic, and the way people lean."""

    unit: str
    topic: str
    tendency: str


_MEANT = (
    submission.c.topic == bindparam("topic"),
    submission.c.day >= bindparam("since"),
    submission.c.unit == bindparam("unit"),
    submission.c.tendency == bindparam("tendency"),
)
_REPORTS = select(func.count()).select_from(submission).where(*_MEANT)
_AUTHORS = (
    select(func.count(submission_author.c.member_id.distinct()))
    .join(submission, submission_author.c.submission_id == submission.c.id)
    .where(*_MEANT)
)
_TOLD = select(agreement.c.day).where(
    agreement.c.unit == bindparam("unit"),
    agreement.c.topic == bindparam("topic"),
    agreement.c.tendency == bindparam("tendency"),
)


async def alone(conn: AsyncConnection, one: Agreeing) -> None:
    """Nobody else counts these until this transaction ends."""
    await counting_agreement(conn, f"{one.unit}:{one.topic}:{one.tendency}")


async def count(conn: AsyncConnection, one: Agreeing, since: str) -> tuple[int, int]:
    """How many such reports there are from a day on (ISO), and how many known authors they have."""
    meant = {**asdict(one), "since": since}
    reports = (await ask(conn, _REPORTS, meant)).scalar_one()
    return int(reports), int((await ask(conn, _AUTHORS, meant)).scalar_one())


async def told_since(conn: AsyncConnection, one: Agreeing, since: str) -> bool:
    """Whether it was told of from a day on (ISO)."""
    day = (await ask(conn, _TOLD, asdict(one))).scalar()
    return day is not None and day >= since


async def told(conn: AsyncConnection, one: Agreeing, day: str) -> None:
    """It was told of on a day (ISO)."""
    values = {"unit": one.unit, "topic": one.topic, "tendency": one.tendency, "day": day}
    keys = ("unit", "topic", "tendency")
    await conn.execute(upsert(conn, agreement, values, keys=keys, change=("day",)))


async def forget(conn: AsyncConnection, before: str) -> int:
    """Drop what was last told of before a day (ISO); how many."""
    return (await conn.execute(delete(agreement).where(agreement.c.day < before))).rowcount
