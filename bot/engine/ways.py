"""Which addresses may be written to at this moment, as the loops ask it."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.delivery.quota import ANY_WAY, Ways
from bot.core.kernel.values import Ms

FindWays = Callable[[AsyncConnection, Ms], Awaitable[Ways]]
"""Says so of an instant (ms UTC)."""


async def any_way(_conn: AsyncConnection, _now: Ms) -> Ways:
    """No address is worse than another."""
    return ANY_WAY
