"""Opinion reports: sent by a reporter, listed for the operator."""

from collections.abc import Mapping
from datetime import timedelta
from secrets import choice

from bot.acts import agreeing, desk_notices, photos, prompting
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.core.kernel.codes import new_code
from bot.core.opinion.desk import desk_above
from bot.core.people.permissions import Act, OperatorAct
from bot.storage.opinion import desk, opinions
from bot.storage.opinion.opinions import FORM, Kept

PAGE = 1000


async def submit(ctx: Context, answers: Mapping[str, str]) -> str | Refusal:
    """Keep a report at the nearest desk that has somebody, and return its code.

    Not in the audit log: that would name the author for good.
    """
    member = ctx.member
    if member is None or not ctx.may(Act.REPORT):
        return Refusal("form.not_allowed")
    form = ctx.house.forms[FORM]
    if (refused := await photos.ready(ctx, form, answers)) is not None:
        return refused
    said = photos.as_kept(form, answers)
    code = f"DL-{new_code(6, choice)}"
    while await opinions.taken(ctx.conn, code):
        code = f"DL-{new_code(8, choice)}"
    today = ctx.moment.date()
    report = Kept(code, form.version, member.unit, today.isoformat(), said)
    until = (today + timedelta(days=ctx.house.link_days)).isoformat()
    head = desk_above(member.path, await desk_notices.staff_over(ctx, member.path)) if member.path else None
    number = await opinions.add(ctx.conn, report, member.id, until, head.unit if head else member.unit)
    await photos.attach(ctx, form, answers, number)
    await prompting.something_after_all(ctx, member.id)
    kept = await desk.by_number(ctx.conn, number)
    if kept is not None:
        await desk_notices.begin_waiting(ctx, kept)
        await agreeing.look(ctx, report.unit, report.answers)
    return code


async def every(ctx: Context) -> list[Kept] | Refusal:
    """All reports by code, without their authors: for the operator alone. In the audit log, how many."""
    if not isinstance(ctx.actor, Operator):
        return STALE
    found: list[Kept] = []
    while page := await opinions.page(ctx.conn, found[-1].code if found else "", PAGE):
        found += page
    await ctx.note(OperatorAct.READ_REPORTS, "reports", str(len(found)))
    return found
