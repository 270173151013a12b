"""Broadcasts that need a second person: submitted, approved or returned with a reason.

Nothing goes out unapproved where its unit needs an approval: it is asked here, when something is scheduled or
changed, and once more when it falls due (`bot.acts.withholding`), whichever door it came through.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import addendum_notices, issuers, places, quieting
from bot.acts import approval_notices as notices
from bot.acts.context import STALE, Context, Refusal
from bot.acts.orders import refused
from bot.acts.places import Place
from bot.acts.planned import author_of, meant, of_broadcast
from bot.acts.surveying import survey
from bot.core.guidance.approval import as_of, is_needed, objection
from bot.core.guidance.audience import Survey
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.broadcast import Obstacle, differs, fit
from bot.core.kernel.characters import sanitise
from bot.core.kernel.values import ROOT, Ms
from bot.core.people.members import parse_roles
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Once, Schedule
from bot.core.schedule.quiet import Rest
from bot.storage.guidance import approvals, briefings, broadcasts
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.guidance.broadcasts import BroadcastRow
from bot.storage.people import rules

LISTED = 50
LONGEST = 500  # characters of a reason


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a unit's broadcasts need approval. `chosen`: what the unit decided; None: as is usual."""

    place: Place
    chosen: bool | None
    needed: bool

    @property
    def waived(self) -> bool:
        """Whether the unit decided to go without."""
        return self.chosen is False


@dataclass(frozen=True, slots=True)
class Pending:
    """A broadcast to be decided on. `author`: who wrote it, where they are still here; `at` in ms UTC.

    `rest`: the quiet hours that it keeps to. `late`: its time is past, so that it would go at once.
    `own`: who looks at it may not decide on it. `approver`: the name of the unit whose approval it would be.
    """

    row: BroadcastRow
    briefing: Briefing
    files: Sequence[BriefingFileRow]
    place: Place
    author: str
    schedule: Schedule
    survey: Survey
    late: bool
    own: bool
    rest: Rest | None
    approver: str

    @property
    def count(self) -> int:
        """How many members it is for, as of now."""
        return self.survey.count


@dataclass(frozen=True, slots=True)
class Submitted:
    """`state`: "submitted", or "scheduled" where no approval is needed. `told`: how many approvers know."""

    id: int
    state: str
    told: int


@dataclass(frozen=True, slots=True)
class Approved:
    """What goes out at `at` (ms UTC), to so many."""

    id: int
    at: Ms
    count: int


async def rule_of(ctx: Context, unit: str) -> Rule:
    """Whether broadcasts of a unit need approval. Raises LookupError for a unit that is not known."""
    place = await places.find(ctx.conn, unit)
    if place is None:
        raise LookupError(f"unit {unit!r} is not known")
    chosen = await rules.approval(ctx.conn, unit)
    return Rule(place, chosen, is_needed(chosen, ctx.house.approval))


async def ruled(ctx: Context, unit: str) -> Rule | Refusal:
    """What holds for a unit, for who may change it."""
    place = await places.find(ctx.conn, unit)
    if place is None or not ctx.may(Act.APPROVAL_RULE, place.path):
        return Refusal("approve.no_unit", {"unit": unit})
    return await rule_of(ctx, unit)


async def rule(ctx: Context, unit: str, chosen: bool | None) -> Rule | Refusal:
    """A unit's broadcasts need approval from now on, or go without; None: as is usual here."""
    place = await places.find(ctx.conn, unit)
    if place is None or not ctx.may(Act.APPROVAL_RULE, place.path):
        return Refusal("approve.no_unit", {"unit": unit})
    await rules.choose_approval(ctx.conn, unit, chosen)
    word = "as usual" if chosen is None else "on" if chosen else "off"
    await ctx.note(Act.APPROVAL_RULE, f"unit:{unit}", f"approval {word}")
    found = await rule_of(ctx, unit)
    await notices.ruled(ctx, place, found.needed)
    return found


async def submit(ctx: Context, broadcast_id: int) -> Submitted | Refusal:
    """A draft, or what was returned, goes to those who approve; where none is needed, out at its time."""
    found = await of_broadcast(ctx, broadcast_id)
    if found is None:
        return STALE
    why = await issuers.objection(ctx, Act.SUBMIT, broadcast_id, found.where.path)
    if why is not None:
        return why
    row, schedule = found.row, as_of(found.row.schedule, ctx.now)
    if row.state not in ("draft", "returned"):
        return Refusal("approve.not_open")
    rest = await quieting.rest_of(ctx, row.issuer or row.unit) if row.quiet else None
    fitting = fit(found.briefing, parse_roles(row.roles), schedule, ctx.moment, rest)
    if isinstance(fitting, Obstacle):
        return refused(found.briefing, fitting, ctx.moment)
    rule = await rule_of(ctx, found.place.code)
    if rule.needed:
        count = (await survey(ctx, meant(row), found.where.path)).count
        done = await approvals.submit(ctx.conn, row, ctx.who, count, ctx.now)
    else:
        done = await approvals.release(ctx.conn, row, fitting, ctx.now, waived=rule.waived, rest=rest)
    if not done:
        return Refusal("approve.edited")
    await ctx.note(Act.SUBMIT, f"broadcast:{broadcast_id}", found.briefing.slug)
    told = await submitted(ctx, broadcast_id) if rule.needed else 0
    if not rule.needed:
        await addendum_notices.planned(ctx, broadcast_id)
    return Submitted(broadcast_id, "submitted" if rule.needed else "scheduled", told)


async def submitted(ctx: Context, broadcast_id: int) -> int:
    """Tell those who approve that something waits for them; how many were told."""
    found = await of_broadcast(ctx, broadcast_id)
    if found is None:
        return 0
    author = await author_of(ctx, found.row)
    return await notices.waits(ctx, found.row, found.briefing, found.place, author)


async def waiting(ctx: Context) -> list[Pending] | Refusal:
    """What waits for the actor's decision, the oldest first."""
    path = ctx.member.path if ctx.member else ROOT
    if not path or not ctx.may(Act.TO_APPROVE, path):
        return STALE
    rows = await approvals.waiting(ctx.conn, path, LISTED)
    found = [await _pending(ctx, row.id, Act.TO_APPROVE) for row in rows]
    return [one for one in found if isinstance(one, Pending)]


async def look(ctx: Context, broadcast_id: int) -> Pending | Refusal:
    """One broadcast as it waits."""
    return await _pending(ctx, broadcast_id, Act.TO_APPROVE)


async def approve(ctx: Context, broadcast_id: int, revision: int, count: int) -> Approved | Refusal:
    """It goes out at its time, or at once where that is past. `revision`, `count`: as they were shown."""
    found = await _to_decide(ctx, Act.APPROVE, broadcast_id, revision)
    if isinstance(found, Refusal):
        return found
    row = found.row
    rest = await quieting.rest_of(ctx, row.issuer or row.unit) if row.quiet else None
    schedule = fit(found.briefing, parse_roles(found.row.roles), found.schedule, ctx.moment, rest)
    if isinstance(schedule, Obstacle):
        return refused(found.briefing, schedule, ctx.moment)
    if not found.count:
        return Refusal("approve.nobody_left")
    if differs(count, found.count):
        return Refusal("approve.counted", {"before": count, "count": found.count})
    unit = ctx.member.unit if ctx.member else None
    if not await approvals.approve(ctx.conn, found.row, ctx.who, schedule, found.count, ctx.now, rest, unit):
        return Refusal("approve.edited")
    await ctx.note(Act.APPROVE, f"broadcast:{broadcast_id}", f"revision {revision}, {found.count} recipients")
    fresh = await broadcasts.get(ctx.conn, broadcast_id)
    at = fresh.next_at if fresh and fresh.next_at is not None else ctx.now
    await notices.approved(ctx, found.row, found.briefing, at, found.count)
    await addendum_notices.planned(ctx, broadcast_id)
    return Approved(broadcast_id, at, found.count)


async def send_back(ctx: Context, broadcast_id: int, revision: int, reason: str) -> Pending | Refusal:
    """It goes back to its author, who is told why."""
    words = " ".join(sanitise(reason).split())[:LONGEST]
    if not words:
        return Refusal("approve.no_reason")
    found = await _to_decide(ctx, Act.SEND_BACK, broadcast_id, revision)
    if isinstance(found, Refusal):
        return found
    if not await approvals.send_back(ctx.conn, found.row, words):
        return Refusal("approve.edited")
    await ctx.note(Act.SEND_BACK, f"broadcast:{broadcast_id}", f"revision {revision}")
    await notices.returned(ctx, found.row, found.briefing, words)
    return found


async def _pending(ctx: Context, broadcast_id: int, act: Act) -> Pending | Refusal:
    found = await of_broadcast(ctx, broadcast_id)
    if found is None or not ctx.may(act, found.place.path):
        return STALE
    row, schedule = found.row, as_of(found.row.schedule, ctx.now)
    mine = await places.find(ctx.conn, ctx.member.unit) if ctx.member else None
    return Pending(
        row=row,
        briefing=found.briefing,
        files=await briefings.files(ctx.conn, row.briefing_id),
        place=found.where,
        author=await author_of(ctx, row),
        schedule=schedule,
        survey=await survey(ctx, meant(row), found.where.path),
        late=schedule != row.schedule and not _at_once(row),
        own=ctx.who in row.authors,
        rest=await quieting.rest_of(ctx, row.issuer or row.unit) if row.quiet else None,
        approver=mine.name if mine else "",
    )


def _at_once(row: BroadcastRow) -> bool:
    """Whether it was meant to go as soon as it is approved: its time was no later than its submission."""
    return isinstance(row.schedule, Once) and row.schedule.at <= (row.submitted_at or 0)


async def _to_decide(ctx: Context, act: Act, broadcast_id: int, revision: int) -> Pending | Refusal:
    found = await _pending(ctx, broadcast_id, act)
    if isinstance(found, Refusal):
        return found
    row = found.row
    why = objection(row.state, row.revision, revision, ctx.who, row.authors)
    return Refusal(f"approve.{why}") if why is not None else found
