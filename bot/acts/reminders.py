"""Reminding those who have not read a run: by a tap, or by itself where its broadcast says so.

Nobody is reminded who has read, nor more often, nor sooner after the last time, than the settings say; what
waits is cancelled by the reader's own tap.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import issuers, places, runs, training
from bot.acts.context import STALE, Context, Refusal
from bot.acts.house import House
from bot.acts.places import Place
from bot.acts.runs import Run
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.reminding import Follow, Plan, next_reminder, within_hours
from bot.core.kernel.formats import date_long
from bot.core.kernel.values import NOWHERE, Ms, UnitPath
from bot.core.people.permissions import Act
from bot.core.people.units import code_of, is_within
from bot.core.schedule.instants import milliseconds
from bot.core.talk.message import Button, Message
from bot.core.talk.tap import HERE
from bot.core.talk.taps.reading import Confirm, Reread
from bot.core.talk.taps.sending import OnRun
from bot.storage.delivery import followed, following
from bot.storage.delivery import runs as stored
from bot.storage.delivery.runs import RunRow
from bot.storage.guidance import briefings, broadcasts, corrections, editions

GOES = ("running", "paused", "finished")


@dataclass(frozen=True, slots=True)
class Reminders:
    """Those of a run so far, to the people the actor answers for. Instants in ms UTC.

    `sent`: when they went, or will; `next_at`: when another may go, None after the last. `automatic`:
    whether it reminds by itself.
    """

    sent: Sequence[Ms]
    next_at: Ms | None
    most: int
    automatic: bool


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder was put down for an instant (ms UTC): at once, or at the next hour at which people are."""

    at: Ms
    then: Reminders


async def of(ctx: Context, run: Run) -> Reminders:
    """The reminders of a run, as its screen shows them."""
    sent = [row.at for row in await following.over(ctx.conn, run.id, Follow.REMINDER, run.cut or run.path)]
    by_itself = await broadcasts.follows(ctx.conn, run.plan.id)
    return Reminders(sent, _next(ctx.house, sent, ctx.now), ctx.house.reminders.most, by_itself)


async def remind(ctx: Context, run_id: int, unit: str = "") -> Reminded | Refusal:
    """Remind those who have not read a run: of `unit` and below, else all whom the actor answers for."""
    await stored.hold(ctx.conn, run_id)  # two presses at once: the second sees the first
    run = await runs.seen(ctx, run_id, Act.REMIND)
    place = await places.find(ctx.conn, unit) if unit else None
    if run is None or (unit and (place is None or not ctx.may(Act.REMIND, place.path))):
        return STALE
    path = place.path if place else run.cut or run.path
    if run.state not in GOES:
        return Refusal("reminders.not_out")
    if await corrections.taken_back(ctx.conn, run_id):
        return Refusal("recall.recalled")
    why = await _hindered(ctx, run.plan.id, path)
    if why is not None:
        return why
    sent = [row.at for row in await following.over(ctx.conn, run_id, Follow.REMINDER, path)]
    at = _next(ctx.house, sent, ctx.now)
    if at is None:
        return Refusal("reminders.enough", {"most": ctx.house.reminders.most})
    if sent and at > ctx.now and max(sent) + _apart(ctx.house) > ctx.now:
        return Refusal("reminders.too_soon", {"at": ctx.house.local(at)})
    if not await following.any_unread(ctx.conn, run_id, NOWHERE if path == run.path else path):
        return Refusal("reminders.nobody")
    row = await stored.get(ctx.conn, run_id)
    if row is None:
        return STALE
    where = place or await places.find(ctx.conn, code_of(path)) or run.plan.place
    await _open(ctx.house, ctx.conn, row, Follow.REMINDER, at, Place(where.code, where.name, path), ctx.now)
    await ctx.note(Act.REMIND, f"broadcast:{run.plan.id}", f"run:{run_id}, unit:{where.code}")
    return Reminded(at, await of(ctx, run))


async def _hindered(ctx: Context, broadcast_id: int, path: UnitPath) -> Refusal | None:
    row = await broadcasts.get(ctx.conn, broadcast_id)
    own = ctx.member.path if ctx.member else path
    return await training.hinders(ctx, own, practice=row is not None and row.training)


async def automatic(ctx: Context, broadcast_id: int, on: bool) -> bool | Refusal:
    """Whether the runs of a broadcast remind by themselves from now on. False where that was so already."""
    row = await broadcasts.get(ctx.conn, broadcast_id)
    place = await places.find(ctx.conn, row.unit) if row else None
    if row is None or place is None:
        return STALE
    why = await issuers.objection(ctx, Act.AUTOMATIC, broadcast_id, place.path)
    if why is not None:
        return why
    rules = ctx.house.reminders
    spans = (_ms(rules.after.total_seconds()), _ms(rules.deadline.total_seconds())) if on else (None, None)
    if not await broadcasts.set_following(ctx.conn, broadcast_id, *spans):
        return False
    for one in await stored.every(ctx.conn, states=("planning", *GOES), broadcast_id=broadcast_id):
        if one.about is None and one.expires_at > ctx.now:
            times = [Ms(one.at + span) if span is not None else None for span in spans]
            await followed.set_times(ctx.conn, one.id, *times)
    await ctx.note(Act.AUTOMATIC, f"broadcast:{broadcast_id}", "on" if on else "off")
    return True


async def fall_due(house: House, conn: AsyncConnection, run_id: int, now: Ms) -> None:
    """A run's time has come: who has not read it is reminded, or the heads of their units hear of it."""
    await stored.hold(conn, run_id)
    run = await stored.get(conn, run_id)
    if run is None or run.place is None:
        return
    place = Place(code_of(run.place), run.place_name or "", run.place)
    stands = run.state in GOES and not await corrections.taken_back(conn, run_id)
    unread = stands and await following.any_unread(conn, run_id, NOWHERE)
    remind_at, deadline_at = run.remind_at, run.deadline_at
    if deadline_at is not None and deadline_at <= now:
        deadline_at = None
        if unread:
            at = milliseconds(within_hours(house.local(now), house.reminders))
            await _open(house, conn, run, Follow.OVERDUE, at, place, now)
    if remind_at is not None and remind_at <= now:
        sent = [row.at for row in await following.over(conn, run_id, Follow.REMINDER, run.place)]
        at_or_none = _next(house, sent, now) if unread else None
        remind_at = None
        if at_or_none is not None:
            await _open(house, conn, run, Follow.REMINDER, at_or_none, place, now)
            remind_at = _next(house, [*sent, at_or_none], now)
    await followed.set_times(conn, run_id, remind_at, deadline_at)


async def _open(
    house: House, conn: AsyncConnection, run: RunRow, kind: Follow, at: Ms, place: Place, now: Ms
) -> None:
    row = await broadcasts.get(conn, run.broadcast_id)
    said = await briefings.get(conn, row.briefing_id) if row else None
    if row is None or said is None:
        raise LookupError(f"run {run.id} has no briefing")
    words = {}
    for language in sorted({"vi", *house.texts.languages, *said.briefing.languages}):
        message = _words(house, kind, said.briefing, run, place, language)
        words[language] = await editions.keep(conn, row.briefing_id, language, message, now)
    rules = house.reminders
    everywhere = is_within(run.place or NOWHERE, place.path)
    plan = Plan(words=words, everywhere=everywhere, most=rules.most, apart_ms=_apart(house))
    expires = Ms(at + house.expiry_ms)
    await following.open_for(conn, run, kind, at, (place.path, place.name), plan, expires, now)


def _words(
    house: House, kind: Follow, briefing: Briefing, run: RunRow, place: Place, language: str
) -> Message:
    texts, title = house.texts, briefing.body(language).title
    values = {"title": title, "unit": place.name, "day": date_long(house.today(run.at), language)}
    text = texts.text(language, f"reminders.{kind}", **values)
    if kind is Follow.OVERDUE:
        rows = ((Button.of(texts.line(language, "reminders.who"), OnRun("show", run.id)),),)
        return Message(text=text, buttons=rows)
    read = Button.of(texts.line(language, "button.read"), Confirm(HERE))
    again = Button.of(texts.line(language, "reminders.reread"), Reread(HERE))
    return Message(text=text, buttons=((read, again),))


def _next(house: House, sent: Sequence[Ms], now: Ms) -> Ms | None:
    found = next_reminder([house.local(one) for one in sent], house.reminders, house.local(now))
    return None if found is None else milliseconds(found)


def _apart(house: House) -> int:
    return _ms(house.reminders.apart.total_seconds())


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
