"""The commands that a person's chats show, after what they may do has changed."""

from bot.acts.addresses import Standing
from handlers.access import menu
from handlers.turn import Turn


async def show_menus(turn: Turn, standing: Standing) -> None:
    """Each chat of a person shows what they can use now."""
    language = standing.member.language if standing.member else turn.language
    for at in standing.addresses:
        await turn.menu_at(at.account, at.chat_id, menu(turn.house, standing.member, language))
