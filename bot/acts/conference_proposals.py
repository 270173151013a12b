"""Difficulties and proposals that units send for a conference: official, so the unit is named, no person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import choice

from bot.acts import forms, places
from bot.acts.conference_points import look
from bot.acts.context import STALE, Context, Refusal
from bot.core.kernel.codes import new_code
from bot.core.kernel.values import NOWHERE
from bot.core.meetings.conference import PROPOSAL_FORM, TAKES_PROPOSALS
from bot.core.people.permissions import Act
from bot.storage import residue
from bot.storage.meetings import conferences, points, proposals
from bot.storage.meetings.proposals import ProposalRow
from bot.storage.opinion import held, opinions, taken_back
from bot.storage.opinion.opinions import Kept

MOST = 1_000  # that are summed up for a host
EACH = 20  # that one unit sends for one conference


@dataclass(frozen=True, slots=True)
class Proposal:
    """One of them, what it says by field, and the name of whose it is. `masked`: what was taken out."""

    row: ProposalRow
    unit: str
    answers: Mapping[str, str]
    masked: Sequence[str] = ()


async def propose(
    ctx: Context, number: int, answers: Mapping[str, str], unit: str = ""
) -> Proposal | Refusal:
    """A unit that has a point sends a difficulty or a proposal to the host."""
    code = unit or (ctx.member.unit if ctx.member else "")
    place, row = await places.find(ctx.conn, code), await conferences.get(ctx.conn, number)
    if row is None or place is None or not place.path or not ctx.may(Act.PROPOSE, place.path):
        return STALE
    if await points.one(ctx.conn, number, code) is None:
        return STALE
    if row.state not in TAKES_PROPOSALS:
        return Refusal("conference.takes_none")
    if len(await proposals.every(ctx.conn, number, place.path, EACH)) >= EACH:
        return Refusal("conference.enough_proposals", {"most": EACH})
    found = forms.taken(ctx, PROPOSAL_FORM, answers)
    if isinstance(found, Refusal):
        return found
    name = f"KN-{new_code(8, choice)}"
    today = ctx.moment.date().isoformat()
    kept = Kept(name, ctx.house.forms[PROPOSAL_FORM].version, code, today, found.answers)
    made = await opinions.add(ctx.conn, kept, None, "", form=PROPOSAL_FORM)
    await proposals.hang(ctx.conn, number, made)
    await ctx.note(Act.PROPOSE, f"conference:{number}", f"unit:{code}")
    one = ProposalRow(made, name, code, place.path, today, number)
    return Proposal(one, place.name, found.answers, found.masked)


async def take_back(ctx: Context, code: str) -> ProposalRow | Refusal:
    """A unit's own is gone."""
    row = await proposals.get(ctx.conn, code.strip().upper())
    place = await places.find(ctx.conn, row.unit) if row else None
    if row is None or place is None or not ctx.may(Act.PROPOSAL_BACK, place.path):
        return STALE
    await residue.owe(ctx.conn)
    await taken_back.remember(ctx.conn, row.code, ctx.now)
    await held.drop(ctx.conn, row.id)
    await ctx.note(Act.PROPOSAL_BACK, f"conference:{row.conference}", f"unit:{row.unit}")
    return row


async def listed(ctx: Context, number: int) -> Sequence[Proposal] | Refusal:
    """Those of a conference: all for its host, those of their own subtree for others."""
    seen = await look(ctx, number)
    if isinstance(seen, Refusal) or not ctx.may(Act.PROPOSALS):
        return STALE
    top = seen.row.unit_path if seen.hosts else ctx.member.path if ctx.member else NOWHERE
    rows = await proposals.every(ctx.conn, number, top, MOST)
    said = await held.answers(ctx.conn, [row.id for row in rows])
    names = {place.code: place.name for place, _ in seen.points}
    return [Proposal(row, names.get(row.unit, row.unit), said[row.id]) for row in rows]
