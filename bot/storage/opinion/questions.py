"""Questions about briefings: asked, answered, passed on; who asked stands apart, and is dropped in time."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.core.opinion.questions import QUESTION
from bot.core.people.permissions import Act
from bot.storage.dialect import in_state
from bot.storage.moves import to_state
from bot.storage.opinion.tables import question, question_asker


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question without who asked it. `unit`, `desk`, `answered_by`: codes; days are ISO dates.

    `slug`: of the briefing it is about, "" where it is about none.
    """

    id: int
    slug: str
    unit: str
    words: str
    day: str
    state: str
    desk: str
    rings: int
    answer: str | None = None
    answered_by: str | None = None
    answered_on: str | None = None


ROW = select(*(question.c[name] for name in QuestionRow.__slots__))


async def add(
    conn: AsyncConnection, one: QuestionRow, asker: int, link_until: str, ring_at: Ms
) -> QuestionRow:
    """Keep a question, and for a while who asked it (`link_until` ISO date); rings at `ring_at` (ms UTC)."""
    names = ("slug", "unit", "words", "day", "desk")
    values = {**{name: getattr(one, name) for name in names}, "state": QUESTION.begin("waiting")}
    made = insert(question).values(**values, ring_at=ring_at).returning(question.c.id)
    number = int((await conn.execute(made)).scalar_one())
    link = {"question_id": number, "member_id": asker, "until": link_until}
    await conn.execute(insert(question_asker).values(**link))
    return await _known(conn, number)


async def _known(conn: AsyncConnection, number: int) -> QuestionRow:
    return QuestionRow(*(await conn.execute(ROW.where(question.c.id == number))).one())


async def get(conn: AsyncConnection, number: int) -> QuestionRow | None:
    """One question."""
    row = (await conn.execute(ROW.where(question.c.id == number))).first()
    return QuestionRow(*row) if row else None


async def at_desk(
    conn: AsyncConnection, desk: str, states: Sequence[str], skip: int, limit: int
) -> list[QuestionRow]:
    """Questions at a unit in these states, those that wait the longest first; of those over, the latest."""
    here = ROW.where(question.c.desk == desk, in_state(question.c.state, *states))
    order = (
        (question.c.day, question.c.id)
        if "waiting" in states
        else (question.c.day.desc(), question.c.id.desc())
    )
    return [QuestionRow(*row) for row in await conn.execute(here.order_by(*order).offset(skip).limit(limit))]


async def count(conn: AsyncConnection, desk: str, states: Sequence[str]) -> int:
    """How many stand at a unit in these states."""
    query = select(func.count()).select_from(question)
    here = query.where(question.c.desk == desk, in_state(question.c.state, *states))
    return int((await conn.execute(here)).scalar_one())


async def of_asker(conn: AsyncConnection, member_id: int, limit: int) -> list[QuestionRow]:
    """What a member asked and is still linked to them, the newest first."""
    mine = ROW.join(question_asker, question_asker.c.question_id == question.c.id)
    mine = mine.where(question_asker.c.member_id == member_id).order_by(question.c.id.desc())
    return [QuestionRow(*row) for row in await conn.execute(mine.limit(limit))]


async def waiting_of(conn: AsyncConnection, member_id: int) -> int:
    """How many questions of a member wait for an answer."""
    query = select(func.count()).select_from(question)
    mine = query.join(question_asker, question_asker.c.question_id == question.c.id).where(
        question_asker.c.member_id == member_id, in_state(question.c.state, "waiting")
    )
    return int((await conn.execute(mine)).scalar_one())


async def asker(conn: AsyncConnection, number: int) -> int | None:
    """The member who asked; None once the link is cut."""
    query = select(question_asker.c.member_id).where(question_asker.c.question_id == number)
    return (await conn.execute(query)).scalar_one_or_none()


async def answer(conn: AsyncConnection, one: QuestionRow, words: str, unit: str, day: str) -> bool:
    """A unit answers (ISO day); False where the question stands elsewhere by now, or otherwise than `one`."""
    if one.state == "closed":
        return False
    mine = update(question).where(question.c.id == one.id, question.c.desk == one.desk)
    said = to_state(mine, QUESTION, "answered", Act.ANSWER_QUESTION, only=(one.state,))
    values = {"answer": words, "answered_by": unit, "answered_on": day, "ring_at": None}
    return (await conn.execute(said.values(**values))).rowcount == 1


async def close(conn: AsyncConnection, one: QuestionRow) -> bool:
    """It stays unanswered; False where it stands elsewhere by now, or was answered."""
    mine = update(question).where(question.c.id == one.id, question.c.desk == one.desk)
    done = to_state(mine, QUESTION, "closed", Act.CLOSE_QUESTION).values(ring_at=None)
    return (await conn.execute(done)).rowcount == 1


async def pass_on(conn: AsyncConnection, one: QuestionRow, desk: str, by: str, ring_at: Ms) -> bool:
    """It waits at another unit from now on; False where it stands elsewhere by now, or is over."""
    mine = update(question).where(question.c.id == one.id, question.c.desk == one.desk)
    passed = to_state(mine, QUESTION, "waiting", by).values(desk=desk, rings=0, ring_at=ring_at)
    return (await conn.execute(passed)).rowcount == 1


async def any_due(conn: AsyncConnection, now: Ms) -> bool:
    """Whether some wait is over (ms UTC)."""
    first = (await conn.execute(select(func.min(question.c.ring_at)))).scalar()
    return first is not None and int(first) <= now


async def due(conn: AsyncConnection, now: Ms, limit: int) -> list[QuestionRow]:
    """Questions whose wait is over (ms UTC), those that are over the longest first."""
    over = ROW.where(question.c.ring_at <= now).order_by(question.c.ring_at, question.c.id).limit(limit)
    return [QuestionRow(*row) for row in await conn.execute(over)]


async def rung(conn: AsyncConnection, number: int, again_at: Ms | None) -> None:
    """Its unit was rung for again; the next time is at `again_at` (ms UTC), None: no more."""
    mine = update(question).where(question.c.id == number)
    await conn.execute(mine.values(ring_at=again_at, rings=question.c.rings + 1))


async def forget(conn: AsyncConnection, before: str) -> int:
    """Drop what was answered before a day (ISO), or asked before it and closed. How many went."""
    since = func.coalesce(question.c.answered_on, question.c.day)
    old = delete(question).where(since < before, in_state(question.c.state, "answered", "closed"))
    return (await conn.execute(old)).rowcount
