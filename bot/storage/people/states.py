"""Who is in force: the one place where every reader of members asks it."""

from sqlalchemy import ColumnElement, Exists, exists

from bot.storage.dialect import in_state
from bot.storage.people.tables import member

IN_FORCE = in_state(member.c.state, "active")  # may act, and is sent to
HERE = in_state(member.c.state, "active", "suspended")  # has not left


def suspended(member_id: ColumnElement[int]) -> Exists:
    """Whether the member that a row is for is suspended: nothing goes to them meanwhile."""
    whose = member.alias("whose")  # the row's own statement may read members too
    return exists().where(whose.c.id == member_id, in_state(whose.c.state, "suspended"))
