"""Roles, and what a member is."""

from enum import StrEnum

from bot.core.kernel.values import Frozen


class Role(StrEnum):
    """What a member may do, within the unit they belong to and all below it."""

    COMMUNICATOR = "communicator"
    REPORTER = "reporter"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


class Member(Frozen):
    """A registered person. `path` is the unit's path; `name` as they wish it shown."""

    id: int
    name: str
    unit: str
    path: str
    language: str
    roles: frozenset[Role]


def parse_roles(text: str) -> frozenset[Role]:
    """Roles written with ";" or "," between them. Raises ValueError naming the first unknown one."""
    names = [name.strip().lower() for name in text.replace(",", ";").split(";") if name.strip()]
    aliases = {"admin": Role.ADMINISTRATOR}
    found = set()
    for name in names:
        try:
            found.add(aliases.get(name) or Role(name))
        except ValueError:
            raise ValueError(f"{name!r} is not a role; roles: {', '.join(Role)}") from None
    return frozenset(found)
