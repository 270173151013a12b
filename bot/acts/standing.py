"""Broadcasts with all their runs, as the command line lists and shows them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import awaiting
from bot.acts.awaiting import Waits
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.broadcast import overall
from bot.core.kernel.values import ROOT, Ms
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Schedule
from bot.storage.delivery import deliveries
from bot.storage.guidance import standing

LISTED = 200


@dataclass(frozen=True, slots=True)
class Whole:
    """A broadcast with all its runs, in one word and in figures. `counts`: deliveries by stored state.

    `promised`: how many recipients its latest run, or else its first, was promised to have. `waits`: why some
    wait.
    """

    id: int
    state: str
    audience: int
    promised: int | None
    counts: Mapping[str, int]
    runs: Sequence[int]
    waits: Sequence[Waits]


@dataclass(frozen=True, slots=True)
class Listed:
    """A broadcast in a list: in one word, when (ms UTC; its next occurrence, else its last), what, whom."""

    id: int
    state: str
    at: Ms | None
    briefing: Briefing
    place: Place
    schedule: Schedule
    urgent: bool
    audience: int


async def whole(ctx: Context, broadcast_id: int) -> Whole | Refusal:
    """One broadcast with all its runs. Needs the database alone."""
    row = await standing.of(ctx.conn, broadcast_id)
    if row is None or not ctx.may(Act.STATUS, row.path):
        return STALE
    theirs = await standing.runs(ctx.conn, broadcast_id)
    total: Counter[str] = Counter()
    for run in theirs:
        total.update(await deliveries.counts(ctx.conn, run.id))
    state = overall(row.state, [run.state for run in theirs])
    audience, ids = sum(run.audience for run in theirs), [run.id for run in theirs]
    promised, waits = await standing.promised(ctx.conn, broadcast_id), await awaiting.of_runs(ctx, ids)
    return Whole(row.id, state, audience, promised, total, ids, waits)


async def every(ctx: Context) -> list[Listed]:
    """The newest broadcasts the actor may follow, whatever became of them. Needs the database alone."""
    path = ctx.member.path if ctx.member else ROOT
    if not path or not ctx.may(Act.PROGRESS, path):
        return []
    found = []
    for row in await standing.every(ctx.conn, path, LISTED):
        theirs = await standing.runs(ctx.conn, row.id)
        place = Place(row.unit, row.unit_name, row.path)
        state = overall(row.state, [run.state for run in theirs])
        at = row.next_at if row.next_at is not None else theirs[-1].at if theirs else None
        audience = sum(run.audience for run in theirs)
        found.append(Listed(row.id, state, at, row.briefing, place, row.schedule, row.urgent, audience))
    return found
