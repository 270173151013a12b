"""Codes that open nothing, counted by chat: who guesses is slowed."""

from sqlalchemy import delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.kernel.values import ChatId, Ms
from bot.core.people.codes import Kind
from bot.storage.accounts.tables import setting
from bot.storage.dialect import upsert
from bot.storage.people.tables import wrong_code

REPORTED = "wrong_codes.reported"


async def note(conn: AsyncConnection, kind: Kind, account: str, chat_id: ChatId, now: Ms) -> None:
    """One more wrong code from this chat."""
    await conn.execute(insert(wrong_code).values(kind=kind, account=account, chat_id=chat_id, at=now))


async def count(
    conn: AsyncConnection, kind: Kind, account: str, chat_id: ChatId, now: Ms, span: int
) -> tuple[int, int]:
    """Wrong codes of a kind in the `span` (ms) before now (ms UTC): from this chat, and from all.

    What a clock noted that has since gone back is of no span: it would lock everybody out until then.
    """
    within = wrong_code.c.at.between(now - span + 1, now)
    query = select(func.count()).where(within, wrong_code.c.kind == kind)
    mine = query.where(wrong_code.c.account == account, wrong_code.c.chat_id == chat_id)
    return int((await conn.execute(mine)).scalar_one()), int((await conn.execute(query)).scalar_one())


async def reported(conn: AsyncConnection, now: Ms, pause: int) -> bool:
    """Take the right to report them now: False where it was done less than `pause` ms ago."""
    found = (
        await conn.execute(select(setting.c.value).where(setting.c.key == REPORTED))
    ).scalar_one_or_none()
    if found is not None and 0 <= now - int(found) < pause:
        return False
    values = {"key": REPORTED, "value": str(now)}
    await conn.execute(upsert(conn, setting, values, keys=("key",), change=("value",)))
    return True


async def forget(conn: AsyncConnection, before: Ms, now: Ms) -> int:
    """Drop those before an instant, and those after now (ms UTC), when a clock was wrong; how many."""
    old = or_(wrong_code.c.at < before, wrong_code.c.at > now)
    return (await conn.execute(delete(wrong_code).where(old))).rowcount
