"""Over which account a run reaches whom, as it is planned."""

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.audience import Audience
from bot.storage.accounts.tables import account, endpoint
from bot.storage.delivery.planning import chosen
from bot.storage.people.tables import member


async def by_account(conn: AsyncConnection, audience: Audience, path: str) -> list[tuple[str, str, int, int]]:
    """(account, language, members, of them with another account): over which account a run reaches whom.

    As it is planned: each member over their oldest open address on an account that is open.
    """
    ids = chosen(audience, path).subquery()
    working = select(account.c.name).where(account.c.state == "open")
    there = (endpoint.c.state == "open") & endpoint.c.account.in_(working)
    best = (
        select(endpoint.c.member_id, func.min(endpoint.c.id).label("id"), func.count().label("ways"))
        .where(there)
        .group_by(endpoint.c.member_id)
        .subquery()
    )
    other = func.sum(case((best.c.ways > 1, 1), else_=0))
    query = (
        select(endpoint.c.account, member.c.language, func.count(), other)
        .select_from(ids)
        .join(best, best.c.member_id == ids.c.id)
        .join(endpoint, endpoint.c.id == best.c.id)
        .join(member, member.c.id == ids.c.id)
        .group_by(endpoint.c.account, member.c.language)
        .order_by(endpoint.c.account, member.c.language)
    )
    return [(row[0], row[1], int(row[2]), int(row[3])) for row in await conn.execute(query)]
