"""Over which account a run reaches whom, as it is planned."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import Ways
from bot.core.guidance.audience import Audience
from bot.core.kernel.values import Ms, UnitPath
from bot.storage.accounts.tables import account, endpoint
from bot.storage.delivery import reachable
from bot.storage.delivery.planning import chosen
from bot.storage.people.tables import member


class Group(NamedTuple):
    """Members reached over one account in one language. `other`: those of them with another account too;
    `shut`: those who wrote too long ago to be written to; `free`: those whom writing to costs nothing;
    `unheard`: those of whom nobody knows when they wrote.
    """

    account: str
    language: str
    members: int
    other: int
    shut: int
    free: int
    unheard: int


async def by_account(
    conn: AsyncConnection,
    audience: Audience,
    path: UnitPath,
    ways: Ways,
    free_ms: Mapping[str, int],
    now: Ms,
) -> list[Group]:
    """Over which account a run reaches whom: each member over the address that planning would choose.

    `free_ms`: for how long after somebody wrote an account writes to them at no cost.
    """
    ids = chosen(audience, path).subquery()
    there = endpoint.alias("there")
    working = select(account.c.name).where(account.c.state == "open")
    open_ones = and_(there.c.member_id == ids.c.id, there.c.state == "open", there.c.account.in_(working))
    others = select(func.count()).select_from(there).where(open_ones).correlate(ids).scalar_subquery()
    query = (
        select(
            endpoint.c.account,
            member.c.language,
            func.count(),
            func.sum(case((others > 1, 1), else_=0)),
            func.sum(case((reachable.shut(ways, now), 1), else_=0)),
            func.sum(case((_free(free_ms, now), 1), else_=0)),
            func.sum(case((reachable.unheard(ways), 1), else_=0)),
        )
        .select_from(ids)
        .join(endpoint, endpoint.c.id == reachable.best(ids, ids.c.id, ways, now))
        .join(member, member.c.id == ids.c.id)
        .where(endpoint.c.account.in_(working))
        .group_by(endpoint.c.account, member.c.language)
        .order_by(endpoint.c.account, member.c.language)
    )
    return [Group(row[0], row[1], *(int(one) for one in row[2:])) for row in await conn.execute(query)]


def _free(free_ms: Mapping[str, int], now: Ms) -> ColumnElement[bool]:
    found = [
        and_(endpoint.c.account == name, endpoint.c.heard_at >= now - length)
        for name, length in sorted(free_ms.items())
    ]
    return or_(*found) if found else false()
