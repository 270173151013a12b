"""An audience counted before anything is planned: how many, in which languages, and how they are reached."""

from collections.abc import Collection

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.audience import Audience
from bot.storage.accounts.tables import endpoint
from bot.storage.delivery.planning import chosen
from bot.storage.people.tables import member


async def count(conn: AsyncConnection, audience: Audience, path: str) -> int:
    """How many members an audience means."""
    query = select(func.count()).select_from(chosen(audience, path).subquery())
    return int((await conn.execute(query)).scalar_one())


async def unreached(conn: AsyncConnection, audience: Audience, path: str) -> int:
    """How many members of an audience no open address leads to."""
    ids = chosen(audience, path).subquery()
    there = exists().where(endpoint.c.member_id == ids.c.id, endpoint.c.state == "open")
    query = select(func.count()).select_from(ids).where(~there)
    return int((await conn.execute(query)).scalar_one())


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
