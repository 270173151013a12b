"""A report as a desk and its author read it: one line, and what it says."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from bot.acts.context import Context
from bot.acts.house import House
from bot.acts.places import Place, names
from bot.core.kernel.formats import date_long, number
from bot.core.kernel.values import DAY_MS, HOUR_MS, Ms
from bot.core.opinion.desk import Urgency, days_waited
from bot.core.talk.form import UNITS, Field, localized
from bot.storage.opinion.desk import Report
from bot.storage.opinion.opinions import FORM


def line(house: House, language: str, report: Report, place: Place | None, now: Ms) -> str:
    """Code, topic, unit and day, never the hour; how urgent it is, and how long it has waited unread."""
    parts = [
        report.code,
        topic_name(house, language, report.topic),
        place.name if place else report.unit,
        f"{report.day[8:10]}/{report.day[5:7]}",
        house.texts.line(language, f"desk.urgency_{report.urgency}") if report.urgency else "",
        waited(house, language, report, now),
    ]
    return " · ".join(part for part in parts if part)


def topic_name(house: House, language: str, topic: str) -> str:
    """What a topic is called; its code where it is no more."""
    known = house.topics.get(topic)
    return localized(known.name, language) if known else topic


def waited(house: House, language: str, report: Report, now: Ms) -> str:
    """How long nobody has opened it, in hours where it is urgent, else in days; whether too long."""
    if report.state != "received":
        return ""
    if report.urgency == Urgency.URGENT and report.since is not None:
        for_ms = max(0, now - report.since)
        hours = for_ms // HOUR_MS
        key, count = ("asking.hours", hours) if hours else ("desk.under_hour", 0)
    else:
        count = days_waited_on(house, report, now)
        key, for_ms = "asking.days", count * DAY_MS
        if not count:
            return ""
    words = house.texts.line(language, key, count=number(count, language))
    over = for_ms >= house.desk.wait_ms[report.urgency]
    return house.texts.line(language, "desk.overdue", waited=words) if over else words


def days_waited_on(house: House, report: Report, now: Ms) -> int:
    """Days since the day of a report."""
    return days_waited(date.fromisoformat(report.day), house.today(now))


async def units_told(ctx: Context, answers: Mapping[str, str], day: str) -> Mapping[str, str]:
    """The units that a report tells of, as they were called on its day (ISO), by code."""
    fields = ctx.house.forms[FORM].fields
    codes = {code for item in fields if item.source == UNITS for code in answers.get(item.key, "").split()}
    return await names(ctx.conn, codes, date.fromisoformat(day)) if codes else {}


def shown(
    house: House, language: str, item: Field, value: str, units: Mapping[str, str] = MappingProxyType({})
) -> str:
    """An answer as it was picked, or written; `units`: what those it may name are called."""
    if item.source == "topics":
        return ", ".join(topic_name(house, language, one) for one in value.split())
    if item.source == UNITS:
        return ", ".join(units.get(one, one) for one in value.split())
    labels = {one.value: localized(one.label, language) for one in item.choices}
    match item.kind:
        case "several":
            return ", ".join(labels.get(one, one) for one in value.split())
        case "photo":
            return house.texts.line(language, "photo.attached")
        case "date":
            return date_long(date.fromisoformat(value), language) if _is_day(value) else value
        case "number" if value.isdecimal():
            return number(int(value), language)
    return labels.get(value, value)


def _is_day(value: str) -> bool:
    """Whether it is a day: the question may have been of another kind when it was answered."""
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
