"""Who is in a unit, as those see them who answer for it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.acts import places
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.core.delivery.reasons import Reason, known
from bot.core.kernel.values import NOWHERE, ChatId, Ms, UnitPath
from bot.core.people.members import Member, Role
from bot.core.people.names import Called, meant
from bot.core.people.permissions import Act
from bot.storage.people import members, roster
from bot.storage.people.roster import RosterRow

STATES = ("active", "suspended")


@dataclass(frozen=True, slots=True)
class Reach:
    """A chat of somebody. `why` nothing arrives there since `since` (ms UTC), though it may be `open`."""

    account: str
    kind: str
    chat_id: ChatId
    open: bool
    why: Reason | None
    since: Ms


@dataclass(frozen=True, slots=True)
class Person:
    """A member, where they belong, how they are reached. `since`: when they came in, ms UTC."""

    member: Member
    place: Place
    state: str
    since: Ms
    reached: Sequence[Reach]


@dataclass(frozen=True, slots=True)
class Roster:
    """Some of a unit's own people, by name; `count` of all of them, and of those of each unit below it."""

    place: Place
    people: Sequence[Person]
    count: int
    below: Sequence[tuple[Place, int]]


async def members_of(
    ctx: Context, unit: str, *, states: Collection[str] = STATES, skip: int = 0, limit: int = 7
) -> Roster | Refusal:
    """The people of a unit the actor administers, `limit` from `skip` on, and how many stand below it."""
    place = await places.find(ctx.conn, unit)
    if place is None or not ctx.may(Act.MEMBERS, place.path):
        return STALE
    counts = await roster.counts(ctx.conn, place.path)
    own = counts.pop(place.code, 0)
    rows = await roster.at(ctx.conn, place.code, states, skip, limit)
    below = places.by_child(counts, await places.below(ctx.conn, place.path), place) if counts else []
    return Roster(place, [_person(row, place) for row in rows], own, below)


@dataclass(frozen=True, slots=True)
class Named:
    """Some of the people who are called so, those who are meant most likely first, of so many."""

    people: Sequence[Person]
    count: int


async def named(ctx: Context, words: str, limit: int) -> Named:
    """People of the actor's unit and below it, by words of their name; nobody for who administers none."""
    path = ctx.member.path if ctx.member else NOWHERE
    if not path or not ctx.may(Act.MEMBERS, path):
        return Named((), 0)

    async def look(there: Context) -> Sequence[Called]:
        return meant(await roster.names(there.conn, path), words)

    found = await ctx.apart(("named", path, words), look)
    some = [await person(ctx, one.id) for one in found[:limit]]
    return Named([one for one in some if isinstance(one, Person)], len(found))


async def every(
    ctx: Context, path: UnitPath, states: Collection[str], after: int, limit: int
) -> list[Person]:
    """Everybody of a unit and all below it, by number, after a number: for the one who may see all."""
    if not path or not ctx.may(Act.MEMBERS, path):
        return []
    found, known_places = [], dict[str, Place]()
    for row in await roster.below(ctx.conn, path, states, after, limit):
        code = row.member.unit
        if code not in known_places:
            known_places[code] = await places.find(ctx.conn, code) or Place(code, code, row.member.path)
        found.append(_person(row, known_places[code]))
    return found


async def count(ctx: Context, path: UnitPath) -> int:
    """How many people a unit and all below it have: for the one who may see all."""
    return sum((await roster.counts(ctx.conn, path)).values()) if path and ctx.may(Act.MEMBERS, path) else 0


async def person(ctx: Context, member_id: int, act: Act = Act.MEMBERS) -> Person | Refusal:
    """Somebody the actor may do this to; nobody else learns whether there is such a number."""
    row = await roster.one(ctx.conn, member_id)
    place = await places.find(ctx.conn, row.member.unit) if row else None
    if row is None or place is None or not ctx.may(act, place.path):
        return STALE
    return _person(row, place)


async def contact(ctx: Context, member: Member) -> str:
    """Whom somebody turns to: the nearest unit whose administrator is in force, else the owner."""
    over = await members.with_role_over(ctx.conn, Role.ADMINISTRATOR, member.path)
    place = await places.find(ctx.conn, over[0].unit) if over else None
    return place.name if place else ctx.house.owner


def _person(row: RosterRow, place: Place) -> Person:
    reached = [
        Reach(one.account, one.kind, one.chat_id, one.open, known(one.why) if one.why else None, one.since)
        for one in row.reached
    ]
    return Person(row.member, place, row.state, row.since, reached)
