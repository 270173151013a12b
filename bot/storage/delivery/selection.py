"""Whom an audience means, as conditions on a member: planning and the preview ask the same ones."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from bot.core.guidance.audience import Audience
from bot.storage.people.states import holds
from bot.storage.people.tables import member, subscription, unit


def below(codes: Collection[str]) -> Select[tuple[str]]:
    """The codes of these units and of all below them, as the tree stands."""
    one, top = unit.alias("one"), unit.alias("top")
    within = func.substr(one.c.path, 1, func.length(top.c.path)) == top.c.path
    return select(one.c.code).join(top, within).where(top.c.code.in_(sorted(codes)))


def excluded(audience: Audience) -> ColumnElement[bool] | None:
    """Left out by name, or with their unit; None where nobody is."""
    scope, found = audience.scope, list[ColumnElement[bool]]()
    if scope.without_units:
        found.append(member.c.unit.in_(below(scope.without_units)))
    if scope.without_members:
        found.append(member.c.id.in_(sorted(scope.without_members)))
    return or_(*found) if found else None


def named(audience: Audience) -> ColumnElement[bool] | None:
    """Named one by one; None where nobody is."""
    return member.c.id.in_(sorted(audience.scope.members)) if audience.scope.members else None


def at_level(audience: Audience) -> ColumnElement[bool] | None:
    """In a unit of one of the levels; None where any will do."""
    levels = sorted(audience.scope.levels)
    return member.c.unit.in_(select(unit.c.code).where(unit.c.level.in_(levels))) if levels else None


def in_units(audience: Audience) -> ColumnElement[bool] | None:
    """In one of the units that are meant, or below it; None where they are all of the audience's unit."""
    return member.c.unit.in_(below(audience.units)) if audience.units else None


def in_role(audience: Audience) -> ColumnElement[bool]:
    """With one of the roles."""
    return holds(audience.roles)


def wants(audience: Audience) -> ColumnElement[bool] | None:
    """Following the topic, by choice or because they must; None where everybody is meant."""
    if audience.scope.everybody:
        return None
    choice = and_(subscription.c.member_id == member.c.id, subscription.c.topic == audience.topic)
    chose = exists().where(choice, subscription.c.following)
    declined = exists().where(choice, ~subscription.c.following)
    follows = ~declined if audience.followed else chose
    if not audience.compulsory_for:  # asked of every member: not for nothing
        return follows
    return or_(holds(audience.compulsory_for), follows)


def meant(audience: Audience) -> ColumnElement[bool]:
    """All of it, of a member at or below the audience's unit."""
    usual = [one for one in (in_units(audience), at_level(audience), wants(audience)) if one is not None]
    found = false() if audience.named_only else and_(in_role(audience), *usual)
    by_name, out = named(audience), excluded(audience)
    if by_name is not None:
        found = or_(by_name, found)
    return found if out is None else and_(found, ~out)
