"""What a broadcast may cost before anybody confirms it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.audience import Audience
from bot.core.briefing import Briefing
from bot.core.cost import stars_at_most
from bot.core.render import compose
from bot.storage import progress
from bot.storage.briefings import BriefingFileRow
from handlers import briefing_screen
from handlers.turn import House


async def at_most(
    house: House,
    conn: AsyncConnection,
    briefing: Briefing,
    files: Sequence[BriefingFileRow],
    audience: Audience,
    path: str,
) -> int:
    """The most Telegram Stars one run takes; 0 where no account it may go over is paid."""
    if not house.paid:
        return 0
    messages = 0
    for language, members in (await progress.reached(conn, audience, path, house.paid)).items():
        screen = briefing_screen.compose(house, briefing, list(files), language)
        messages += members * max(len(compose(screen, shows)) for shows in house.paid.values())
    return stars_at_most(messages)
