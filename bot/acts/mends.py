"""Corrections that wait for their second person: looked at, let go, or returned with a reason.

Whoever proposed the words does not decide on them. They are put into the text as it stands by then: where it
says something else in that place meanwhile, they can only be returned.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import corrections, mend_notices, training
from bot.acts.context import STALE, Context, Refusal
from bot.acts.corrections import Corrected, Found
from bot.core.guidance.approval import Objection
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.correcting import change
from bot.core.kernel.characters import sanitise
from bot.core.kernel.values import ROOT
from bot.core.people.permissions import Act
from bot.storage.guidance import approvals, mends
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.guidance.mends import MendRow
from bot.storage.people import members

LISTED = 50
LONGEST = 500  # characters of a reason


@dataclass(frozen=True, slots=True)
class Proposed:
    """One that waits. `after`: the text as it would be; `author`: whose words, where they are still here.

    `own`: who looks at it may not decide on it. `approver`: the name of the unit that approved the run.
    """

    row: MendRow
    found: Found
    after: Briefing
    words: tuple[str, str] | None
    author: str
    own: bool
    approver: str

    @property
    def files(self) -> Sequence[BriefingFileRow]:
        """What is attached to it."""
        return self.found.files


async def waiting(ctx: Context) -> list[MendRow] | Refusal:
    """What waits for the actor's word, the oldest first."""
    path = ctx.member.path if ctx.member else ROOT
    if not path or not ctx.may(Act.TO_MEND, path):
        return STALE
    return await mends.waiting(ctx.conn, path, LISTED)


async def look(ctx: Context, number: int) -> Proposed | Refusal:
    """One that waits, in the text as it stands now; or why it cannot be put there."""
    return await _look(ctx, number, Act.TO_MEND)


async def decide(ctx: Context, number: int, stands: bool, reason: str = "") -> Corrected | MendRow | Refusal:
    """The words go out as a correction; or are returned for a reason: then what was returned."""
    return await _stand(ctx, number) if stands else await _return(ctx, number, reason)


async def _stand(ctx: Context, number: int) -> Corrected | Refusal:
    seen = await _look(ctx, number, Act.DECIDE_MEND)
    if isinstance(seen, Refusal):
        return seen
    why = await training.hinders(ctx, seen.found.home.path, practice=seen.found.row.training)
    if why is not None or seen.own:
        return why or Refusal(f"approve.{Objection.OWN}")
    if not await mends.drop(ctx.conn, number):
        return Refusal("mend.over")
    done = await corrections.put(ctx, seen.found, seen.after, seen.row.by)
    await ctx.note(Act.DECIDE_MEND, f"broadcast:{done.broadcast}", f"mend:{number} stands, {seen.row.by}")
    await mend_notices.decided(ctx, seen.row, "mend.told_stands")
    return done


async def _return(ctx: Context, number: int, reason: str) -> MendRow | Refusal:
    row = await mends.get(ctx.conn, number)
    if row is None or not ctx.may(Act.DECIDE_MEND, row.path):
        return _missing(ctx, row, Act.DECIDE_MEND)
    words = " ".join(sanitise(reason).split())[:LONGEST]
    if not words or row.by == ctx.who:
        return Refusal("approve.no_reason") if not words else Refusal(f"approve.{Objection.OWN}")
    if not await mends.drop(ctx.conn, number):
        return Refusal("mend.over")
    await ctx.note(Act.DECIDE_MEND, f"broadcast:{row.broadcast_id}", f"mend:{number} returned, {row.by}")
    await mend_notices.decided(ctx, row, "mend.told_returned", words)
    return row


async def _look(ctx: Context, number: int, act: Act) -> Proposed | Refusal:
    row = await mends.get(ctx.conn, number)
    if row is None or not ctx.may(act, row.path):
        return _missing(ctx, row, act)
    found = await corrections.find(ctx, row.run_id, act)
    if isinstance(found, Refusal):
        return found
    after = corrections.mended(found.old.briefing, row.old, row.new)
    if isinstance(after, Refusal):
        return after
    by = await members.logged_as(ctx.conn, row.by)
    name = by.name if by is not None else ctx.house.owner
    words = change(found.old.briefing, after)
    approver = await approvals.approver(ctx.conn, found.row)
    return Proposed(row, found, after, words, name, own=row.by == ctx.who, approver=approver)


def _missing(ctx: Context, row: MendRow | None, act: Act) -> Refusal:
    """Who may decide somewhere hears that it is over; of what is not theirs nobody learns."""
    return Refusal("mend.over") if row is None and ctx.may(act) else STALE
