"""An account that its platform refuses, whoever learns of it first."""

from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.reasons import Reason
from bot.core.kernel.values import Ms
from bot.storage.accounts import accounts

log = structlog.get_logger()
Tell = Callable[[AsyncConnection, str, Reason, Ms], Awaitable[None]]
"""Tells of an account (its name, why, and when in ms UTC) in the transaction that stops it."""


async def refused(conn: AsyncConnection, account: str, reason: Reason, tell: Tell, now: Ms) -> None:
    """The account stops, and somebody is told, once."""
    if await accounts.stop(conn, account, reason):
        log.error("account refused by its platform", account=account, reason=str(reason))
        await tell(conn, account, reason, now)
