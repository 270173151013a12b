"""How far a run has come, unit by unit."""

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.figures import UnitCount
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import in_state


async def by_unit(conn: AsyncConnection, run_id: int) -> list[UnitCount]:
    """A run's rows by the unit its members stood in when it was planned; they sum to the audience."""
    uncertain = case((in_state(delivery.c.state, "uncertain"), 1))
    failed = case((in_state(delivery.c.state, "failed", "abandoned"), 1))
    query = (
        select(
            delivery.c.place,
            func.count(),
            func.count(delivery.c.acknowledged_at),
            func.count(uncertain),
            func.count(failed),
        )
        .where(delivery.c.run_id == run_id)
        .group_by(delivery.c.place)
    )
    return [UnitCount(*row) for row in await conn.execute(query)]
