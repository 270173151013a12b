"""How far a run has come, unit by unit; and whom an audience speaks to in which language."""

from collections.abc import Collection

from sqlalchemy import case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.audience import Audience
from bot.core.guidance.figures import UnitCount
from bot.storage.accounts.tables import endpoint
from bot.storage.delivery.planning import chosen
from bot.storage.delivery.tables import delivery
from bot.storage.dialect import in_state
from bot.storage.people.tables import member, unit


async def by_unit(conn: AsyncConnection, run_id: int) -> list[UnitCount]:
    """A run's rows by the unit its members belong to now; they sum to the audience."""
    uncertain = case((in_state(delivery.c.state, "uncertain"), 1))
    failed = case((in_state(delivery.c.state, "failed", "abandoned"), 1))
    query = (
        select(
            unit.c.path,
            func.count(),
            func.count(delivery.c.acknowledged_at),
            func.count(uncertain),
            func.count(failed),
        )
        .select_from(delivery)
        .outerjoin(member, member.c.id == delivery.c.member_id)
        .outerjoin(unit, unit.c.code == member.c.unit)
        .where(delivery.c.run_id == run_id)
        .group_by(unit.c.path)
    )
    return [UnitCount(*row) for row in await conn.execute(query)]


async def by_language(conn: AsyncConnection, audience: Audience, path: str) -> dict[str, int]:
    """How many members an audience means, by the language they are spoken to in."""
    ids = chosen(audience, path).subquery()
    query = select(member.c.language, func.count()).join(ids, ids.c.id == member.c.id)
    return {row[0]: row[1] for row in await conn.execute(query.group_by(member.c.language))}


async def reached(
    conn: AsyncConnection, audience: Audience, path: str, accounts: Collection[str]
) -> dict[str, int]:
    """How many members of an audience one of the accounts can reach, by their language."""
    ids = chosen(audience, path).subquery()
    mine = (endpoint.c.member_id == member.c.id) & (endpoint.c.state == "open")
    there = exists().where(mine, endpoint.c.account.in_(list(accounts)))
    query = select(member.c.language, func.count()).join(ids, ids.c.id == member.c.id).where(there)
    return {row[0]: row[1] for row in await conn.execute(query.group_by(member.c.language))}
