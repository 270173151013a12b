"""The audit log as those read it who answer for a unit: what was done there, by whom, about what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.acts import places
from bot.acts.context import OPERATOR, STALE, Context, Operator, Refusal
from bot.acts.places import Place
from bot.core.kernel.values import EPOCH_MS, NOWHERE, Ms
from bot.core.people.permissions import Act
from bot.core.people.units import is_within
from bot.storage.guidance import briefings, broadcasts
from bot.storage.people import audit, roster

MOST = 500  # lines at once


@dataclass(frozen=True, slots=True)
class Who:
    """Who did something. "member": by name; "office": by unit alone, for they stand above or beside whoever
    reads; "left"; "operator"; "system"."""

    kind: Literal["member", "office", "left", "operator", "system"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What it was done with: "unit", "broadcast", "report"…; its number or code; its name if it has one."""

    kind: str
    number: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `at` in ms UTC; `act` its name; `place` where; `line` as it is kept."""

    at: Ms
    who: Who
    act: str
    about: About | Who | None
    place: Place | None
    line: audit.Line


@dataclass(frozen=True, slots=True)
class Listed:
    """Acts at or below a unit, the newest first. `more`: there are older ones."""

    place: Place | None
    entries: Sequence[Entry]
    more: bool


async def listed(
    ctx: Context, unit: str, *, before: int = 0, since: Ms = EPOCH_MS, limit: int = 7
) -> Listed | Refusal:
    """What was done at or below a unit (operator: "", all), before a line's number, since a time (ms UTC)."""
    place = await places.find(ctx.conn, unit) if unit else None
    everything = not unit and isinstance(ctx.actor, Operator)
    if not everything and (place is None or not place.path or not ctx.may(Act.AUDIT, place.path)):
        return STALE
    path = place.path if place is not None else NOWHERE
    limit = min(max(limit, 1), MOST)
    desk = ctx.member.unit if ctx.member is not None else None
    lines = await audit.page(ctx.conn, path, desk, before, since, limit + 1)
    reading = _Reading(ctx)
    entries = [await reading.entry(line) for line in lines[:limit]]
    return Listed(place, entries, len(lines) > limit)


class _Reading:
    """Lines one after another; what several of them name is looked for once."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._people: dict[int, Who] = {}
        self._places: dict[str, Place | None] = {}

    async def entry(self, line: audit.Line) -> Entry:
        who = await self._who(line.actor)
        about = None if line.subject == line.actor else await self._about(line.subject)
        return Entry(line.at, who, line.act, about, await self._place(line.unit), line)

    async def _who(self, actor: str) -> Who:
        kind, _, number = actor.partition(":")
        if kind == "member" and number.isdecimal():
            return await self._person(int(number))
        return Who("operator" if actor == OPERATOR else "system")

    async def _about(self, subject: str) -> About | Who | None:
        kind, _, number = subject.partition(":")
        if not number:
            return None
        if kind == "member" and number.isdecimal():
            return await self._person(int(number))
        if kind == "unit":
            place = await self._place(number)
            return About(kind, number, place.name if place else number)
        return About(kind, number, await self._title(int(number)) if kind == "broadcast" else "")

    async def _person(self, number: int) -> Who:
        if number not in self._people:
            row = await roster.one(self._ctx.conn, number)
            if row is None or not row.member.name:
                self._people[number] = Who("left")
            elif self._ctx.member is None or is_within(row.member.path, self._ctx.member.path):
                self._people[number] = Who("member", row.member.name)
            else:
                place = await self._place(row.member.unit)
                self._people[number] = Who("office", place.name if place else "")
        return self._people[number]

    async def _place(self, code: str) -> Place | None:
        if code not in self._places:
            self._places[code] = await places.find(self._ctx.conn, code) if code else None
        return self._places[code]

    async def _title(self, number: int) -> str:
        row = await broadcasts.get(self._ctx.conn, number)
        said = await briefings.get(self._ctx.conn, row.briefing_id) if row is not None else None
        return said.briefing.body(self._ctx.language).title if said is not None else ""
