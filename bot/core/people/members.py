"""Roles, and what a member is."""

from enum import StrEnum

from bot.core.kernel.formats import fold
from bot.core.kernel.values import Frozen, UnitPath


class Role(StrEnum):
    """What a member may do, within the unit they belong to and all below it."""

    COMMUNICATOR = "communicator"
    REPORTER = "reporter"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


# How a button writes them. Buttons stand in chats for years: no letter is changed or used again.
LETTERS = {
    Role.COMMUNICATOR: "c",
    Role.REPORTER: "r",
    Role.EDITOR: "e",
    Role.APPROVER: "a",
    Role.ADMINISTRATOR: "q",
}


class Member(Frozen):
    """A registered person. `path` is the unit's path; `name` as they wish it shown."""

    id: int
    name: str
    unit: str
    path: UnitPath
    language: str
    roles: frozenset[Role]


# How lists of people call them, in plain letters.
_ALIASES = {
    "admin": Role.ADMINISTRATOR,
    "quan tri": Role.ADMINISTRATOR,
    "quan tri don vi": Role.ADMINISTRATOR,
    "bao cao vien": Role.COMMUNICATOR,
    "tuyen truyen vien": Role.COMMUNICATOR,
    "cong tac vien": Role.REPORTER,
    "cong tac vien du luan": Role.REPORTER,
    "cong tac vien du luan xa hoi": Role.REPORTER,
    "bien tap": Role.EDITOR,
    "bien tap vien": Role.EDITOR,
    "nguoi duyet": Role.APPROVER,
}


def parse_roles(text: str) -> frozenset[Role]:
    """Roles written with ";" or "," between them. Raises ValueError naming the first unknown one."""
    names = [name.strip().lower() for name in text.replace(",", ";").split(";") if name.strip()]
    found = set()
    for name in names:
        try:
            found.add(_ALIASES.get(fold(name)) or Role(name))
        except ValueError:
            raise ValueError(f"{name!r} is not a role; roles: {', '.join(Role)}") from None
    return frozenset(found)
