"""Wrong codes are counted by their kind: who tries many waits, and administrators are told."""

from bot.acts import notices
from bot.acts.context import Context
from bot.core.kernel.values import HOUR_MS
from bot.core.people import guessing
from bot.core.people.codes import Kind
from bot.storage.people import guesses


async def may_try(ctx: Context, kind: Kind) -> bool:
    """Whether one more code of this kind is looked at from the actor's chat."""
    wrong = await guesses.count(ctx.conn, kind, ctx.account, ctx.chat_id, ctx.now, HOUR_MS)
    return guessing.may_try(*wrong)


async def note(ctx: Context, kind: Kind) -> None:
    """One more wrong code from the actor's chat."""
    await guesses.note(ctx.conn, kind, ctx.account, ctx.chat_id, ctx.now)
    wrong = await guesses.count(ctx.conn, kind, ctx.account, ctx.chat_id, ctx.now, HOUR_MS)
    if guessing.is_to_be_reported(*wrong) and await guesses.reported(ctx.conn, ctx.now, HOUR_MS):
        await notices.codes_guessed(ctx.house, ctx.conn, wrong[1], ctx.now)
