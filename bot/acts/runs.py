"""Runs and the broadcasts that wait: looked at, and their uncertain deliveries decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.acts import issuers, places, planned
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.guidance.approval import Approval
from bot.core.guidance.briefing import Briefing
from bot.core.kernel.values import DAY_MS, NOWHERE, Ms, UnitPath
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Schedule
from bot.storage.delivery import deliveries, recipients, runs
from bot.storage.guidance import briefings, broadcasts, standing
from bot.storage.guidance.broadcasts import BroadcastRow

RECENT = 5
UPCOMING = 5
REMEMBERED_MS = 7 * DAY_MS  # how long past its time a cancelled plan is still listed
TOUCHING_MS = 90 * DAY_MS  # how far back runs from elsewhere are listed
Decision = Literal["resend", "accept", "abandon"]
BECOMES: Mapping[Decision, str] = {"resend": "pending", "accept": "accepted", "abandon": "abandoned"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A broadcast, for somebody who may see it. `next_at` in ms UTC, None where nothing follows.

    `approver`: the name of whoever approved it; `reason`: why it was returned.
    """

    id: int
    briefing: Briefing
    place: Place
    schedule: Schedule
    urgent: bool
    state: str
    next_at: Ms | None
    approval: Approval = Approval.NONE
    approver: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One occurrence of a plan. `at` in ms UTC; `audience` counts the rows planned so far.

    `path`, `unit_name`: where the plan's unit stood when this was planned, and its name then. `promised`: the
    audience that was counted on. `cut`: the path of the unit whose people alone are shown, where the run came
    from elsewhere; `audience` counts only them. "" for the whole.
    """

    id: int
    plan: Plan
    at: Ms
    state: str
    audience: int
    path: UnitPath
    promised: int | None
    unit_name: str
    cut: UnitPath = NOWHERE

    @property
    def kept(self) -> bool:
        """Whether it is for exactly as many as was promised; what nobody was told is kept."""
        return bool(self.cut) or self.promised in (None, self.audience)


@dataclass(frozen=True, slots=True)
class Progress:
    """The latest runs, the plans that wait, and those that were cancelled."""

    recent: Sequence[Run]
    waiting: Sequence[Plan]
    cancelled: Sequence[Plan]


@dataclass(frozen=True, slots=True)
class Resolved:
    """How many deliveries were decided, and how many are in doubt still."""

    moved: int
    left: int


async def progress(ctx: Context) -> Progress | Refusal:
    """The latest runs that touch the actor's people, from whichever level; the plans of their subtree."""
    path = ctx.member.path if ctx.member else NOWHERE
    if not path or not ctx.may(Act.PROGRESS, path):
        return Refusal("progress.not_allowed")
    ids = [row.id for row in await runs.recent(ctx.conn, path, RECENT)]
    ids += await recipients.touching(ctx.conn, path, Ms(ctx.now - TOUCHING_MS), RECENT)
    recent = [await seen(ctx, one) for one in sorted(ids, reverse=True)[:RECENT]]
    waiting = await broadcasts.upcoming(ctx.conn, path, UPCOMING)
    since = Ms(ctx.now - REMEMBERED_MS)
    dropped = await broadcasts.cancelled(ctx.conn, path, since, UPCOMING)
    plans = [[await _theirs(ctx, row, Act.PROGRESS) for row in rows] for rows in (waiting, dropped)]
    shown = [tuple(one for one in found if one is not None) for found in plans]
    return Progress(tuple(one for one in recent if one is not None), *shown)


async def status(ctx: Context, run_id: int) -> Run | Refusal:
    """One run; one from elsewhere, cut down to the people of the actor's subtree."""
    found = await seen(ctx, run_id)
    return found if found is not None else STALE


async def seen(ctx: Context, run_id: int, act: Act = Act.STATUS) -> Run | None:
    """A run as the actor sees it for an act; None where it is not theirs and touches nobody of theirs."""
    row = await runs.get(ctx.conn, run_id)
    plan = await _plan(ctx, await broadcasts.get(ctx.conn, row.broadcast_id)) if row else None
    if row is None or plan is None or row.about is not None:  # what follows a run is shown with it
        return None
    path = row.place or plan.place.path
    name = row.place_name or await _called(ctx, plan.place, row.at)
    if ctx.may(act, plan.place.path):
        return Run(row.id, plan, row.at, row.state, row.audience, path, row.promised, name)
    mine = ctx.member.path if ctx.member else NOWHERE
    if not (mine and ctx.may(act, mine) and await recipients.touches(ctx.conn, run_id, mine)):
        return None
    audience = await recipients.size(ctx.conn, run_id, mine)
    return Run(row.id, plan, row.at, row.state, audience, path, None, name, mine)


async def plan(ctx: Context, broadcast_id: int) -> Plan | Refusal:
    """One broadcast."""
    found = await _theirs(ctx, await broadcasts.get(ctx.conn, broadcast_id), Act.STATUS)
    return found if found is not None else STALE


async def last_of(ctx: Context, broadcast_id: int) -> Run | None:
    """The latest run of a broadcast; None before the first, or where it is not the actor's to see."""
    found = [row for row in await runs.every(ctx.conn, broadcast_id=broadcast_id) if row.about is None]
    return await seen(ctx, found[-1].id) if found else None


async def _called(ctx: Context, place: Place, at: Ms) -> str:
    """A unit's name on the day of an instant: what was planned before names were kept has no other."""
    then = await places.find(ctx.conn, place.code, ctx.house.today(at))
    return then.name if then else place.name


async def _theirs(ctx: Context, row: BroadcastRow | None, act: Act) -> Plan | None:
    found = await _plan(ctx, row)
    return found if found is not None and ctx.may(act, found.place.path) else None


async def _plan(ctx: Context, row: BroadcastRow | None) -> Plan | None:
    place = await places.find(ctx.conn, row.unit) if row else None
    if row is None or place is None:
        return None
    said = await briefings.get(ctx.conn, row.briefing_id)
    if said is None:
        return None
    return Plan(
        id=row.id,
        briefing=said.briefing,
        place=place,
        schedule=row.schedule,
        urgent=row.urgent,
        state=row.state,
        next_at=row.next_at,
        approval=planned.approval_of(row),
        approver=await planned.approver_of(ctx, row),
        reason=row.returned_for or "",
    )


async def resolve(ctx: Context, run_id: int, decision: Decision) -> Resolved | Refusal:
    """What became of a run's uncertain deliveries, by a person's word."""
    row = await runs.get(ctx.conn, run_id)
    where = await standing.of(ctx.conn, row.broadcast_id) if row else None
    if row is None or where is None:
        return STALE
    why = await issuers.objection(ctx, Act.RESOLVE, where.id, where.path)
    if why is not None:
        return why
    moved = await deliveries.resolve(ctx.conn, run_id, BECOMES[decision], ctx.now)
    left = sum(count for _, _, count in await deliveries.reasons(ctx.conn, run_id, "uncertain"))
    if moved:
        detail = f"{decision}: run:{run_id}, {moved} rows"
        await ctx.note(Act.RESOLVE, f"broadcast:{row.broadcast_id}", detail)
    return Resolved(moved, left)
