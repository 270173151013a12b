"""For whom and when something goes out, as options of a command: the same for a plan and for its change."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bot.core.guidance.audience import LISTENERS, Scope
from bot.core.kernel.errors import Refused
from bot.core.people.members import parse_roles
from bot.core.people.units import Level

At = Annotated[str | None, typer.Option("--at", help='When, once: "8h sáng mai", or ISO 8601, local time.')]
Again = Annotated[
    str | None, typer.Option("--schedule", help='When, again and again: "thứ Hai hằng tuần 7h30".')
]
Units = Annotated[
    list[str] | None, typer.Option("--unit", help="A unit's code, with all below it; repeatable.")
]
ExceptUnits = Annotated[
    list[str] | None, typer.Option("--exclude-unit", help="Not this unit and those below; repeatable.")
]
Levels = Annotated[
    list[Level] | None, typer.Option("--level", help="Members of units of this level alone; repeatable.")
]
Members = Annotated[
    list[int] | None,
    typer.Option("--member", help="This member too, or without --unit alone; repeatable."),
]
ExceptMembers = Annotated[
    list[int] | None, typer.Option("--exclude-member", help="Not this member; repeatable.")
]
LISTENING = ";".join(sorted(LISTENERS))
Roles = Annotated[str, typer.Option("--roles", help="Whose members, ';' between.")]


def roles_of(text: str) -> frozenset[Any]:
    """The roles that --roles names. Raises Refused naming one that there is not."""
    try:
        return parse_roles(text)
    except ValueError as error:
        raise Refused(str(error)) from None


def scope_of(
    units: Sequence[str] | None,
    without_units: Sequence[str] | None,
    levels: Sequence[Level] | None,
    members: Sequence[int] | None,
    without_members: Sequence[int] | None,
    *,
    everybody: bool,
) -> Scope:
    """What the options say beside the first unit, which is the audience's own."""
    return Scope(
        units=tuple(units or ())[1:],
        levels=frozenset(levels or ()),
        everybody=everybody,
        members=tuple(members or ()),
        without_units=tuple(without_units or ()),
        without_members=tuple(without_members or ()),
    )
