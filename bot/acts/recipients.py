"""Who has not read a run: by name to the administrators of a person's own unit, to others in figures."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.acts import places, run_counts, runs
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.acts.runs import Run
from bot.core.delivery.reasons import Reason, known
from bot.core.delivery.recipients import BEHIND, Standing, standing
from bot.core.guidance.figures import UnitCount, gather
from bot.core.kernel.values import NOWHERE, Ms
from bot.core.people.permissions import Act
from bot.core.people.units import code_of
from bot.storage.delivery import recipients

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of a unit's own people. `confirmed_at`, and `since` when they are out of reach, in ms UTC."""

    member: int
    name: str
    standing: Standing
    why: Reason | None
    confirmed_at: Ms | None
    since: Ms | None


@dataclass(frozen=True, slots=True)
class Named:
    """Some of a unit's own people, by name; `count` of all who stand so."""

    run: Run
    place: Place
    people: Sequence[Recipient]
    count: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A run's figures by the units directly below one, the behind first; `small`: those too small to show."""

    run: Run
    place: Place
    units: Sequence[tuple[Place, UnitCount]]
    small: UnitCount | None


async def named(
    ctx: Context,
    run_id: int,
    unit: str = "",
    standings: Collection[Standing] = BEHIND,
    *,
    skip: int = 0,
    limit: int = PAGE,
) -> Named | Refusal:
    """A unit's own people among a run's recipients (the actor's own unit where none is named).

    To the administrators of that very unit, and to no other member: those above it see figures.
    """
    code = unit or (ctx.member.unit if ctx.member else "")
    place = await places.find(ctx.conn, code)
    if place is None or not ctx.may(Act.NAMED, place.path):
        return STALE
    if ctx.member is not None and ctx.member.unit != place.code:
        return STALE
    run = await runs.seen(ctx, run_id, Act.NAMED)
    if run is None:
        return STALE
    rows = await recipients.own(ctx.conn, run_id, code, standings, skip, limit)
    count = await recipients.count_own(ctx.conn, run_id, code, standings)
    return Named(run, place, [_recipient(row) for row in rows], count)


def _recipient(row: recipients.RecipientRow) -> Recipient:
    where = standing(row.state, row.confirmed_at is not None)
    lost = where in (Standing.UNREACHED, Standing.UNCERTAIN)
    why = (Reason.ABANDONED if row.state == "abandoned" else known(row.reason)) if lost else None
    since = row.closed_at if where is Standing.UNREACHED else None
    return Recipient(row.member_id, row.name, where, why, row.confirmed_at, since)


async def by_unit(ctx: Context, run_id: int, unit: str = "") -> Behind | Refusal:
    """A run's figures by the units directly below a unit the actor may follow; small groups are merged."""
    run = await runs.seen(ctx, run_id, Act.BEHIND)
    place = await places.find(ctx.conn, unit) if unit else None
    if run is None or (unit and (place is None or not ctx.may(Act.BEHIND, place.path))):
        return STALE
    if place is not None:
        rows, top = await run_counts.of_unit(ctx, run, place.path), place
    else:
        rows = await run_counts.by_unit(ctx, run)
        path = run.cut or run.path
        top = await places.find(ctx.conn, code_of(path)) or Place(code_of(path), run.unit_name, path)
        top = Place(top.code, top.name, path)
    shown, small = gather(rows, top.path, ctx.house.threshold)
    called = {one.path: one for one in await places.below(ctx.conn, top.path)}
    found = []
    for one in shown:
        path = one.path or NOWHERE
        then = called.get(path) or await places.find(ctx.conn, code_of(path))
        found.append((then or Place(code_of(path), code_of(path), path), one))
    return Behind(run, top, found, small)
