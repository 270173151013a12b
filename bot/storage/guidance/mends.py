"""Corrections that wait for their second person."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms, UnitPath
from bot.storage.guidance.tables import broadcast, mend
from bot.storage.people.tables import unit
from bot.storage.people.units import at_or_below


@dataclass(frozen=True, slots=True)
class MendRow:
    """`by`: whose words they are, as the audit log names them; `path`: of the unit that issued the text.

    `at` in ms UTC.
    """

    id: int
    broadcast_id: int
    run_id: int
    old: str
    new: str
    by: str
    at: Ms
    path: UnitPath
    unit_name: str


_QUERY = (
    select(
        mend.c.id,
        mend.c.broadcast_id,
        mend.c.run_id,
        mend.c.old_words,
        mend.c.new_words,
        mend.c.by,
        mend.c.at,
        unit.c.path,
        unit.c.name,
    )
    .join(broadcast, broadcast.c.id == mend.c.broadcast_id)
    .join(unit, unit.c.code == func.coalesce(broadcast.c.issuer, broadcast.c.unit))
)


async def add(conn: AsyncConnection, where: tuple[int, int], words: tuple[str, str], by: str, now: Ms) -> int:
    """Keep what somebody would put into a broadcast's run, in place of what they proposed before.

    `where`: the broadcast and the run. Returns its number.
    """
    theirs = mend.c.run_id == where[1], mend.c.by == by
    await conn.execute(delete(mend).where(*theirs))
    values = {"broadcast_id": where[0], "run_id": where[1], "by": by, "at": now}
    new = insert(mend).values(**values, old_words=words[0], new_words=words[1])
    return int((await conn.execute(new.returning(mend.c.id))).scalar_one())


async def get(conn: AsyncConnection, number: int) -> MendRow | None:
    """One that waits."""
    row = (await conn.execute(_QUERY.where(mend.c.id == number))).first()
    return MendRow(*row) if row else None


async def waiting(conn: AsyncConnection, path: UnitPath, most: int) -> list[MendRow]:
    """What waits for texts of the units at or below a path, the oldest first."""
    query = _QUERY.where(at_or_below(path)).order_by(mend.c.id).limit(most)
    return [MendRow(*row) for row in await conn.execute(query)]


async def drop(conn: AsyncConnection, number: int) -> bool:
    """It waits no more; False where it did not any longer."""
    return (await conn.execute(delete(mend).where(mend.c.id == number))).rowcount == 1


async def drop_of(conn: AsyncConnection, broadcast_id: int) -> None:
    """Nothing waits for a broadcast any more: it was taken back."""
    await conn.execute(delete(mend).where(mend.c.broadcast_id == broadcast_id))
