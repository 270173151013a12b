"""A broadcast as it is planned: what it says, whose it is, who wrote it and who approved it."""

from dataclasses import dataclass

from bot.acts import places
from bot.acts.context import Context
from bot.acts.places import Place
from bot.core.guidance.approval import Approval, shown
from bot.core.guidance.audience import Audience
from bot.core.guidance.briefing import Briefing
from bot.core.people.members import parse_roles
from bot.storage.guidance import briefings, broadcasts
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import members


def approval_of(row: BroadcastRow) -> Approval:
    """What a broadcast shows of its approval."""
    return shown(row.state, approved=row.approved_by is not None, waived=row.waived)


async def approver_of(ctx: Context, row: BroadcastRow) -> str:
    """The name of whoever approved it, where they are a member still; else empty."""
    return await called(ctx, row.approved_by)


@dataclass(frozen=True, slots=True)
class Found:
    """A broadcast with what it says. `place`: whose it is; `where`: the unit it goes to."""

    row: BroadcastRow
    briefing: Briefing
    place: Place
    where: Place


async def of_broadcast(ctx: Context, broadcast_id: int) -> Found | None:
    """One with what it says and whose it is; None where there is none such."""
    row = await broadcasts.get(ctx.conn, broadcast_id)
    said = await briefings.get(ctx.conn, row.briefing_id) if row else None
    place = await places.find(ctx.conn, row.issuer or row.unit) if row else None
    where = await places.find(ctx.conn, row.unit) if row else None
    if row is None or said is None or place is None or where is None:
        return None
    return Found(row, said.briefing, place, where)


def meant(row: BroadcastRow) -> Audience:
    """Whom it is for; of an old one, as its columns have it."""
    if row.audience is not None:
        return row.audience
    return Audience(unit=row.unit, topic=row.topic, roles=parse_roles(row.roles))


async def author_of(ctx: Context, row: BroadcastRow) -> str:
    """The name of whoever wrote it, where they are a member still; else empty."""
    last = (row.written_by or "").rpartition(";")[2]
    return await called(ctx, f"member:{row.created_by}" if row.created_by is not None else last)


async def called(ctx: Context, who: str | None) -> str:
    """The name of whom the audit log names so, where they are a member still; else empty."""
    found = await members.logged_as(ctx.conn, who)
    return found.name if found else ""
