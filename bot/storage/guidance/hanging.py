"""What still hangs on each unit and topic: members, followers, and broadcasts that have yet to end."""

from collections import Counter
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.broadcast import WAITING
from bot.storage.delivery.tables import run
from bot.storage.guidance.tables import broadcast
from bot.storage.people.tables import member, subscription, unit

_ENDED = ("cancelled", "finished", "missed")
_UNDER_WAY = select(run.c.id).where(run.c.broadcast_id == broadcast.c.id, run.c.state.not_in(_ENDED)).exists()
_WAITS = or_(broadcast.c.state.in_(WAITING), _UNDER_WAY)


async def members_by_unit(conn: AsyncConnection) -> Counter[str]:
    """How many members are in each unit; who left is in none."""
    query = select(member.c.unit, func.count()).where(member.c.state != "left")
    return await _counted(conn, query.group_by(member.c.unit))


async def followers_by_topic(conn: AsyncConnection) -> Counter[str]:
    """How many members chose to follow each topic."""
    query = (
        select(subscription.c.topic, func.count())
        .join(member, member.c.id == subscription.c.member_id)
        .where(subscription.c.following, member.c.state != "left")
    )
    return await _counted(conn, query.group_by(subscription.c.topic))


async def broadcasts_by_unit(conn: AsyncConnection) -> Counter[str]:
    """How many broadcasts to each unit wait for their time or are under way."""
    query = select(broadcast.c.unit, func.count()).where(_WAITS)
    return await _counted(conn, query.group_by(broadcast.c.unit))


async def broadcasts_by_topic(conn: AsyncConnection) -> Counter[str]:
    """How many broadcasts on each topic wait for their time or are under way."""
    query = select(broadcast.c.topic, func.count()).where(_WAITS)
    return await _counted(conn, query.group_by(broadcast.c.topic))


async def unit_names(conn: AsyncConnection) -> dict[str, str]:
    """Every unit's name, by its code."""
    return {row.code: row.name for row in await conn.execute(select(unit.c.code, unit.c.name))}


async def _counted(conn: AsyncConnection, query: Select[Any]) -> Counter[str]:
    return Counter({row[0]: row[1] for row in await conn.execute(query)})
