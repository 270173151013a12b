"""The house: what handlers and acts know, from settings and content."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.acts.house import House
from bot.channels.registry import platform
from bot.config import WEEKDAYS, Reminders, Reporting, Settings
from bot.content import Content
from bot.core.delivery.knock import Knock
from bot.core.delivery.quota import Quota
from bot.core.guidance import reminding
from bot.core.kernel.capabilities import Capabilities
from bot.core.kernel.values import DAY_MS, HOUR_MS, MINUTE_MS
from bot.core.opinion.desk import Rules, Urgency
from bot.core.schedule.quiet import Rest, none_known
from bot.core.talk.texts import Texts
from bot.core.talk.words import Words


def make_house(settings: Settings, content: Content) -> House:
    """All of it."""
    return House(
        topics=content.topics,
        briefings=content.briefings,
        forms=content.forms,
        texts=content.texts,
        words=content.words,
        zone=ZoneInfo(settings.app.timezone),
        owner=settings.app.owner,
        contact=settings.app.contact,
        threshold=settings.privacy.threshold,
        link_days=settings.privacy.link_days,
        late_limit_ms=int(settings.delivery.late_limit_hours * HOUR_MS),
        expiry_ms=int(settings.delivery.expiry_hours * HOUR_MS),
        addenda_ms=int(settings.delivery.addenda_hours * HOUR_MS),
        ask_above=settings.delivery.confirm_above,
        approval=settings.delivery.approval,
        paid=_paid(settings),
        rest=_rest(settings, content),
        quotas=_quotas(settings),
        knocks=_knocks(settings),
        serves=_serves(settings),
        layouts=content.layouts,
        desk=_desk(settings.reporting, settings.privacy.threshold),
        reminders=_reminders(settings.reminders),
        public_url=settings.web.public_url,
        bare=_bare(settings),
        former=content.former,
        holidays=content.holidays,
        edits=frozenset(one.name for one in settings.accounts if platform(one.kind).shows(one).edit),
        fileless=frozenset() if settings.web.public_url else _without_files(settings),
        linking=_without_files(settings) if settings.web.public_url else frozenset(),
    )


def _desk(settings: Reporting, threshold: int) -> Rules:
    waits = {
        Urgency.URGENT: settings.urgent_minutes * MINUTE_MS,
        Urgency.SOON: settings.soon_hours * HOUR_MS,
        Urgency.ORDINARY: settings.ordinary_days * DAY_MS,
    }
    hour, _, minute = settings.prompt_time.partition(":")
    weekday = WEEKDAYS.index(settings.prompt_day) if settings.prompt_day else None
    return Rules(
        wait_ms={int(one): length for one, length in waits.items()},
        question_ms=settings.question_hours * HOUR_MS,
        rings=settings.rings,
        alert_reports=max(settings.alert_reports, threshold),  # fewer would show a small group
        alert_days=settings.alert_days,
        prompt=None if weekday is None else (weekday, int(hour) * 60 + int(minute)),
    )


def _reminders(said: Reminders) -> reminding.Rules:
    return reminding.Rules(
        most=said.most,
        from_hour=said.from_hour,
        until_hour=said.until_hour,
        apart=timedelta(hours=said.apart_hours),
        after=timedelta(hours=said.after_hours),
        deadline=timedelta(hours=said.deadline_hours),
    )


def _rest(settings: Settings, content: Content) -> Rest:
    start, end = (int(one[:2]) * 60 + int(one[3:]) for one in (settings.quiet.start, settings.quiet.end))
    days = content.holidays if settings.quiet.holidays else none_known
    return Rest(settings.app.timezone, start, end, settings.quiet.weekends, days)


def _paid(settings: Settings) -> dict[str, Capabilities]:
    kinds = ((one, platform(one.kind)) for one in settings.accounts)
    return {one.name: kind.capabilities for one, kind in kinds if kind.paid(one)}


def _quotas(settings: Settings) -> dict[str, tuple[Quota, Capabilities]]:
    kinds = [(one, platform(one.kind)) for one in settings.accounts]
    found = {one.name: (kind.quota(one), kind.capabilities) for one, kind in kinds}
    return {name: (quota, shows) for name, (quota, shows) in found.items() if quota is not None}


def _knocks(settings: Settings) -> dict[str, Knock]:
    found = ((one.name, platform(one.kind).knock(one)) for one in settings.accounts)
    return {name: knock for name, knock in found if knock is not None}


def _bare(settings: Settings) -> Capabilities | None:
    shown = (platform(one.kind).shows(one) for one in settings.accounts)
    return next((one for one in shown if not one.buttons), None)


def _serves(settings: Settings) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in settings.accounts:
        for code in one.serves:
            found[code] = (*found.get(code, ()), one.name)
    return found


def _without_files(settings: Settings) -> frozenset[str]:
    """Where the site is reached from outside, what they do not carry has an address."""
    return frozenset(one.name for one in settings.accounts if not platform(one.kind).shows(one).documents)


def bare(settings: Settings) -> House:
    """A house without content, for acts that need the database alone."""
    return make_house(settings, Content(settings.app.content, {}, {}, (), Texts({}), {}, Words()))
