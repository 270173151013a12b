"""What becomes of reports that wait too long: their desk is rung for again, then the next one above."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import desk_notices, places
from bot.acts.context import Context
from bot.acts.house import House
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms
from bot.core.opinion.desk import ring_at
from bot.core.people.permissions import Act
from bot.core.schedule.instants import milliseconds
from bot.storage.opinion import clocks, desk
from bot.storage.opinion.clocks import Due
from bot.storage.opinion.desk import Report
from bot.storage.people import audit

LITTLE = 50  # reports one transaction deals with


async def ring_due(house: House, conn: AsyncConnection, now: Ms) -> int:
    """Deal with some reports whose wait is over (`now` in ms UTC); how many there were."""
    ctx = Context(conn, house, None, now)
    found = await clocks.due(conn, now, LITTLE)
    for one in found:
        await _ring(ctx, one)
    return len(found)


async def move_deserted(house: House, conn: AsyncConnection, now: Ms) -> int:
    """Some reports of a unit where nobody can deal with them go to the next desk above; how many went."""
    ctx = Context(conn, house, None, now)
    for unit, path in await clocks.deserted(conn):
        head = await desk_notices.head_above(ctx, path)
        if head is not None:
            moved = await clocks.move_desk(conn, unit, head.unit, LITTLE)
            await _note(ctx, f"unit:{unit}", unit, head.unit)
            return moved
    return 0


async def _ring(ctx: Context, due: Due) -> None:
    report = due.report
    place = await places.find(ctx.conn, report.desk)
    reached = place is not None and bool(await desk_notices.within_call(ctx, report.desk, place.path))
    if reached and due.rings < ctx.house.desk.rings:
        await clocks.rung(ctx.conn, report.id, _again(ctx, report))
        await desk_notices.ring(ctx, report, "desk.rings_again")
        return
    head = await desk_notices.head_above(ctx, place.path) if place is not None else None
    if head is not None and await desk.pass_on(ctx.conn, report, head.unit, Loop.ESCALATION):
        passed = replace(report, desk=head.unit)
        heard = await desk_notices.ring(ctx, passed, "desk.came_up")
        await desk.wait(ctx.conn, report.id, _again(ctx, report) if heard else ctx.now, report.since)
        await _note(ctx, f"report:{report.code}", report.desk, head.unit)
    elif reached:
        await desk.rest(ctx.conn, report.id)  # everybody up to the top has been told
    else:  # nobody who can be told, here or anywhere above: whoever comes is rung for as often as any
        await desk.wait(ctx.conn, report.id, _again(ctx, report), report.since)


def _again(ctx: Context, report: Report) -> Ms:
    return milliseconds(ring_at(report.urgency, ctx.moment, ctx.house.desk))


async def _note(ctx: Context, subject: str, desk_before: str, desk_after: str) -> None:
    detail = f"unit:{desk_before} to unit:{desk_after}"
    await audit.note(ctx.conn, Loop.ESCALATION, Act.FORWARD, subject, detail, ctx.now)
