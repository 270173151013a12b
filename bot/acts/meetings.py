"""Oral briefings held: noted down, mended and withdrawn by whoever held them, counted for the year's report.

None of it is in the audit log, which would name for good who held what. Who attended is never asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import choice

from bot.acts import forms, places
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.places import Place
from bot.core.guidance.figures import child_of
from bot.core.kernel.codes import new_code
from bot.core.kernel.values import DAY_MS, Ms, UnitPath
from bot.core.meetings.held import (
    ANY,
    CONFERENCE,
    CONFERENCES,
    DAY,
    ELSEWHERE,
    FORM,
    HEADS,
    HOW,
    PLACE,
    TOPICS,
    Counted,
    by_speaker,
    of_bands,
)
from bot.core.people.permissions import Act
from bot.core.people.units import Level, code_of, is_within
from bot.core.talk.filled import Filled
from bot.core.talk.form import Choice
from bot.storage import residue
from bot.storage.meetings import conferences
from bot.storage.meetings import proposals as hanging
from bot.storage.meetings.conferences import ConferenceRow
from bot.storage.opinion import authors, held, opinions, taken_back
from bot.storage.opinion.held import HeldRow
from bot.storage.opinion.opinions import Kept
from bot.storage.people import units as stored_units

PAGE = 1000
LATELY_MS = 60 * DAY_MS
MINE = 200  # of one's own that a list shows


@dataclass(frozen=True, slots=True)
class Meeting:
    """One that was held, and what was said of it, by field. `masked`: what was taken out just now."""

    row: HeldRow
    answers: Mapping[str, str]
    masked: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """What was held in a unit and below between two days, both included.

    `units`: by the units directly below as they stood then, the most first; `speakers`: by the level of the
    unit that was spoken for; counts by topic and by form.
    """

    place: Place
    first: date
    last: date
    whole: Counted
    units: Sequence[tuple[Place, Counted]]
    topics: Mapping[str, int]
    ways: Mapping[str, int]
    speakers: Mapping[Level, Counted]


async def record(ctx: Context, answers: Mapping[str, str], unit: str = "") -> Meeting | Refusal:
    """Note down one that was held. `unit`: whose it is, for the operator; else the actor's own."""
    code = unit if isinstance(ctx.actor, Operator) else ctx.member.unit if ctx.member else ""
    place = await places.find(ctx.conn, code)
    if place is None or not place.path or not ctx.may(Act.RECORD_MEETING, place.path):
        return Refusal("form.not_allowed") if ctx.member else STALE
    found = await _checked(ctx, place, answers)
    if isinstance(found, Refusal):
        return found
    name = f"BM-{new_code(6, choice)}"
    while await opinions.taken(ctx.conn, name):
        name = f"BM-{new_code(8, choice)}"
    kept = Kept(name, ctx.house.forms[FORM].version, place.code, found.answers[DAY], found.answers)
    until = (ctx.moment.date() + timedelta(days=ctx.house.link_days)).isoformat()
    number = await opinions.add(ctx.conn, kept, ctx.member.id if ctx.member else None, until, form=FORM)
    await _hang(ctx, number, found)
    row = HeldRow(number, name, place.code, place.path, found.answers[DAY])
    return Meeting(row, found.answers, found.masked)


async def mine(ctx: Context) -> Sequence[Meeting]:
    """Those the actor noted down and is still known to have, the latest first."""
    if ctx.member is None:
        return ()
    return await _said(ctx, await held.mine(ctx.conn, ctx.member.id, MINE))


async def look(ctx: Context, code: str) -> Meeting | Refusal:
    """One of the actor's own; the operator's are all."""
    row = await held.get(ctx.conn, code.strip().upper())
    if row is None:
        return STALE
    if not isinstance(ctx.actor, Operator):
        own = await authors.author(ctx.conn, row.id)
        if ctx.member is None or own != ctx.member.id:
            return STALE
    return (await _said(ctx, [row]))[0]


async def mend(ctx: Context, code: str, answers: Mapping[str, str]) -> Meeting | Refusal:
    """One of the actor's own says this instead."""
    before = await look(ctx, code)
    if isinstance(before, Refusal):
        return before
    place = Place(before.row.unit, "", before.row.path)
    found = await _checked(ctx, place, answers)
    if isinstance(found, Refusal):
        return found
    await residue.owe(ctx.conn)
    version, day = ctx.house.forms[FORM].version, found.answers[DAY]
    await held.mend(ctx.conn, before.row.id, version, day, found.answers)
    await _hang(ctx, before.row.id, found)
    row = HeldRow(before.row.id, before.row.code, before.row.unit, before.row.path, day)
    return Meeting(row, found.answers, found.masked)


async def take_back(ctx: Context, code: str) -> str | Refusal:
    """One of the actor's own is gone, and counts no more; its code."""
    found = await look(ctx, code)
    if isinstance(found, Refusal):
        return found
    await residue.owe(ctx.conn)
    await taken_back.remember(ctx.conn, found.row.code, ctx.now)
    await held.drop(ctx.conn, found.row.id)
    return found.row.code


async def listed(
    ctx: Context, unit: str, first: date, last: date, after: int = 0
) -> Sequence[Meeting] | Refusal:
    """What was held in a unit and below, a thousand at a time by number; never by whom."""
    place = await _seen(ctx, Act.MEETINGS, unit, first, last)
    if isinstance(place, Refusal):
        return place
    days = first.isoformat(), last.isoformat()
    return await _said(ctx, await held.page(ctx.conn, place.path, *days, after, PAGE))


async def totals(ctx: Context, unit: str, first: date, last: date) -> Totals | Refusal:
    """How many were held in a unit and below, and how many people listened. `unit` "": the actor's own."""
    place = await _seen(ctx, Act.MEETING_TOTALS, unit, first, last)
    if isinstance(place, Refusal):
        return place
    days = first.isoformat(), last.isoformat()
    found = await held.counts(ctx.conn, place.path, *days, (HEADS, HOW, TOPICS))
    bands: dict[UnitPath, dict[str, int]] = {}
    spoken: list[tuple[UnitPath, Counted]] = []
    topics: dict[str, int] = {}
    ways: dict[str, int] = {}
    for (path, field, value), count in found.items():
        if field == HEADS:
            unit_path = child_of(path, place.path)
            mine = bands.setdefault(unit_path, {})
            mine[value] = mine.get(value, 0) + count
            spoken.append((path, of_bands({value: count})))
        else:
            into = ways if field == HOW else topics
            for one in value.split():
                into[one] = into.get(one, 0) + count
    units = [(await _named(ctx, path), of_bands(counts)) for path, counts in bands.items()]
    units.sort(key=lambda one: (-one[1].count, one[0].name))
    whole = sum((one for _, one in units), Counted())
    speakers = by_speaker(spoken, await stored_units.levels(ctx.conn))
    return Totals(place, first, last, whole, units, topics, ways, speakers)


async def choices_of_places(ctx: Context, path: UnitPath) -> list[Choice]:
    """Where one may have been: one's unit, those directly below it, or somewhere said in words."""
    below = [one for one in await places.below(ctx.conn, path) if child_of(one.path, path) == one.path]
    named = [Choice(value=one.code, label={"vi": one.name}) for one in below]
    texts = ctx.house.texts
    other = {language: texts.line(language, "meeting.elsewhere") for language in texts.languages}
    return [*named[:1], Choice(value=ELSEWHERE, label=other), *named[1:]]


async def after(ctx: Context, place: Place) -> list[ConferenceRow]:
    """The conferences that an oral briefing may pass on: those held above lately, the latest first."""
    return await conferences.lately_above(ctx.conn, place.path, Ms(ctx.now - LATELY_MS), ctx.now)


async def _hang(ctx: Context, number: int, said: Filled) -> None:
    """It passes on a conference, or none."""
    named = said.answers.get(CONFERENCE)
    await hanging.hang(ctx.conn, int(named) if named else None, number)


async def _checked(ctx: Context, place: Place, answers: Mapping[str, str]) -> Filled | Refusal:
    found = forms.taken(ctx, FORM, answers, {CONFERENCES: ANY})
    if isinstance(found, Refusal):
        return found
    if (named := found.answers.get(CONFERENCE)) and named not in [
        str(one.id) for one in await after(ctx, place)
    ]:
        return Refusal("meeting.no_conference")
    where = found.answers[PLACE]
    if where != ELSEWHERE:
        at = await places.find(ctx.conn, where)
        if at is None or not is_within(at.path, place.path):
            return Refusal("meeting.no_place")
    return found


async def _seen(ctx: Context, act: Act, unit: str, first: date, last: date) -> Place | Refusal:
    code = unit or (ctx.member.unit if ctx.member else "")
    place = await places.find(ctx.conn, code)
    if place is None or not place.path or not ctx.may(act, place.path):
        return STALE
    return Refusal("digest.turned_round", {"first": first, "last": last}) if last < first else place


async def _named(ctx: Context, path: UnitPath) -> Place:
    """A unit by the path it had, as it is called now; by its code where it is no more."""
    found = await places.find(ctx.conn, code_of(path))
    return Place(code_of(path), found.name if found else code_of(path), path)


async def _said(ctx: Context, rows: Sequence[HeldRow]) -> list[Meeting]:
    said = await held.answers(ctx.conn, [row.id for row in rows])
    return [Meeting(row, said[row.id]) for row in rows]
