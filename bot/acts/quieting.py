"""A unit's own night: when nothing ordinary that it issues goes out, in place of the usual one."""

import re
from dataclasses import dataclass

from bot.acts import places
from bot.acts.context import Context, Refusal
from bot.acts.places import Place
from bot.core.people.permissions import Act
from bot.core.schedule.quiet import Rest, leaves_a_day, night_of
from bot.storage.people import rules

_CLOCK = r"\s*(\d{1,2})\s*(?:(?:[:hg]|giờ)\s*(\d\d)?)?\s*"
_NIGHT = re.compile(rf"(?:từ )?{_CLOCK}(?:-|–|đến|tới){_CLOCK}")


@dataclass(frozen=True, slots=True)
class Night:
    """A unit's night as "HH:MM-HH:MM". `own`: its own choice, else that of a unit above, or the usual."""

    place: Place
    night: str
    own: bool


async def rest_of(ctx: Context, code: str) -> Rest:
    """The quiet hours of what a unit issues."""
    return await rules.rest_of(ctx.conn, ctx.house.rest, code)


async def ruled(ctx: Context, unit: str) -> Night | Refusal:
    """What holds for a unit, for who may change it."""
    place = await places.find(ctx.conn, unit)
    if place is None or not ctx.may(Act.QUIET_RULE, place.path):
        return Refusal("approve.no_unit")
    rest = await rest_of(ctx, unit)
    return Night(place, night_of(rest.start, rest.end), await rules.night(ctx.conn, unit) is not None)


async def rule(ctx: Context, unit: str, night: str | None) -> Night | Refusal:
    """What it issues rests in this night from now on ("21:00-06:00"); None: as is usual."""
    before = await ruled(ctx, unit)
    if isinstance(before, Refusal):
        return before
    chosen = None if night is None else written(night)
    if night is not None and chosen is None:
        return Refusal("quiet.no_night", {"words": " ".join(night.split())[:40]})
    await rules.choose_night(ctx.conn, unit, chosen)
    await ctx.note(Act.QUIET_RULE, f"unit:{unit}", chosen or "as usual")
    return await ruled(ctx, unit)


def written(words: str) -> str | None:
    """ "21h30 - 5h" → "21:30-05:00"; None where these are no two times of a day, or leave no day."""
    found = _NIGHT.fullmatch(words.casefold())
    if found is None:
        return None
    hours = int(found[1]), int(found[3])
    minutes = int(found[2] or 0), int(found[4] or 0)
    if max(hours) > 23 or max(minutes) > 59:
        return None
    start, end = (hour * 60 + minute for hour, minute in zip(hours, minutes, strict=True))
    return night_of(start, end) if leaves_a_day(start, end) else None
