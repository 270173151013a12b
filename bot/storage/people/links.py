"""Codes by which a member joins a second chat to themself: one a member, for minutes, as a keyed hash."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import Ms
from bot.storage import keys
from bot.storage.dialect import upsert
from bot.storage.people.tables import link_code


def _fingerprint(conn: AsyncConnection, code: str) -> str:
    return keys.mac(conn, "link", code)


async def keep(conn: AsyncConnection, member_id: int, code: str, expires_at: Ms) -> None:
    """Give a member a code, in place of the one they had."""
    values = {"member_id": member_id, "digest": _fingerprint(conn, code), "expires_at": expires_at}
    change = ("digest", "expires_at")
    await conn.execute(upsert(conn, link_code, values, keys=("member_id",), change=change))


async def take(conn: AsyncConnection, code: str, now: Ms) -> int | None:
    """Use a code up: whose it is; None where it is nobody's or past its time."""
    mine = delete(link_code).where(
        link_code.c.digest == _fingerprint(conn, code), link_code.c.expires_at > now
    )
    found = (await conn.execute(mine.returning(link_code.c.member_id))).scalar_one_or_none()
    return None if found is None else int(found)


async def holder(conn: AsyncConnection, code: str, now: Ms) -> int | None:
    """Whose code it is; None where it is nobody's or past its time."""
    query = select(link_code.c.member_id).where(
        link_code.c.digest == _fingerprint(conn, code), link_code.c.expires_at > now
    )
    found = (await conn.execute(query)).scalar_one_or_none()
    return None if found is None else int(found)


async def forget(conn: AsyncConnection, now: Ms) -> int:
    """Drop codes past their time; how many."""
    return (await conn.execute(delete(link_code).where(link_code.c.expires_at <= now))).rowcount


async def drop(conn: AsyncConnection, member_id: int) -> None:
    """A member's code holds no more."""
    await conn.execute(delete(link_code).where(link_code.c.member_id == member_id))
