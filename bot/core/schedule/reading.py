"""What was said, put together: one time, or days that come again; or why it is neither."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.core.kernel.values import Frozen
from bot.core.schedule import days
from bot.core.schedule.clock import clock_of
from bot.core.schedule.days import When
from bot.core.schedule.instants import instant, milliseconds
from bot.core.schedule.lunar import Lunar, to_lunar
from bot.core.schedule.occurrences import Once, Repeated, Schedule, next_occurrence
from bot.core.schedule.recurring import recurring
from bot.core.schedule.relative import Relative
from bot.core.schedule.said import Said, Unclear

LAST_MINUTE = time(23, 59)  # of a day whose hour is still to be asked


class Understood(Frozen):
    """A time that was understood. `past`: it is not ahead of now, so it cannot be meant."""

    schedule: Schedule
    past: bool = False


def read(said: Said, now: datetime) -> Understood | Unclear:
    """The schedule that is meant; `now` is aware, its zone is what times are meant in."""
    if said.doubt is not None:
        return said.doubt
    if said.at_once or said.by_clock:
        return _from_now(said, now)
    clock = clock_of(said)
    if isinstance(clock, Unclear):
        return clock
    again = _again(said)
    if clock is None:
        return _no_hour(said, now, again)
    found = recurring(said, now, clock) if again else _single(said, now, clock)
    if isinstance(found, Unclear | Understood):
        return found
    if next_occurrence(found, milliseconds(now)) is None:
        return Understood(schedule=found, past=True)
    return Understood(schedule=found)


def _again(said: Said) -> bool:
    bounds = said.start is not None or said.until is not None
    return bool(said.every or bounds or said.count or said.span)


def once(at: datetime, now: datetime) -> Understood:
    """One time, at an instant."""
    return Understood(schedule=Once(at=max(0, milliseconds(at))), past=at <= now)


def _from_now(said: Said, now: datetime) -> Understood | Unclear:
    others = said.clocks or said.parts or _again(said)
    if others or _anchors(said) > (said.ahead is not None) or (said.at_once and said.ahead):
        return Unclear(key="two_days")
    if said.at_once:
        return Understood(schedule=Once(at=milliseconds(now)))
    return once((now.astimezone(UTC) + (said.ahead or timedelta())).astimezone(now.tzinfo), now)


def _anchors(said: Said) -> int:
    """How many things were said that name a day."""
    named = (said.offsets, said.weekdays, said.days, said.alone, said.nth, said.tet)
    return sum(len(one) for one in named) + (said.ahead is not None)


def _no_hour(said: Said, now: datetime, again: bool) -> Unclear:
    if not (again or _anchors(said)):
        nothing = "no_weekday" if said.week is not None else "no_day_said" if said.parts else "unknown"
        return Unclear(key=nothing)
    found = recurring(said, now, LAST_MINUTE) if again else _single(said, now, LAST_MINUTE)
    if isinstance(found, Unclear):
        return found
    schedule = found.schedule if isinstance(found, Understood) else found
    at = schedule.at if isinstance(schedule, Once) else next_occurrence(schedule, milliseconds(now))
    if again or at is None:
        return Unclear(key="no_hour_each")
    day = datetime.fromtimestamp(at / 1000, now.tzinfo).date()
    return Unclear(key="past_day" if day < now.date() else "no_hour", day=day)


def _single(said: Said, now: datetime, clock: time) -> Schedule | Understood | Unclear:
    when = When(now.replace(tzinfo=None), clock)
    found: list[date] = []
    for day in _named(said, when):
        if isinstance(day, Unclear):
            return day
        found.append(day)
    if len(set(said.weekdays)) > 1:
        return Unclear(key="two_days")
    if not found and said.week is not None and not said.weekdays:
        return Unclear(key="no_weekday")
    if said.weekdays and not found:
        day = days.weekday(said, when)
        if isinstance(day, Unclear):
            return day
        found.append(day)
    if not found:
        found.append(when.today if when.ahead(when.today) else when.today + timedelta(days=1))
    if len(set(found)) > 1:
        return Unclear(key="two_days")
    against = _weekday_against(said, when, found[0])
    return against or _dated(said, found[0], now, clock)


def _named(said: Said, when: When) -> list[date | Unclear]:
    """The dates of all that names one, but for weekdays alone."""
    readers: list[tuple[Sequence[object], Callable[..., date | Unclear]]] = [
        (said.alone, days.alone),
        (said.nth, days.nth),
        (said.tet, days.tet),
        ([one for one in said.days if one.calendar == "lunar"], days.lunar),
        ([one for one in said.days if one.calendar != "lunar"], days.solar),
    ]
    found: list[date | Unclear] = [when.today + timedelta(days=offset) for offset in said.offsets]
    if said.ahead is not None:
        found.append(when.today + said.ahead)
    return [*found, *(read(one, when) for ones, read in readers for one in ones)]


def _weekday_against(said: Said, when: When, day: date) -> Unclear | None:
    """A weekday, or a week, that was said beside a date that is not in it."""
    if said.weekdays and day.weekday() != said.weekdays[0]:
        return Unclear(key="other_weekday", day=day, weekday=said.weekdays[0])
    if said.week is not None:
        monday = when.today + timedelta(days=7 * said.week - when.today.weekday())
        if not monday <= day < monday + timedelta(days=7):
            return Unclear(key="two_days")
    return None


def _dated(said: Said, day: date, now: datetime, clock: time) -> Schedule | Understood:
    """One time on a day; by the lunar calendar where the day was said by it."""
    zone = now.tzinfo or UTC
    at = instant(datetime.combine(day, clock), zone)
    if at <= now:
        return once(at, now)
    common = {"hour": clock.hour, "minute": clock.minute, "timezone": str(zone), "first": day, "count": 1}
    by_lunar = [one for one in said.days if one.calendar == "lunar"]
    meant: Repeated | None = None
    if said.tet and hasattr(zone, "key"):
        meant = Relative.model_validate({**common, "offset": said.tet[0].offset})
    elif by_lunar and hasattr(zone, "key"):
        one = by_lunar[0]
        leap = "leap" if one.leap else "regular"
        meant = Lunar.model_validate({**common, "day": one.day, "month": one.month, "leap": leap})
    elif any(one.lunar for one in said.alone) and hasattr(zone, "key"):
        on = to_lunar(day)
        leap = "leap" if on.leap else "regular"
        meant = Lunar.model_validate({**common, "day": on.day, "month": on.month, "leap": leap})
    if meant is not None and next_occurrence(meant, milliseconds(now)) == milliseconds(at):
        return meant  # type: ignore[return-value]
    return Once(at=milliseconds(at))
