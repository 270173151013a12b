"""Conferences as hosts make them: announced, changed, called off, closed; the briefings given there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.acts import conference_notices, conference_points, forms, kits, places
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.guidance.figures import child_of
from bot.core.kernel.values import DAY_MS, Ms, UnitPath
from bot.core.meetings.conference import (
    AHEAD,
    CHANGE_FORM,
    FORM,
    MOST_POINTS,
    TIMED,
    Notice,
    Whom,
    answer_by,
    notices,
)
from bot.core.people.permissions import Act
from bot.core.schedule.instants import milliseconds
from bot.storage.guidance import briefings, broadcasts
from bot.storage.meetings import conferences, points
from bot.storage.meetings.conferences import ConferenceRow
from bot.storage.people import rules

LATELY_MS = 60 * DAY_MS
OFFERED = 6  # broadcasts that a screen offers to hang


@dataclass(frozen=True, slots=True)
class Announced:
    """A conference that was announced, and the units that have a point (codes)."""

    row: ConferenceRow
    units: Sequence[str]


@dataclass(frozen=True, slots=True)
class Hung:
    """A broadcast, its briefing's title, and whether it was given at the conference."""

    broadcast: int
    title: str
    here: bool


async def announce(ctx: Context, answers: Mapping[str, str], unit: str = "") -> Announced | Refusal:
    """Announce a conference to units below; each hears at once. `unit`: the host, else the actor's own."""
    place = await places.find(ctx.conn, unit or (ctx.member.unit if ctx.member else ""))
    if place is None or not place.path or not ctx.may(Act.CONFERENCE, place.path):
        return STALE
    if await rules.practises(ctx.conn, place.path):
        return Refusal("conference.training", {"unit": place.name})
    found = forms.taken(ctx, FORM, answers)
    if isinstance(found, Refusal):
        return found
    said = found.answers
    at = _ahead(ctx, said["at"])
    if isinstance(at, Refusal):
        return at
    asked = await invited(ctx, place.path, Whom(said["whom"]))
    if not asked:
        return Refusal("conference.no_units", {"unit": place.name})
    if len(asked) > MOST_POINTS:
        return Refusal("conference.too_many", {"most": MOST_POINTS})
    until = answer_by(at, timedelta(days=int(said["days"])), ctx.moment)
    times = {kind: milliseconds(when) for kind, when in notices(at, until, ctx.moment).items()}
    words = (said["title"], milliseconds(at), said["how"], said["place"], said["agenda"])
    row = ConferenceRow(0, place.code, place.path, *words, milliseconds(until), "announced")
    number = await conferences.add(ctx.conn, row, times, ctx.now)
    await points.ask(ctx.conn, number, [(one.code, one.path) for one in asked])
    await ctx.note(Act.CONFERENCE, f"conference:{number}", f"unit:{place.code}")
    await conference_notices.tell_some(ctx.house, ctx.conn, ctx.now)
    return Announced(replace(row, id=number), [one.code for one in asked])


async def change(ctx: Context, number: int, answers: Mapping[str, str]) -> ConferenceRow | Refusal:
    """A conference is at another time or place; its points stay as they were said, and hear so at once."""
    row = await conference_points.hosted(ctx, Act.CHANGE_CONFERENCE, number)
    if isinstance(row, Refusal):
        return row
    if row.state != "announced":
        return Refusal("conference.over")
    found = forms.taken(ctx, CHANGE_FORM, answers)
    if isinstance(found, Refusal):
        return found
    said = found.answers
    at = _ahead(ctx, said["at"]) if said.get("at") else ctx.house.local(row.at)
    if isinstance(at, Refusal):
        return at
    place = said.get("place") or row.place
    if (milliseconds(at), place) == (row.at, row.place):
        return Refusal("conference.nothing_changed")
    moved = replace(row, at=milliseconds(at), place=place)
    if moved.at != row.at:
        until = answer_by(at, timedelta(milliseconds=row.at - row.answer_by), ctx.moment)
        moved = replace(moved, answer_by=milliseconds(until))
        times = {
            kind: milliseconds(when) for kind, when in notices(at, until, ctx.moment).items() if kind in TIMED
        }
        await conferences.say_at(ctx.conn, number, TIMED, times)
    if not await conferences.change(ctx.conn, moved):
        return Refusal("conference.over")
    await conferences.owe(ctx.conn, number, Notice.CHANGED, ctx.now)
    await ctx.note(Act.CHANGE_CONFERENCE, f"conference:{number}", "time" if moved.at != row.at else "place")
    await conference_notices.tell_some(ctx.house, ctx.conn, ctx.now)
    return moved


def _ahead(ctx: Context, said: str) -> datetime | Refusal:
    """A time to come, of ms UTC as digits."""
    at = ctx.house.local(Ms(int(said))) if said.isdecimal() and len(said) < 15 else None
    if at is None or not ctx.moment < at <= ctx.moment + AHEAD:
        return Refusal("conference.no_time")
    return at


async def invited(ctx: Context, path: UnitPath, whom: Whom) -> list[Place]:
    """The units below a path that have a point, in force today."""
    below = [one for one in await places.below(ctx.conn, path, ctx.moment.date()) if one.path != path]
    return [one for one in below if whom is Whom.ALL or child_of(one.path, path) == one.path]


async def cancel(ctx: Context, number: int) -> ConferenceRow | Refusal:
    """A conference does not take place; its points hear so."""
    row = await conference_points.hosted(ctx, Act.CANCEL_CONFERENCE, number)
    if isinstance(row, Refusal):
        return row
    if not await conferences.cancel(ctx.conn, number):
        return Refusal("conference.too_late")
    await conferences.owe(ctx.conn, number, Notice.CANCELLED, ctx.now)
    await ctx.note(Act.CANCEL_CONFERENCE, f"conference:{number}")
    await conference_notices.tell_some(ctx.house, ctx.conn, ctx.now)
    return replace(row, state="cancelled")


async def close(ctx: Context, number: int) -> ConferenceRow | Refusal:
    """No more difficulties and proposals are taken for a conference that was held."""
    row = await conference_points.hosted(ctx, Act.CLOSE_CONFERENCE, number)
    if isinstance(row, Refusal):
        return row
    if not await conferences.close(ctx.conn, number):
        return Refusal("conference.not_held")
    await ctx.note(Act.CLOSE_CONFERENCE, f"conference:{number}")
    return replace(row, state="closed")


async def hang(ctx: Context, number: int, broadcast_id: int, *, on: bool) -> Sequence[Hung] | Refusal:
    """A broadcast's briefing was given at a conference, or was not after all; those that now hang on it."""
    row = await conference_points.hosted(ctx, Act.HANG, number)
    if isinstance(row, Refusal):
        return row
    broadcast = await broadcasts.get(ctx.conn, broadcast_id)
    if broadcast is None or broadcast.unit != row.unit or row.state == "cancelled":
        return STALE
    await conferences.hang(ctx.conn, number, broadcast_id, on)
    await ctx.note(Act.HANG, f"conference:{number}", f"broadcast:{broadcast_id}, {'on' if on else 'off'}")
    return await hangs(ctx, number)


async def hangs(ctx: Context, number: int) -> list[Hung]:
    """The briefings given at a conference: for its host all, for others those that they may read by now."""
    found = await conferences.hung(ctx.conn, number)
    if isinstance(await conference_points.hosted(ctx, Act.HANG, number), Refusal):
        found = [one for one in found if await kits.reads(ctx, await kits.slug_of(ctx, one[1]))]
    return [Hung(one, await _title(ctx, version), True) for one, version in found]


async def hangable(ctx: Context, row: ConferenceRow) -> list[Hung]:
    """The host's latest broadcasts, and whether each was given at the conference."""
    here = {one for one, _ in await conferences.hung(ctx.conn, row.id)}
    lately = await conferences.lately(ctx.conn, row.unit, Ms(ctx.now - LATELY_MS), OFFERED)
    return [Hung(one, await _title(ctx, version), one in here) for one, version in lately]


async def _title(ctx: Context, version: int) -> str:
    said = await briefings.get(ctx.conn, version)
    return said.briefing.body(ctx.language).title if said else str(version)
