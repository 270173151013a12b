"""The points of a conference: what each unit says of its own, and the table as far as somebody may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import forms, places
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.places import Place
from bot.core.guidance.figures import child_of
from bot.core.kernel.formats import fold
from bot.core.kernel.values import DAY_MS, NOWHERE, Ms, UnitPath
from bot.core.meetings.conference import DECLINE_FORM, POINT_FORM, Tally, tally
from bot.core.meetings.held import NONE, Counted, of_bands
from bot.core.people.permissions import Act
from bot.core.people.units import is_within
from bot.storage.meetings import conferences, points, proposals
from bot.storage.meetings.conferences import ConferenceRow
from bot.storage.meetings.points import PointRow

SHOWN = 20  # conferences of a list
BACK_MS = 400 * DAY_MS


@dataclass(frozen=True, slots=True)
class Listed:
    """A conference in a list: whether the actor's unit hosts it, and its own point there."""

    row: ConferenceRow
    hosts: bool
    own: PointRow | None


@dataclass(frozen=True, slots=True)
class Seen:
    """A conference as somebody sees it: its host, their unit's own point, and the points below them.

    `hosts`: whether they answer for it. `points`: each with its unit's name, the behind first.
    `passed_on`: oral briefings of units below that passed it on.
    """

    row: ConferenceRow
    host: Place
    hosts: bool
    own: PointRow | None
    points: Sequence[tuple[Place, PointRow]]
    passed_on: Counted = NONE

    @property
    def tally(self) -> Tally:
        """How many answered."""
        return tally(one.state for _, one in self.points)

    def by_child(self, top: UnitPath) -> dict[UnitPath, Tally]:
        """The same by the units directly below a path."""
        found: dict[UnitPath, Tally] = {}
        for _, one in self.points:
            child = child_of(one.path, top)
            found[child] = found.get(child, Tally()) + tally((one.state,))
        return found


async def listed(ctx: Context, unit: str = "") -> Sequence[Listed] | Refusal:
    """The conferences that a unit hosts or is asked to, the latest first. `unit`: else the actor's own."""
    place = await places.find(ctx.conn, unit or (ctx.member.unit if ctx.member else ""))
    if place is None or not place.path or not ctx.may(Act.CONFERENCES, place.path):
        return STALE
    rows = await conferences.seen_from(ctx.conn, place.code, place.path, Ms(ctx.now - BACK_MS), SHOWN)
    return [
        Listed(row, row.unit == place.code, await points.one(ctx.conn, row.id, place.code)) for row in rows
    ]


async def look(ctx: Context, number: int) -> Seen | Refusal:
    """A conference and its points: all of them for its host, those of their own subtree for others."""
    row = await conferences.get(ctx.conn, number)
    host = await places.find(ctx.conn, row.unit) if row else None
    if row is None or host is None or not ctx.may(Act.POINTS):
        return STALE
    hosts = isinstance(ctx.actor, Operator) or ctx.may(Act.POINTS, host.path)
    top = row.unit_path if hosts else ctx.member.path if ctx.member else NOWHERE
    if not top:
        return STALE
    found = await points.every(ctx.conn, number, top)
    if not hosts and not found:
        return STALE
    own = next((one for one in found if ctx.member and one.unit == ctx.member.unit), None)
    names = {one.code: one for one in await places.below(ctx.conn, host.path)}
    named = [(names.get(one.unit, Place(one.unit, one.unit, one.path)), one) for one in found]
    order = {"asked": 0, "declined": 1, "confirmed": 2}
    named.sort(key=lambda one: (order[one[1].state], fold(one[0].name)))
    passed_on = of_bands(await proposals.bands(ctx.conn, number, top))
    return Seen(row, host, hosts, own, named, passed_on)


async def confirm(
    ctx: Context, number: int, answers: Mapping[str, str], unit: str = ""
) -> PointRow | Refusal:
    """A unit says where its point is, how many attend, and which office to turn to."""
    code = await _mine(ctx, Act.CONFIRM_POINT, number, unit)
    if isinstance(code, Refusal):
        return code
    found = forms.taken(ctx, POINT_FORM, answers)
    if isinstance(found, Refusal):
        return found
    said = found.answers
    await points.confirm(ctx.conn, number, code, said["place"], said["heads"], said["contact"])
    await ctx.note(Act.CONFIRM_POINT, f"conference:{number}", f"unit:{code}")
    return await points.one(ctx.conn, number, code) or STALE


async def decline(
    ctx: Context, number: int, answers: Mapping[str, str], unit: str = ""
) -> PointRow | Refusal:
    """A unit says why it holds no point."""
    code = await _mine(ctx, Act.DECLINE_POINT, number, unit)
    if isinstance(code, Refusal):
        return code
    found = forms.taken(ctx, DECLINE_FORM, answers)
    if isinstance(found, Refusal):
        return found
    await points.decline(ctx.conn, number, code, found.answers["reason"])
    await ctx.note(Act.DECLINE_POINT, f"conference:{number}", f"unit:{code}")
    return await points.one(ctx.conn, number, code) or STALE


async def hosted(ctx: Context, act: Act, number: int) -> ConferenceRow | Refusal:
    """A conference that the actor answers for as its host, or above it."""
    row = await conferences.get(ctx.conn, number)
    place = await places.find(ctx.conn, row.unit) if row else None
    if row is None or place is None:
        return STALE
    return row if isinstance(ctx.actor, Operator) or ctx.may(act, place.path) else STALE


async def _mine(ctx: Context, act: Act, number: int, unit: str) -> str | Refusal:
    """The unit whose point the actor answers for, while the conference is still to come."""
    code = unit or (ctx.member.unit if ctx.member else "")
    place, row = await places.find(ctx.conn, code), await conferences.get(ctx.conn, number)
    if row is None or place is None or not place.path or not ctx.may(act, place.path):
        return STALE
    if await points.one(ctx.conn, number, code) is None or not is_within(place.path, row.unit_path):
        return STALE
    return code if row.state == "announced" else Refusal("conference.over")
