"""What was corrected, or taken back, after it had gone out."""

from dataclasses import dataclass

from sqlalchemy import exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.broadcast import READ
from bot.core.kernel.values import Ms
from bot.storage.delivery.tables import run
from bot.storage.guidance.tables import briefing, broadcast, correction


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """`new_id` None: it was taken back. The words: where one short place differs. `at` in ms UTC."""

    id: int
    broadcast_id: int
    run_id: int
    old_id: int
    new_id: int | None
    old_words: str | None
    new_words: str | None
    at: Ms


_ROW = (
    correction.c.id,
    correction.c.broadcast_id,
    correction.c.run_id,
    correction.c.old_id,
    correction.c.new_id,
    correction.c.old_words,
    correction.c.new_words,
    correction.c.at,
)


async def add(
    conn: AsyncConnection,
    where: tuple[int, int],
    versions: tuple[int, int | None],
    words: tuple[str, str] | None,
    by: str,
    now: Ms,
) -> None:
    """Keep that a broadcast (and the run of it) was corrected: the version before, and the one from now on.

    What has yet to go of it says the new one.
    """
    old, new = words or (None, None)
    values = {
        "broadcast_id": where[0],
        "run_id": where[1],
        "old_id": versions[0],
        "new_id": versions[1],
        "old_words": old,
        "new_words": new,
        "at": now,
        "by": by,
    }
    await conn.execute(insert(correction).values(**values))
    if versions[1] is not None:
        mine = update(broadcast).where(broadcast.c.id == where[0])
        await conn.execute(mine.values(briefing_id=versions[1]))


async def of_run(conn: AsyncConnection, run_id: int) -> CorrectionRow | None:
    """The last word on a run."""
    query = select(*_ROW).where(correction.c.run_id == run_id).order_by(correction.c.id.desc()).limit(1)
    row = (await conn.execute(query)).first()
    return CorrectionRow(*row) if row else None


async def versions_before(conn: AsyncConnection, run_id: int) -> list[int]:
    """What a run said before each of its corrections."""
    query = select(correction.c.old_id).where(correction.c.run_id == run_id).order_by(correction.c.id)
    return list((await conn.execute(query)).scalars())


async def of_broadcast(conn: AsyncConnection, broadcast_id: int) -> CorrectionRow | None:
    """The last word on a broadcast."""
    query = select(*_ROW).where(correction.c.broadcast_id == broadcast_id)
    row = (await conn.execute(query.order_by(correction.c.id.desc()).limit(1))).first()
    return CorrectionRow(*row) if row else None


async def leading_to(conn: AsyncConnection, briefing_id: int) -> CorrectionRow | None:
    """The correction by which a version came to be what it is."""
    query = select(*_ROW).where(correction.c.new_id == briefing_id).order_by(correction.c.id.desc()).limit(1)
    row = (await conn.execute(query)).first()
    return CorrectionRow(*row) if row else None


async def successor(conn: AsyncConnection, briefing_id: int) -> CorrectionRow | None:
    """What took the place of a version, or took it back; the last of a chain."""
    found: CorrectionRow | None = None
    seen = {briefing_id}
    while True:
        query = select(*_ROW).where(correction.c.old_id == briefing_id).order_by(correction.c.id.desc())
        row = (await conn.execute(query.limit(1))).first()
        if row is None:
            return found
        found = CorrectionRow(*row)
        if found.new_id is None or found.new_id in seen:
            return found
        briefing_id = found.new_id
        seen.add(briefing_id)


async def settled(conn: AsyncConnection, briefing_id: int) -> CorrectionRow | None:
    """As `successor`; None where another broadcast says the version still, and was not taken back."""
    since = await successor(conn, briefing_id)
    back = exists().where(correction.c.broadcast_id == broadcast.c.id, correction.c.new_id.is_(None))
    out = exists().where(run.c.broadcast_id == broadcast.c.id, run.c.about.is_(None), run.c.state.in_(READ))
    stands = select(broadcast.c.id).where(broadcast.c.briefing_id == briefing_id, ~back, out).limit(1)
    return since if since is None or (await conn.execute(stands)).first() is None else None


async def slug_of(conn: AsyncConnection, briefing_id: int) -> str | None:
    """Under which name a version is kept."""
    found = await conn.execute(select(briefing.c.slug).where(briefing.c.id == briefing_id))
    return found.scalar_one_or_none()


async def taken_back(conn: AsyncConnection, run_id: int) -> bool:
    """Whether a run was taken back: its broadcast was, by the last word on it."""
    row = await of_run(conn, run_id)
    return row is not None and row.new_id is None
