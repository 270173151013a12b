"""How many messages an account had, by the month: what its platform counts, kept through restarts."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.accounts.tables import account, account_usage
from bot.storage.database import Database
from bot.storage.dialect import ask

_MINE = account_usage.c.account == bindparam("mine"), account_usage.c.period == bindparam("month")
_ADD = update(account_usage).where(*_MINE).values(counted=account_usage.c.counted + bindparam("more"))
_USED = select(account_usage.c.counted).where(*_MINE)
_TELL = update(account_usage).where(*_MINE, ~account_usage.c.told).values(told=True)


async def add(conn: AsyncConnection, account: str, period: str, count: int) -> None:
    """So many messages more."""
    values: dict[str, Any] = {"mine": account, "month": period, "more": count}
    if not (await ask(conn, _ADD, values)).rowcount:
        new = {"account": account, "period": period, "counted": count, "told": False}
        await conn.execute(insert(account_usage).values(**new))


async def used(conn: AsyncConnection, account: str, period: str) -> int:
    """How many it had in a month."""
    found = await ask(conn, _USED, {"mine": account, "month": period})
    return int(cast("int | None", found.scalar()) or 0)


async def every(conn: AsyncConnection, period: str) -> dict[str, int]:
    """The same for all accounts that had any."""
    query = select(account_usage.c.account, account_usage.c.counted).where(account_usage.c.period == period)
    return {row[0]: int(row[1]) for row in await conn.execute(query)}


async def tell(conn: AsyncConnection, account: str, period: str) -> bool:
    """Whether nobody was told yet that the month's messages are used up; somebody is now."""
    if (await conn.execute(_TELL, {"mine": account, "month": period})).rowcount == 1:
        return True
    if (await conn.execute(_USED, {"mine": account, "month": period})).first() is not None:
        return False
    await conn.execute(
        insert(account_usage).values(account=account, period=period, counted=0, told=True)
    )  # refused before it took anything
    return True


async def told(conn: AsyncConnection, period: str) -> set[str]:
    """Accounts whose month is used up, as somebody was told."""
    query = select(account_usage.c.account).where(account_usage.c.period == period, account_usage.c.told)
    return set((await conn.execute(query)).scalars())


async def counted(database: Database) -> dict[tuple[str, str], int]:
    """Account and month → messages, before another store takes this place; none where it cannot tell."""
    if database.path is not None and not database.path.exists():
        return {}
    try:
        async with database.read() as conn:
            rows = await conn.execute(
                select(account_usage.c.account, account_usage.c.period, account_usage.c.counted)
            )
            return {(name, month): int(count) for name, month, count in rows}
    except SQLAlchemyError:
        return {}


async def at_least(conn: AsyncConnection, known: Mapping[tuple[str, str], int]) -> None:
    """The platforms have counted so many, whatever a copy knows of; of accounts that it knows."""
    names = set((await conn.execute(select(account.c.name))).scalars())
    for (name, month), count in known.items():
        more = count - await used(conn, name, month)
        if more > 0 and name in names:
            await add(conn, name, month, more)
