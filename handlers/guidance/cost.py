"""What a broadcast may cost before anybody confirms it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.core.delivery.cost import stars_at_most
from bot.core.guidance.audience import Audience
from bot.core.guidance.briefing import Briefing
from bot.core.talk.render import compose
from bot.storage.delivery import progress
from bot.storage.guidance.briefings import BriefingFileRow
from handlers.guidance import briefing_screen


async def at_most(
    house: House,
    conn: AsyncConnection,
    briefing: Briefing,
    files: Sequence[BriefingFileRow],
    audience: Audience,
    path: str,
) -> int:
    """The most Stars one run takes; 0 where no account it may go over is paid."""
    if not house.paid:
        return 0
    messages = 0
    for language, members in (await progress.reached(conn, audience, path, house.paid)).items():
        screen = briefing_screen.compose(house, briefing, list(files), language)
        messages += members * max(len(compose(screen, shows)) for shows in house.paid.values())
    return stars_at_most(messages)
