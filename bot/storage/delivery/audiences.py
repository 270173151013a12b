"""An audience counted before anything is planned: how many, where, in which languages, how reached.

A million members are looked through once, in the order in which they stand, and only those who are not as
most are set aside: grouping all of them by unit would sort them. What needs the unit alone is read off an
index.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.guidance.audience import Audience, Survey, Unreached, Why
from bot.core.kernel.values import UnitPath
from bot.storage.accounts.endpoints import before_others
from bot.storage.accounts.tables import account, endpoint
from bot.storage.delivery import selection
from bot.storage.delivery.planning import chosen
from bot.storage.people.states import IN_FORCE
from bot.storage.people.tables import member, unit
from bot.storage.people.units import at_or_below

RECENT = 500  # addresses from which it is guessed how most are reached
NOT_MEANT = (Why.EXCLUDED, Why.ROLE, Why.TOPIC)
_STATES = {"left": Why.LEFT, "suspended": Why.SUSPENDED}


async def reached(
    conn: AsyncConnection, audience: Audience, path: UnitPath, accounts: Collection[str]
) -> dict[str, int]:
    """How many members of an audience one of the accounts can reach, by their language."""
    ids = chosen(audience, path).subquery()
    mine = (endpoint.c.member_id == member.c.id) & (endpoint.c.state == "open")
    there = exists().where(mine, endpoint.c.account.in_(list(accounts)))
    query = select(member.c.language, func.count()).join(ids, ids.c.id == member.c.id).where(there)
    return {row[0]: row[1] for row in await conn.execute(query.group_by(member.c.language))}


async def survey(conn: AsyncConnection, audience: Audience, path: UnitPath) -> Survey:
    """An audience in figures: `path` is its unit's."""
    found = Survey()
    kinds = {row[0]: row[1] for row in await conn.execute(select(account.c.name, account.c.kind))}
    if audience.only is not None:
        await _training(conn, audience, path, kinds, found)
        return found
    if not audience.named_only:
        await _everybody(conn, audience, path, kinds, found)
    if audience.scope.members:
        await _named(conn, audience, path, kinds, found)
    for counts in (found.by_unit, found.by_language, found.platforms, found.left_out, found.unreached):
        _tidy(counts)
    return found


async def _everybody(
    conn: AsyncConnection, audience: Audience, path: UnitPath, kinds: dict[str, str], found: Survey
) -> None:
    """Those at or below the units; named members elsewhere are not among them."""
    units = int((await conn.execute(select(func.count()).select_from(unit))).scalar_one())
    places = {row.code: row for row in await conn.execute(_places(audience, path))}
    large = len(places) * 5 > units
    await _standing(conn, places, large, found)
    usual = await _usual(conn, audience)
    keyed = NOT_MEANT if usual != Why.TOPIC else None
    others, told = 0, Counter[tuple[str, str]]()
    for why, code, language, number in await conn.execute(_unusual(audience, path, usual, keyed, large)):
        others += number
        if why in set(NOT_MEANT):
            found.left_out[Why(why)] += number
        else:
            _reach(found, why, kinds, number)
        if code and keyed is not None:
            found.add(code, language, -number)
        elif code:
            told[code, language] += number
    if keyed is None:  # most do not follow the topic: who does was counted instead
        found.left_out[Why.TOPIC] += found.count - others
        found.by_unit.clear()
        found.by_language.clear()
        for (code, language), number in told.items():
            found.add(code, language, number)
    elif usual:
        _reach(found, usual, kinds, found.count - sum(found.platforms.values()) - found.unreached.total())


async def _standing(
    conn: AsyncConnection, places: Mapping[str, Row[Any]], large: bool, found: Survey
) -> None:
    """Active members of the units that are meant, as if all were recipients; others by what they lack."""
    columns = member.c.unit, member.c.language, member.c.state
    query = select(*columns, func.count()).group_by(*columns)
    query = query if large else query.where(member.c.unit.in_(sorted(places)))
    for code, language, state, number in await conn.execute(query):
        place = places.get(code)
        if place is None:
            continue
        if state in _STATES:
            found.left_out[_STATES[state]] += number
        elif place.without or not place.level:
            found.left_out[Why.EXCLUDED if place.without else Why.LEVEL] += number
        else:
            found.add(code, language, number)


def _places(audience: Audience, path: UnitPath) -> Select[Any]:
    """The units that are meant: their codes, whether at a level that is, whether left out again."""
    scope = audience.scope
    level = unit.c.level.in_(sorted(scope.levels)) if scope.levels else true()
    without = unit.c.code.in_(selection.below(scope.without_units)) if scope.without_units else false()
    query = select(unit.c.code, level.label("level"), without.label("without")).where(at_or_below(path))
    return query.where(unit.c.code.in_(selection.below(audience.units))) if audience.units else query


async def _usual(conn: AsyncConnection, audience: Audience) -> str:
    """What most members are, as a guess: what is counted does not depend on it, how long it takes does."""
    if not audience.followed and not audience.scope.everybody:
        return Why.TOPIC
    some = select(endpoint.c.account).order_by(endpoint.c.id.desc()).limit(RECENT).subquery()
    query = select(some.c.account, func.count()).group_by(some.c.account).order_by(func.count().desc())
    return str((await conn.execute(query.limit(1))).scalar_one_or_none() or "")


def _unusual(
    audience: Audience, path: UnitPath, usual: str, keyed: Collection[str] | None, large: bool
) -> Select[Any]:
    """(why or account, unit, language, members) of active members who are not as most: see `_everybody`."""
    wants = selection.wants(audience)
    people = sorted(audience.scope.without_members)
    named = member.c.id.in_(sorted(audience.scope.members)) if audience.scope.members else None
    steps: list[tuple[ColumnElement[bool], Any]] = []
    if people:
        steps.append((member.c.id.in_(people), literal(str(Why.EXCLUDED))))
    if named is not None:
        steps.append((named, _way()))
    steps.append((~selection.in_role(audience), literal(str(Why.ROLE))))
    if wants is not None:
        steps.append((~wants, literal(str(Why.TOPIC))))
    why = case(*steps, else_=_way()).label("why")
    rows = select(member.c.unit, member.c.language, why).where(IN_FORCE)
    among = _among(audience, path)
    # Each is judged once; many in their own order, or what is asked of each would be looked up at random.
    rows = rows.order_by(member.c.id) if large else rows.where(member.c.unit.in_(among))
    one = rows.offset(0).subquery()
    told = one.c.why.in_(NOT_MEANT) if keyed else one.c.why.not_in(NOT_MEANT)
    code, language = (case((told, column), else_="") for column in (one.c.unit, one.c.language))
    query = select(one.c.why, code, language, func.count()).where(one.c.why != usual)
    query = query.where(one.c.unit.in_(among)) if large else query
    return query.group_by(one.c.why, code, language)


def _among(audience: Audience, path: UnitPath) -> Select[Any]:
    """The codes of the units whose members may be meant."""
    one = _places(audience, path).subquery()
    return select(one.c.code).where(one.c.level, ~one.c.without)


def _or(condition: ColumnElement[bool] | None, otherwise: bool) -> ColumnElement[bool]:
    return (true() if otherwise else false()) if condition is None else condition


def _way() -> ColumnElement[Any]:
    """The account that reaches a member, or why none does."""
    theirs = endpoint.c.member_id == member.c.id
    way = select(endpoint.c.account).where(theirs, endpoint.c.state == "open")
    way = way.order_by(*before_others(endpoint))
    closed = case((exists().where(theirs), str(Unreached.BLOCKED)), else_=str(Unreached.NO_ADDRESS))
    return func.coalesce(way.limit(1).scalar_subquery(), closed)


def _reach(found: Survey, way: str, kinds: dict[str, str], number: int) -> None:
    if way in set(Unreached):
        found.unreached[Unreached(way)] += number
    else:
        found.platforms[kinds.get(way, way)] += number


async def _named(
    conn: AsyncConnection, audience: Audience, path: UnitPath, kinds: dict[str, str], found: Survey
) -> None:
    """Named members whom the units do not have already."""
    inside = _or(None if audience.named_only else selection.in_units(audience), not audience.named_only)
    level, out = _or(selection.at_level(audience), True), _or(selection.excluded(audience), False)
    query = select(member.c.unit, member.c.language, _way(), inside)
    query = query.join(unit, unit.c.code == member.c.unit).where(IN_FORCE, at_or_below(path))
    query = query.where(member.c.id.in_(sorted(audience.scope.members)), ~out, ~and_(inside, level))
    for code, language, way, counted in await conn.execute(query):
        found.add(code, language, 1)
        found.left_out[Why.LEVEL] -= bool(counted)  # as one of its unit, not as who they are
        _reach(found, way, kinds, 1)


async def _training(
    conn: AsyncConnection, audience: Audience, path: UnitPath, kinds: dict[str, str], found: Survey
) -> None:
    """Those who practise; who else there is is not asked."""
    query = chosen(audience, path).add_columns(member.c.unit, member.c.language, _way())
    for _, code, language, way in await conn.execute(query):
        found.add(code, language, 1)
        _reach(found, way, kinds, 1)


def _tidy(counts: Counter[Any]) -> None:
    for key in [key for key, number in counts.items() if not number]:
        del counts[key]
