"""Who is in force, and who holds a role: the one place where every reader of members asks it."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Exists, exists

from bot.core.people.members import Role
from bot.storage.dialect import in_state
from bot.storage.people.tables import member, member_role

IN_FORCE = in_state(member.c.state, "active")  # may act, and is sent to
HERE = in_state(member.c.state, "active", "suspended")  # has not left


def suspended(member_id: ColumnElement[int]) -> Exists:
    """Whether the member that a row is for is suspended: nothing goes to them meanwhile."""
    whose = member.alias("whose")  # the row's own statement may read members too
    return exists().where(whose.c.id == member_id, in_state(whose.c.state, "suspended"))


def holds(roles: Collection[Role]) -> Exists:
    """Whether a member holds one of these roles."""
    held = exists().where(member_role.c.member_id == member.c.id)
    return held.where(member_role.c.role.in_(sorted(roles)))
