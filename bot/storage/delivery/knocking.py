"""Who may not be written to, and is to hear that something waits: found by what waits, told once a while."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.states import State
from bot.core.kernel.values import ChatId, Ms
from bot.storage.accounts.tables import endpoint
from bot.storage.delivery.fetching import GOES
from bot.storage.delivery.tables import delivery, run
from bot.storage.dialect import in_state
from bot.storage.people.tables import member


class Owed(NamedTuple):
    """An address at which somebody is to hear that `waiting` briefings wait."""

    endpoint: int
    chat_id: ChatId
    name: str
    unit: str
    waiting: int


async def owed(
    conn: AsyncConnection, account: str, shut_before: Ms, told_before: Ms, limit: int
) -> list[Owed]:
    """Some of an account's people who wrote last before an instant (ms UTC), and for whom something waits
    that came since they were told last; nobody who was told after `told_before`.
    """
    told = endpoint.c.knocked_at
    waits = in_state(delivery.c.state, State.UNFETCHED), run.c.state.in_(GOES)
    query = (
        select(endpoint.c.id, endpoint.c.chat_id, member.c.name, member.c.unit, func.count(delivery.c.id))
        .join(member, member.c.id == endpoint.c.member_id)
        .join(delivery, delivery.c.member_id == endpoint.c.member_id)
        .join(run, run.c.id == delivery.c.run_id)
        .where(endpoint.c.account == account, endpoint.c.state == "open", in_state(member.c.state, "active"))
        .where(endpoint.c.heard_at < shut_before, or_(told.is_(None), told < told_before), *waits)
        .group_by(endpoint.c.id, endpoint.c.chat_id, member.c.name, member.c.unit)
        .having(or_(endpoint.c.knocked_at.is_(None), func.max(delivery.c.created_at) > endpoint.c.knocked_at))
        .order_by(endpoint.c.id)
        .limit(limit)
    )
    return [Owed(*row) for row in await conn.execute(query)]


async def unanswered(conn: AsyncConnection, account: str, chat_id: ChatId) -> bool:
    """Whether who writes from a chat has not written since they were told."""
    mine = select(endpoint.c.id).where(endpoint.c.account == account, endpoint.c.chat_id == chat_id)
    return (await conn.execute(mine.where(endpoint.c.knocked_at >= endpoint.c.heard_at))).first() is not None


async def note(conn: AsyncConnection, endpoints: Sequence[int], now: Ms) -> None:
    """These were told."""
    mine = update(endpoint).where(endpoint.c.id.in_(endpoints))
    await conn.execute(mine.values(knocked_at=now))
