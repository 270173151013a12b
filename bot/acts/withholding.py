"""What may not go out though it falls due: the planner asks this of every broadcast, whoever scheduled it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import addendum_notices, approval, places, planned
from bot.acts import approval_notices as notices
from bot.acts.context import Context
from bot.acts.house import House
from bot.core.kernel.values import Ms
from bot.storage.guidance import approvals
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import rules


async def withhold(house: House, conn: AsyncConnection, row: BroadcastRow, now: Ms) -> bool:
    """Whether what falls due lacks the approval it needs: it waits for it then, and people are told.

    What is for everybody while its unit is in training goes back to its author. Whose addendum nobody has
    approved hears that it goes without.
    """
    ctx = Context(conn, house, None, now)
    if not row.training and await _practises(ctx, row):
        found = await planned.of_broadcast(ctx, row.id)
        reason = house.texts.line("vi", "training.kept_back")
        if found is not None and await approvals.keep_back(conn, row, reason):
            await notices.returned(ctx, row, found.briefing, reason)
        return True
    approved = row.approved_by is not None
    if approved or not (await approval.rule_of(ctx, row.issuer or row.unit)).needed:
        await addendum_notices.left_out(ctx, row)
        return False
    if await approvals.withhold(conn, row, now):
        found = await planned.of_broadcast(ctx, row.id)
        if found is not None:
            await notices.withheld(ctx, found.row, found.briefing, row.next_at or now)
            await approval.submitted(ctx, row.id)
    return True


async def _practises(ctx: Context, row: BroadcastRow) -> bool:
    place = await places.find(ctx.conn, row.issuer or row.unit)
    return place is not None and await rules.practises(ctx.conn, place.path)
