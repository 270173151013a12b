"""What was typed above a screen and is handed on by one of its buttons, while that is the chat's last."""

from bot.acts.context import Context
from bot.core.talk.offer import Choice
from bot.core.talk.tap import Tap
from bot.storage.delivery import offers


async def hand_on(ctx: Context, tap: Tap, words: str, typed: str) -> None:
    """A button of the screen that was said just now hands on words; `typed`: the number of their message.

    They must have passed the guard: they stand in the store as they are.
    """
    await offers.hand_on(ctx.conn, ctx.account, ctx.chat_id, tap.encode(), words, typed)


async def handed(ctx: Context, tap: Tap) -> Choice | None:
    """The button of the last screen that does this, where it hands something on."""
    row = await offers.at(ctx.conn, ctx.account, ctx.chat_id)
    found = (one for one in row.choices if one.words and one.data == tap.encode()) if row else ()
    return next(iter(found), None)
