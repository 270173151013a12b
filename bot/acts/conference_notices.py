"""What the points of a conference hear, and when: a little at a time, each unit's heads once.

How far it went is committed with what was said, so that nobody is told twice, whatever happens in between.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import addresses, conference_points, desk_notices, places
from bot.acts.context import Context, Refusal
from bot.acts.house import House
from bot.core.guidance.reminding import next_reminder
from bot.core.kernel.richtext import Text
from bot.core.kernel.values import Ms
from bot.core.meetings.conference import HEARS, HOLDS, MOST_POINTS, Notice, too_late
from bot.core.people.members import Member
from bot.core.people.permissions import SENDERS, Act
from bot.core.schedule.instants import milliseconds
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.meetings import OnConference
from bot.core.talk.when import at_in_words
from bot.storage.accounts import endpoints
from bot.storage.meetings import conferences as stored
from bot.storage.meetings import points
from bot.storage.meetings.conferences import ConferenceRow, Owed
from bot.storage.meetings.points import PointRow
from bot.storage.people import members

LITTLE = 100  # units that one transaction tells
ASKS = (("conference.confirm", "confirm"), ("conference.decline", "decline"))
OFFERS: dict[Notice, Sequence[tuple[str, str]]] = {
    Notice.ANNOUNCED: ASKS,
    Notice.REMINDER: ASKS,
    Notice.CHASE: ASKS,
    Notice.CHANGED: ASKS,
    Notice.AFTER: (("conference.propose", "propose"),),
}


async def remind(ctx: Context, number: int) -> Ms | Refusal:
    """Remind the units that have not answered: now, or at the next hour at which people are (ms UTC)."""
    row = await conference_points.hosted(ctx, Act.REMIND_POINTS, number)
    if isinstance(row, Refusal):
        return row
    if row.state != "announced":
        return Refusal("conference.over")
    if not await points.after(ctx.conn, number, "", HEARS[Notice.REMINDER], 1):
        return Refusal("conference.all_answered")
    if not await silent(ctx.conn, number):
        return Refusal("conference.nobody_hears")
    rules, sent = ctx.house.reminders, await _sent(ctx.house, ctx.conn, number, ctx.now)
    at = next_reminder(sent, rules, ctx.moment)
    if at is None:
        return Refusal("reminders.enough", {"most": rules.most})
    if sent and max(sent) + rules.apart > ctx.moment:
        return Refusal("reminders.too_soon", {"at": at})
    await stored.owe(ctx.conn, number, Notice.REMINDER, milliseconds(at))
    await ctx.note(Act.REMIND_POINTS, f"conference:{number}")
    await tell_some(ctx.house, ctx.conn, ctx.now)
    return milliseconds(at)


async def reached(conn: AsyncConnection, units: Collection[str]) -> set[str]:
    """Those of these units (codes) in which somebody hears what is said of a conference."""
    staff = await members.holding(conn, units, SENDERS)
    heads = {unit: [one.id for one in desk_notices.foremost(them)] for unit, them in staff.items()}
    able = await endpoints.reached(conn, [one for ids in heads.values() for one in ids])
    return {unit for unit, ids in heads.items() if not able.isdisjoint(ids)}


async def silent(conn: AsyncConnection, number: int) -> set[str]:
    """The units that have not answered, of those in which somebody hears a reminder."""
    asked = await points.after(conn, number, "", HEARS[Notice.REMINDER], MOST_POINTS)
    return await reached(conn, [one.unit for one in asked])


async def tell_some(house: House, conn: AsyncConnection, now: Ms) -> int:
    """Say some of what is due by now (ms UTC), or let a conference begin; how much was done."""
    owed = await stored.due(conn, now)
    if owed is None:
        return 0
    row = await stored.get(conn, owed.conference)
    late = row is None or too_late(owed.kind, house.local(row.at), house.local(now))
    if row is None or late or row.state not in HOLDS[owed.kind]:
        await stored.said(conn, owed, owed.after, True)
        return 1
    if owed.kind is Notice.CHASE and not owed.after and await _enough(house, conn, row.id, owed.at, now):
        await stored.said(conn, owed, owed.after, True)
        return 1
    if owed.kind is Notice.BEGUN:
        await stored.begin(conn, row.id)
    told = await points.after(conn, row.id, owed.after, HEARS[owed.kind], LITTLE) if HEARS[owed.kind] else []
    staff = await members.holding(conn, [one.unit for one in told], SENDERS) if told else {}
    host = await places.find(conn, row.unit)
    for point in told:
        heads = desk_notices.foremost(staff.get(point.unit, ()))
        await _tell(Context(conn, house, None, now), row, owed, point, host.name if host else row.unit, heads)
    last = told[-1].unit if told else owed.after
    await stored.said(conn, owed, last, len(told) < LITTLE)
    return len(told) or 1


async def is_due(conn: AsyncConnection, now: Ms) -> bool:
    """Whether anything is to be said by now (ms UTC)."""
    return await stored.any_due(conn, now)


async def _tell(
    ctx: Context, row: ConferenceRow, owed: Owed, point: PointRow, host: str, heads: Sequence[Member]
) -> None:
    heard = 0
    for head in heads:
        words = _words(ctx, row, owed.kind, point, host, head.language)
        steps = [*OFFERS.get(owed.kind, ()), ("conference.open", "open")]
        rows = tuple(
            (Button.of(ctx.house.texts.line(head.language, key), OnConference(step, row.id)),)
            for key, step in steps
        )
        heard += await addresses.tell(ctx, head, Message(text=words, buttons=rows))
    if owed.kind is Notice.ANNOUNCED or heard:
        await points.told(ctx.conn, row.id, point.unit, heard)


def _words(ctx: Context, row: ConferenceRow, kind: Notice, point: PointRow, host: str, language: str) -> Text:
    texts, house = ctx.house.texts, ctx.house
    values = {
        "title": row.title,
        "unit": host,
        "place": row.place,
        "when": at_in_words(texts, language, house.local(row.at), False),
        "until": at_in_words(texts, language, house.local(row.answer_by), False),
    }
    named = Notice.REMINDER if kind is Notice.CHASE else kind
    words = texts.text(language, f"conference.heard_{named}", **values)
    if kind is Notice.CHANGED:
        said = {"until": values["until"], "place": point.place}
        return (*words, *texts.text(language, f"conference.still_{point.state}", **said))
    if kind is Notice.DAY and point.state == "confirmed":
        words = (*words, *texts.text(language, "conference.your_point", place=point.place))
    return words


async def _enough(house: House, conn: AsyncConnection, number: int, at: Ms, now: Ms) -> bool:
    """Whether the silent were reminded as often as may be, or just before: then not by itself, too."""
    sent = [one for one in await _sent(house, conn, number, now) if milliseconds(one) != at]
    rules = house.reminders
    return len(sent) >= rules.most or (bool(sent) and max(sent) + rules.apart > house.local(now))


async def _sent(house: House, conn: AsyncConnection, number: int, now: Ms) -> list[datetime]:
    """When the silent were reminded, or will be by the host."""
    times = await stored.times(conn, number)
    return [house.local(at) for kind, at in times if _counts(kind, at, now)]


def _counts(kind: Notice, at: Ms, now: Ms) -> bool:
    """Whether it was a reminder: one of the host's, or the one by itself, once it went."""
    return kind is Notice.REMINDER or (kind is Notice.CHASE and at <= now)
