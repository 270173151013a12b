"""What becomes of a unit's administration when somebody's authority changes."""

from collections.abc import Collection, Iterable

from bot.core.kernel.values import UnitPath
from bot.core.people.members import Member, Role
from bot.core.people.units import is_within

OVER_OTHERS = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})
"""Roles with which somebody acts for a unit, and not for themself alone."""


def is_left_without(
    person: Member, roles: Collection[Role], path: UnitPath, administrators: Iterable[Member]
) -> bool:
    """Whether a unit that a person administers would have no administrator any more, in it or above it.

    `roles` and `path`: what they will have and where they will be, none where they go. `administrators`: who
    stands over the unit now, the person among them where they count.
    """
    over = {one.id for one in administrators}
    stays = Role.ADMINISTRATOR in roles and is_within(person.path, path)
    return person.id in over and not stays and over == {person.id}
