"""The list of a unit's desk: page by page, by topic or unit, and those with some words in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import places
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.places import Place
from bot.core.kernel.formats import cut_short
from bot.core.opinion.desk import EVERYTHING, OVER, WAITING, Wanted
from bot.core.people.permissions import Act
from bot.storage.opinion import desk as stored
from bot.storage.opinion.desk import SEARCHED, Report
from bot.storage.opinion.opinions import FORM

__all__ = ["SEARCHED", "Listed"]

BEGINNING = 48  # characters of a report that stand in a list, and never more than half of it


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a desk. `counts` by state, of all that is wanted, where they are known; `places` by code.

    `total`: how many there are; where they are not counted, more than are shown where there are more.
    """

    place: Place
    counts: Mapping[str, int]
    rows: Sequence[Report]
    places: Mapping[str, Place]
    total: int
    cut: bool = False  # words were looked for in the first SEARCHED reports alone


async def listed(
    ctx: Context,
    unit: str = "",
    show: str = "open",
    wanted: Wanted = EVERYTHING,
    skip: int = 0,
    limit: int = 7,
) -> Listed | Refusal:
    """A page of the desk: `show` is open, over or passed. `unit`: of which unit, for the operator."""
    place = await places.find(ctx.conn, unit if isinstance(ctx.actor, Operator) else own(ctx))
    if place is None or not ctx.may(Act.DESK, place.path):
        return STALE
    if show == "passed":
        rows = await stored.passed_on(ctx.conn, place.code, skip, limit + 1)
        total = skip + len(rows)
        return Listed(place, {}, rows[:limit], await named(ctx, rows), total)
    states = OVER if show == "over" else WAITING
    counts = await stored.counts(ctx.conn, place.code, wanted)
    if wanted.words:
        rows = await stored.found(ctx.conn, place.code, counts, states, wanted, skip, limit + 1)
        cut = sum(counts.get(state, 0) for state in states) > SEARCHED
        return Listed(place, {}, rows[:limit], await named(ctx, rows), skip + len(rows), cut)
    rows = await stored.page(ctx.conn, place.code, counts, states, wanted, skip, limit)
    total = sum(counts.get(state, 0) for state in states)
    return Listed(place, counts, rows, await named(ctx, rows), total)


async def beginnings(ctx: Context, rows: Sequence[Report]) -> dict[int, str]:
    """The first words of reports in a list of the actor's desk, by number.

    Never all of them: a report is read by opening it, which is in the audit log.
    """
    if not rows or not ctx.may(Act.DESK):
        return {}
    written = [item.key for item in ctx.house.forms[FORM].fields if item.mask]
    found = await stored.said(ctx.conn, [one.id for one in rows], written)
    plain = {number: " ".join(words.split()) for number, words in found.items()}
    return {number: cut_short(words, min(BEGINNING, len(words) // 2)) for number, words in plain.items()}


async def sorted_out(ctx: Context, by: str) -> Mapping[str, int] | Refusal:
    """How many reports wait at the actor's desk, by "topic" or by "unit", the most first."""
    place = await places.find(ctx.conn, own(ctx))
    if place is None or not ctx.may(Act.DESK, place.path):
        return STALE
    found = await stored.by(ctx.conn, place.code, by, WAITING)
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def own(ctx: Context) -> str:
    """The code of the actor's unit; "" of who has none."""
    return ctx.member.unit if ctx.member is not None else ""


async def named(ctx: Context, rows: Sequence[Report]) -> dict[str, Place]:
    """The units that reports came from, by code."""
    found = {code: await places.find(ctx.conn, code) for code in {row.unit for row in rows}}
    return {code: place for code, place in found.items() if place is not None}
