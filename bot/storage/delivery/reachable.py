"""Which of a member's addresses a run goes to: one that may be written to now before any other."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import Ways
from bot.core.kernel.values import ChatId, Ms
from bot.storage.accounts.endpoints import before_others
from bot.storage.accounts.tables import account, endpoint


def shut(ways: Ways, now: Ms) -> ColumnElement[bool]:
    """Whether an endpoint's person wrote too long ago to be written to; not where nobody knows when."""
    by_length: dict[int, list[str]] = {}
    for name, length in ways.windows.items():
        by_length.setdefault(length, []).append(name)
    closed = [
        and_(endpoint.c.account.in_(names), endpoint.c.heard_at < now - length)
        for length, names in by_length.items()
    ]
    return or_(*closed) if closed else false()


def unheard(ways: Ways) -> ColumnElement[bool]:
    """Whether nobody knows when an endpoint's person wrote, where that decides: a try tells."""
    return and_(endpoint.c.account.in_(sorted(ways.windows)), endpoint.c.heard_at.is_(None))


def best(table: FromClause, member_id: ColumnElement[Any], ways: Ways, now: Ms) -> ColumnElement[Any]:
    """The endpoint's id, for a row of `table`: an open one, of accounts that work, may push still, and may
    write to this person; of several the one that they chose, else the oldest.
    """
    theirs = and_(endpoint.c.member_id == member_id, endpoint.c.state == "open")
    working = endpoint.c.account.in_(select(account.c.name).where(account.c.state == "open"))
    first = select(endpoint.c.id).where(theirs).order_by(*before_others(endpoint)).limit(1)
    if not ways.windows and not ways.spent:
        return func.coalesce(  # where every account of theirs is stopped, the row waits for one of them
            first.where(working).correlate(table).scalar_subquery(),
            first.correlate(table).scalar_subquery(),
        )
    worse = case(
        (~working, 3), (shut(ways, now), 2), (endpoint.c.account.in_(sorted(ways.spent)), 1), else_=0
    )
    ordered = select(endpoint.c.id).where(theirs).order_by(worse, *before_others(endpoint)).limit(1)
    return ordered.correlate(table).scalar_subquery()


async def lost_window(conn: AsyncConnection, account: str, chat_id: ChatId) -> None:
    """The platform says that a chat's person wrote too long ago, whatever our own clock says."""
    mine = update(endpoint).where(endpoint.c.account == account, endpoint.c.chat_id == chat_id)
    await conn.execute(mine.values(heard_at=0))
