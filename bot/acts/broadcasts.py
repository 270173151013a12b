"""Broadcasts: stopped and let go on. These need the database alone, so that they work when little does."""

from bot.acts.context import STALE, Context, Refusal
from bot.core.people.permissions import Act
from bot.storage.guidance import broadcasts


async def pause(ctx: Context, broadcast_id: int) -> bool | Refusal:
    """Nothing more of it goes out until it is resumed. False where nothing was to be paused."""
    return await _change(ctx, Act.PAUSE, broadcast_id, "paused")


async def resume(ctx: Context, broadcast_id: int) -> bool | Refusal:
    """It goes on where it was paused. False where it was not."""
    return await _change(ctx, Act.RESUME, broadcast_id, "scheduled")


async def cancel(ctx: Context, broadcast_id: int) -> bool | Refusal:
    """What has not gone out never will. False where nothing was left to cancel."""
    return await _change(ctx, Act.CANCEL, broadcast_id, "cancelled")


async def _change(ctx: Context, act: Act, broadcast_id: int, to: str) -> bool | Refusal:
    path = await broadcasts.place_of(ctx.conn, broadcast_id)
    if path is None or not ctx.may(act, path):
        return STALE
    changed = await broadcasts.set_state(ctx.conn, broadcast_id, to)
    if changed:
        await ctx.note(act, f"broadcast:{broadcast_id}")
    return changed
