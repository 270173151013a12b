"""What becomes of questions that wait too long: their unit is rung for again, then the next one above."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import desk_notices, places, question_notices
from bot.acts.context import Context
from bot.acts.escalating import LITTLE
from bot.acts.house import House
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms
from bot.core.people.permissions import Act
from bot.storage.opinion import questions as stored
from bot.storage.opinion.questions import QuestionRow
from bot.storage.people import audit


async def ring_due(house: House, conn: AsyncConnection, now: Ms) -> int:
    """Deal with some questions whose wait is over (`now` in ms UTC); how many there were."""
    ctx = Context(conn, house, None, now)
    found = await stored.due(conn, now, LITTLE)
    for one in found:
        await _ring(ctx, one)
    return len(found)


async def _ring(ctx: Context, one: QuestionRow) -> None:
    place = await places.find(ctx.conn, one.desk)
    staffed = bool(await question_notices.staff(ctx, one.desk))
    if staffed and one.rings < ctx.house.desk.rings:
        await stored.rung(ctx.conn, one.id, question_notices.rings_next(ctx))
        await question_notices.ring(ctx, one, "question.rings_again")
        return
    head = await desk_notices.head_above(ctx, place.path) if place is not None else None
    rings = question_notices.rings_next(ctx)
    if head is None:  # everybody up to the top has been told, or nobody is there yet
        await stored.rung(ctx.conn, one.id, None if staffed else rings)
    elif await stored.pass_on(ctx.conn, one, head.unit, Loop.ESCALATION, rings):
        await question_notices.ring(ctx, replace(one, desk=head.unit), "question.came_up")
        detail = f"unit:{one.desk} to unit:{head.unit}"
        await audit.note(
            ctx.conn, Loop.ESCALATION, Act.FORWARD_QUESTION, f"question:{one.id}", detail, ctx.now
        )
