"""The commands that a person's chats show, after what they may do has changed."""

from bot.acts import replies
from bot.acts.addresses import Standing
from bot.acts.context import Context
from bot.core.talk.reply import MenuReply
from handlers.access import menu
from handlers.turn import Turn


async def show_menus(turn: Turn, standing: Standing) -> None:
    """Each chat of a person shows what they can use now."""
    await put_menus(turn.context, standing, turn.language)


async def put_menus(ctx: Context, standing: Standing, language: str) -> None:
    """The same, at a door without a chat; `language` of who is not in any more."""
    language = standing.member.language if standing.member else language
    entries = MenuReply(menu=menu(ctx.house, standing.member, language))
    for at in standing.addresses:
        await replies.menu(ctx.conn, at.account, at.chat_id, entries, ctx.now)
