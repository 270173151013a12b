"""Who hears of a report: its desk when it must be read, its author when something comes of it."""

from collections.abc import Iterable, Sequence

from bot.acts import addresses, authority, desk_words, places
from bot.acts.context import Context
from bot.core.kernel.richtext import Text, paragraph
from bot.core.kernel.values import NOWHERE, UnitPath
from bot.core.opinion.desk import desk_above, ring_at
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act
from bot.core.people.units import above
from bot.core.schedule.instants import milliseconds
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.reports import OnMine, OnReport
from bot.storage.accounts import endpoints
from bot.storage.opinion import authors, desk
from bot.storage.opinion.desk import Report, Response
from bot.storage.people import members

TOLD = 5  # heads of one unit that one report rings for


async def staff_over(ctx: Context, path: UnitPath) -> list[Member]:
    """Who may answer reports, at a unit with this path or above it."""
    return await authority.who_may(ctx, Act.ANSWER, path)


async def head_above(ctx: Context, path: UnitPath) -> Member | None:
    """Somebody at the next desk above a unit with this path that has anybody; None where there is none."""
    up = above(path)[:-1]
    return desk_above(up[-1], await staff_over(ctx, up[-1])) if up else None


async def begin_waiting(ctx: Context, report: Report) -> None:
    """A report is new at its desk: the clock runs, and an urgent one rings at once."""
    urgent = report.urgency == max(ctx.house.desk.wait_ms)
    at = milliseconds(ring_at(report.urgency, ctx.moment, ctx.house.desk))
    await desk.wait(ctx.conn, report.id, at, ctx.now if urgent else None)
    if urgent and not await ring(ctx, report, "desk.rings"):
        await desk.wait(ctx.conn, report.id, ctx.now, ctx.now)  # nobody there can be told: it goes up at once


async def ring(ctx: Context, report: Report, key: str) -> int:
    """Tell the heads of a report's desk of it, in the words of `key`; how many heard.

    Who wrote it is no head of it where somebody else at the desk can be told: they know of it.
    """
    author = await authors.author(ctx.conn, report.id)
    place, at = await places.find(ctx.conn, report.unit), await places.find(ctx.conn, report.desk)
    heard = 0
    for head in await within_call(ctx, report.desk, at.path if at else NOWHERE, author):
        texts, language = ctx.house.texts, head.language
        fresh = await desk.by_number(ctx.conn, report.id) or report
        words = texts.text(language, key, report=desk_words.line(ctx.house, language, fresh, place, ctx.now))
        button = Button.of(texts.line(language, "desk.open"), OnReport("open", report.code))
        heard += await addresses.tell(ctx, head, Message(text=words, buttons=((button,),)))
    return heard


async def heads(ctx: Context, unit: str, path: UnitPath) -> list[Member]:
    """Who heads a unit's desk: its administrators, else its editors."""
    return foremost(await _staff(ctx, unit, path))


async def within_call(ctx: Context, unit: str, path: UnitPath, besides: int | None = None) -> list[Member]:
    """The same of those who have a chat that is open; one of them only where there is nobody else."""
    staff = await _staff(ctx, unit, path)
    reached = await endpoints.reached(ctx.conn, [one.id for one in staff])
    able = [one for one in staff if one.id in reached]
    return foremost([one for one in able if one.id != besides] or able)


async def _staff(ctx: Context, unit: str, path: UnitPath) -> list[Member]:
    return [one for one in await staff_over(ctx, path) if one.unit == unit] if path else []


def foremost(staff: Sequence[Member]) -> list[Member]:
    """Of a unit's staff, who is told of what concerns the unit: its administrators, else its editors."""
    administrators = [one for one in staff if Role.ADMINISTRATOR in one.roles]
    return list(administrators or staff)[:TOLD]


async def said(ctx: Context, concerned: Iterable[Report], key: str, response: Response | None) -> None:
    """What a desk said is kept of each report, and its author hears of it."""
    for one in concerned:
        if response is not None:
            await desk.respond(ctx.conn, one.id, response)
        await tell_author(ctx, one, key, response)


async def tell_author(ctx: Context, report: Report, key: str, said: Response | None = None) -> None:
    """Tell whoever wrote a report what came of it. Nobody learns whether there was anybody to tell."""
    number = await authors.author(ctx.conn, report.id)
    member = await members.get(ctx.conn, number) if number is not None else None
    if member is None:
        return
    texts, language = ctx.house.texts, member.language
    place = await places.find(ctx.conn, said.unit if said else report.desk)
    words: Text = texts.text(language, key, code=report.code, unit=place.name if place else report.desk)
    if said is not None:
        words = (*words, paragraph(said.words))
    rows = [(Button.of(texts.line(language, "mine.open"), OnMine("open", report.code)),)]
    if said is not None and said.kind == "return":
        rows.insert(0, (Button.of(texts.line(language, "mine.mend"), OnMine("mend", report.code)),))
    await addresses.tell(ctx, member, Message(text=words, buttons=tuple(rows)))
