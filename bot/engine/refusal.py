"""An account that its platform refuses, whoever learns of it first."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage import accounts

Tell = Callable[[AsyncConnection, str, str, int], Awaitable[None]]
"""Tells of an account (its name, why, and when in ms UTC) in the transaction that stops it."""


async def refused(conn: AsyncConnection, account: str, reason: str, tell: Tell, now: int) -> None:
    """The account stops, and somebody is told, once."""
    if await accounts.stop(conn, account, reason):
        await tell(conn, account, reason, now)
