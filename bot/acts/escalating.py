"""What becomes of reports that wait too long: their desk is rung for again, then the next one above."""

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import addresses, desk_notices, places
from bot.acts.context import Context
from bot.acts.house import House
from bot.core.kernel.lifecycle import Loop
from bot.core.kernel.values import Ms
from bot.core.opinion.desk import ring_at
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.core.schedule.instants import milliseconds
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reports import Desk
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
            for report in moved:
                if report.state == "received":  # its waiting at the new desk begins
                    await desk_notices.begin_waiting(ctx, report)
            if not await clocks.waits_at(conn, unit):
                await _tell_of_deserted(ctx, unit, head)
            return len(moved)
    return 0


async def _tell_of_deserted(ctx: Context, unit: str, head: Member) -> None:
    """The desk above hears once that what waited below stands there now; not how many there are."""
    place = await places.find(ctx.conn, unit)
    for one in await desk_notices.within_call(ctx, head.unit, head.path):
        texts, language = ctx.house.texts, one.language
        button = Button.of(texts.line(language, "menu.banxuly"), Desk("open"))
        words = texts.text(language, "desk.deserted", unit=place.name if place else unit)
        await addresses.tell(ctx, one, Message(text=words, buttons=((button,),)))


async def _ring(ctx: Context, due: Due) -> None:
    report = due.report
    place = await places.find(ctx.conn, report.desk)
    reached = place is not None and bool(await desk_notices.within_call(ctx, report.desk, place.path))
    if reached and due.rings < ctx.house.desk.rings:
        await clocks.rung(ctx.conn, report.id, _again(ctx, report))
        await desk_notices.ring(ctx, report, "desk.rings_again")
        return
    head = await desk_notices.head_above(ctx, place.path) if place is not None else None
    if head is not None:
        if not await desk.pass_on(ctx.conn, report, head.unit, Loop.ESCALATION):
            await _overtaken(ctx, report)
            return
        passed = replace(report, desk=head.unit)
        heard = await desk_notices.ring(ctx, passed, "desk.came_up")
        await desk.wait(ctx.conn, report.id, _again(ctx, report) if heard else ctx.now, report.since)
        await _note(ctx, f"report:{report.code}", report.desk, head.unit)
    elif reached:
        await desk.rest(ctx.conn, report.id)  # everybody up to the top has been told
    else:  # nobody who can be told, here or anywhere above: whoever comes is rung for as often as any
        await desk.wait(ctx.conn, report.id, _again(ctx, report), report.since)


async def _overtaken(ctx: Context, report: Report) -> None:
    """Somebody dealt with it meanwhile: where it is new at another desk, its clock is that desk's."""
    fresh = await desk.by_number(ctx.conn, report.id)
    if fresh is not None and fresh.state != "received":
        await desk.rest(ctx.conn, report.id)


def _again(ctx: Context, report: Report) -> Ms:
    return milliseconds(ring_at(report.urgency, ctx.moment, ctx.house.desk))


async def _note(ctx: Context, subject: str, desk_before: str, desk_after: str) -> None:
    detail = f"unit:{desk_before} to unit:{desk_after}"
    await audit.note(ctx.conn, Loop.ESCALATION, Act.FORWARD, subject, detail, ctx.now)
