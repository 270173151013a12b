"""The week's report: who owes one is asked once; "nothing to report" is a report too, and no silence."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from secrets import choice

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import addresses, places
from bot.acts.context import Context, Refusal
from bot.acts.house import House
from bot.acts.places import Place
from bot.core.kernel.codes import new_code
from bot.core.kernel.values import HOUR_MS, Ms
from bot.core.opinion.desk import week_of
from bot.core.opinion.periods import month_key
from bot.core.people.permissions import Act
from bot.core.talk.form import localized
from bot.core.talk.message import Button, Message
from bot.core.talk.taps.screens import Go
from bot.storage.opinion import opinions, owing
from bot.storage.opinion.opinions import FORM, Kept
from bot.storage.opinion.owing import ZERO, Asked
from bot.storage.people import members

LITTLE = 200  # people one transaction asks


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a unit, both days included."""

    place: Place
    first: date
    last: date


async def nothing_new(ctx: Context) -> Week | Refusal:
    """A zero report: nothing came up this week where the actor is. Twice is once."""
    member = ctx.member
    place = await places.find(ctx.conn, member.unit) if member is not None else None
    if member is None or place is None or not ctx.may(Act.NOTHING_NEW):
        return Refusal("form.not_allowed")
    first, last = week_of(ctx.moment.date())
    sent = await owing.sent(ctx.conn, member.id, first.isoformat(), last.isoformat())
    if sent.get(FORM):
        return Refusal("zero.reported")
    if not sent.get(ZERO):
        today = ctx.moment.date()
        until = (today + timedelta(days=ctx.house.link_days)).isoformat()
        kept = Kept(f"KPS-{new_code(10, choice)}", "1", member.unit, today.isoformat(), {})
        await opinions.add(ctx.conn, kept, member.id, until, form=ZERO)
    return Week(place, first, last)


async def something_after_all(ctx: Context, member_id: int) -> None:
    """A zero report of this week falls where its author reports something."""
    first, last = week_of(ctx.moment.date())
    sent = await owing.sent(ctx.conn, member_id, first.isoformat(), last.isoformat())
    await owing.drop(ctx.conn, sent.get(ZERO, []))


async def is_due(house: House, conn: AsyncConnection, now: Ms) -> bool:
    """Whether reporters are to be asked now (ms UTC): from the week's time on, no later than an occurrence
    may be, and not those who were asked."""
    week = _week(house, now)
    if week is None:
        return False
    done = await owing.asked(conn)
    return done is None or done.first < week[0].isoformat() or not done.done


async def ask_some(house: House, conn: AsyncConnection, now: Ms) -> int:
    """Ask some of those who owe this week's report; how many. Each is asked once, whatever happens.

    Who is writing one just now is not asked.
    """
    week = _week(house, now)
    if week is None:
        return 0
    first, last = (day.isoformat() for day in week)
    before = await owing.asked(conn)
    after = before.last if before is not None and before.first == first else 0
    ctx = Context(conn, house, None, now)
    found = await owing.owing(conn, first, last, after, LITTLE, Ms(now - HOUR_MS))
    for number in found:
        await _ask(ctx, number, week)
    await owing.note(conn, Asked(first, found[-1] if found else after, len(found) < LITTLE))
    return len(found)


async def _ask(ctx: Context, number: int, week: tuple[date, date]) -> None:
    member = await members.get(ctx.conn, number)
    if member is None:
        return
    texts, language = ctx.house.texts, member.language
    buttons = tuple(
        (Button.of(texts.line(language, key), Go(command)),)
        for key, command in (("menu.khongphatsinh", "khongphatsinh"), ("button.report", "baocao"))
    )
    words = texts.text(language, "zero.prompt", week=span(*week))
    if observed := _observed(ctx, language):
        words = (*words, *texts.text(language, "zero.observe", topics=observed))
    await addresses.tell(ctx, member, Message(text=words, buttons=buttons))


def _observed(ctx: Context, language: str) -> str:
    """The names of the topics that are to be listened for this month."""
    month = month_key(ctx.moment.date())
    found = (one for one in ctx.house.topics.values() if month in one.observed)
    return "; ".join(localized(one.name, language) for one in found)


def span(first: date, last: date) -> str:
    """Days as people write a week: "23–29/11", "30/11–06/12"."""
    begin = f"{first.day:02}" if first.month == last.month else f"{first.day:02}/{first.month:02}"
    return f"{begin}–{last.day:02}/{last.month:02}"


def _week(house: House, now: Ms) -> tuple[date, date] | None:
    """This week, where its reports are asked for just now."""
    if house.desk.prompt is None:
        return None
    weekday, minute = house.desk.prompt
    local = house.local(now)
    first, last = week_of(local.date())
    day = first + timedelta(days=weekday)
    at = datetime.combine(day, time(minute // 60, minute % 60), local.tzinfo)
    late = timedelta(milliseconds=house.late_limit_ms)
    return (first, last) if at <= local < at + late else None
