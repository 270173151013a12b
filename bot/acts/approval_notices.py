"""What people are told on a broadcast's way to an approval: authors, approvers, administrators."""

from collections.abc import Sequence

from bot.acts import addresses, authority, places
from bot.acts.context import Context
from bot.acts.places import Place
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.formats import moment, number
from bot.core.kernel.values import Ms, UnitPath
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act, may
from bot.core.talk.message import Button, Message
from bot.core.talk.tap import Tap
from bot.core.talk.taps.screens import Go
from bot.core.talk.taps.sending import OnPlan, OnRun
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import members

MOST = 5  # people who are told of one thing


async def waits(ctx: Context, row: BroadcastRow, said: Briefing, place: Place, author: str) -> int:
    """Tell those who may approve; where there is none, the administrators. How many approvers were told."""
    over = await authority.who_may(ctx, Act.APPROVE, place.path)
    approvers = [one for one in over if f"member:{one.id}" not in row.authors]
    told = 0
    for one in approvers:
        if told == MOST:
            break
        values = {"name": author or place.name, "at": _at(ctx, row, one), "count": _count(row, one)}
        look = ("approve.look", OnPlan("look", row.id, row.revision))
        buttons = (look, ("approve.all", Go("duyet")))
        told += await _say(ctx, one, said, "approve.told_waiting", buttons, values)
    if not told:
        await nobody(ctx, said, place.path, place.name)
    return told


async def nobody(ctx: Context, said: Briefing, path: UnitPath, unit_name: str) -> None:
    """Tell the administrators over a unit that something of it waits which nobody there may approve."""
    for one in (await members.with_role_over(ctx.conn, Role.ADMINISTRATOR, path))[:MOST]:
        await _say(ctx, one, said, "approve.told_nobody", (), {"unit": unit_name})


async def approved(ctx: Context, row: BroadcastRow, said: Briefing, at: Ms, count: int) -> None:
    """Tell its authors that it goes out, when, and to how many."""
    for one in await _authors(ctx, row):
        values = {"name": who(ctx), "count": number(count, one.language)}
        values["at"] = moment(ctx.house.local(at), one.language)
        buttons = (("approve.see", OnRun("next", row.id)),)
        await _say(ctx, one, said, "approve.told_approved", buttons, values)


async def returned(ctx: Context, row: BroadcastRow, said: Briefing, reason: str) -> None:
    """Tell its authors why it was returned."""
    for one in await _authors(ctx, row):
        buttons = (
            ("change.begin", OnRun("change", row.id)),
            ("approve.submit", OnRun("submit", row.id)),
            ("approve.see", OnRun("next", row.id)),
        )
        values = {"name": who(ctx), "reason": reason}
        await _say(ctx, one, said, "approve.told_returned", buttons, values)


async def changed(
    ctx: Context,
    row: BroadcastRow,
    said: Briefing,
    what: Sequence[str],
    again: bool,
    *,
    approved_by: str | None,
) -> None:
    """Tell whoever wrote and approved it that somebody changed it: "time", "unit", "text".

    `again`: it waits for approval once more. `approved_by`: before, as the audit log names them.
    """
    people = {one.id: one for one in await _authors(ctx, row)}
    approver = await members.logged_as(ctx.conn, approved_by)
    if approver is not None and approver.id != _me(ctx):
        people[approver.id] = approver
    for one in people.values():
        line, language = ctx.house.texts.line, one.language
        values = {"name": who(ctx), "what": ", ".join(line(language, f"change.{part}") for part in what)}
        key = "change.told_again" if again else "change.told"
        await _say(ctx, one, said, key, (("approve.see", OnRun("next", row.id)),), values)


async def withheld(ctx: Context, row: BroadcastRow, said: Briefing, at: Ms) -> None:
    """Tell its authors that it did not go out at its time (ms UTC), for it was not approved."""
    for one in await _authors(ctx, row):
        buttons = (("approve.see", OnRun("next", row.id)),)
        values = {"at": moment(ctx.house.local(at), one.language)}
        await _say(ctx, one, said, "approve.told_withheld", buttons, values)


async def ruled(ctx: Context, place: Place, needed: bool) -> None:
    """Tell those who approve over a unit whether its broadcasts need them."""
    for one in (await authority.who_may(ctx, Act.APPROVE, place.path))[:MOST]:
        if ctx.member is None or ctx.member.id != one.id:
            key = "approve.told_on" if needed else "approve.told_off"
            words = ctx.house.texts.text(one.language, key, unit=place.name)
            await addresses.tell(ctx, one, Message(text=words))


async def _authors(ctx: Context, row: BroadcastRow) -> list[Member]:
    """Who wrote it and who changed it last, where they still may; else the administrators over its unit."""
    found = [await members.logged_as(ctx.conn, one) for one in sorted(row.authors)]
    there = [one for one in found if one is not None and may(one, Act.SUBMIT) and one.id != _me(ctx)]
    if there or not row.issuer:
        return there
    place = await places.find(ctx.conn, row.issuer)
    over = await members.with_role_over(ctx.conn, Role.ADMINISTRATOR, place.path) if place else []
    return [one for one in over if one.id != _me(ctx)][:1]


def _me(ctx: Context) -> int | None:
    return ctx.member.id if ctx.member else None


def who(ctx: Context) -> str:
    """Whoever acts, by name."""
    return ctx.member.name if ctx.member else ctx.house.owner


def _at(ctx: Context, row: BroadcastRow, one: Member) -> str:
    at = row.next_at if row.next_at is not None else ctx.now
    if at <= ctx.now:
        return ctx.house.texts.line(one.language, "compose.at_once")
    return moment(ctx.house.local(at), one.language)


def _count(row: BroadcastRow, one: Member) -> str:
    return number(row.promised or 0, one.language)


async def _say(
    ctx: Context,
    one: Member,
    said: Briefing,
    key: str,
    buttons: tuple[tuple[str, Tap], ...],
    values: dict[str, str],
) -> bool:
    texts, language = ctx.house.texts, one.language
    words = texts.text(language, key, title=said.body(language).title, **values)
    rows = tuple((Button.of(texts.line(language, label), tap),) for label, tap in buttons)
    return await addresses.tell(ctx, one, Message(text=words, buttons=rows))
