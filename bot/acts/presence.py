"""Who writes from a chat, and whether they can be reached there."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.kernel.values import ChatId, Ms
from bot.core.people.members import Member
from bot.core.ports import Reach
from bot.storage.accounts import endpoints
from bot.storage.talk import sights


async def who(conn: AsyncConnection, account: str, chat_id: ChatId) -> Member | None:
    """The member of a chat; None for somebody who is not in."""
    return (await sights.at(conn, account, chat_id)).member


async def writes(
    conn: AsyncConnection, account: str, chat_id: ChatId, now: Ms
) -> tuple[Member | None, Member | None]:
    """Who writes just now, or else who would if they were not suspended. They can be reached, then."""
    seen = await sights.at(conn, account, chat_id)
    if (seen.member or seen.suspended) is not None and not seen.open:
        await endpoints.reopen(conn, account, chat_id, now)
    return seen.member, seen.suspended


async def heard(conn: AsyncConnection, house: House, account: str, chat_id: ChatId, now: Ms) -> None:
    """Somebody wrote, or did what lets an account write as long: where its platform counts from then."""
    if account in house.quotas and house.quotas[account][0].window_ms is not None:
        await endpoints.heard(conn, account, chat_id, now)


async def watches(conn: AsyncConnection, account: str, chat_id: ChatId) -> bool:
    """Whether a screen moves by itself in a chat."""
    return (await sights.at(conn, account, chat_id)).live


async def reach(conn: AsyncConnection, account: str, chat_id: ChatId, event: Reach, now: Ms) -> None:
    """The platform says that a chat can be reached, or that its person blocked the account."""
    if event.open:
        await endpoints.reopen(conn, account, chat_id, now)
    else:
        await endpoints.close(conn, account, chat_id, "blocked", now)
