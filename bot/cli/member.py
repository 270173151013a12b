"""`member`: who is registered, registering many at once, and taking authority back."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer

from bot.acts import members, places, roster
from bot.acts.context import Context, Refusal
from bot.acts.members import Changed
from bot.acts.roster import STATES, Person
from bot.cli.common import CONFIG, ConfigOption, JsonOption, Told, done, refuse, show, show_table
from bot.cli.database_alone import braking, looking
from bot.cli.member_import import import_members
from bot.cli.member_unlink import unlink
from bot.core.kernel.errors import Refused
from bot.core.kernel.values import ROOT
from bot.core.people.members import Role, parse_roles
from handlers.people.menus import put_menus

app = typer.Typer(
    help="Members: list, import, suspend, reinstate, move, roles, unlink, remove.", no_args_is_help=True
)
app.command("import")(import_members)
app.command("unlink")(unlink)
PAGE = 1000
Id = Annotated[int, typer.Argument(help="The member's number, as `member list` shows it.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
LastOption = Annotated[bool, typer.Option("--last", help="With --yes: though nobody else administers there.")]
LAST = "nobody else administers their unit, in it or above it: `--last` does it all the same"


@app.command("list")
def list_members(
    config: ConfigOption = CONFIG,
    unit: Annotated[
        str | None, typer.Option("--unit", help="Only of this unit and those below it: its code.")
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help=f"Only {' or '.join(STATES)}.")] = None,
    json: JsonOption = False,
) -> None:
    """List the members, those who are suspended too."""
    if state is not None and state not in STATES:
        refuse(f"--state {state!r}: one of {', '.join(STATES)}")

    async def work(ctx: Context) -> list[dict[str, Any]]:
        place = await places.find(ctx.conn, unit) if unit is not None else None
        if unit is not None and place is None:
            raise Refused(f"unit {unit!r} is not known; the codes are in content/units")
        path, states = place.path if place else ROOT, [state] if state else STATES
        found, after = [], 0
        while page := await roster.every(ctx, path, states, after, PAGE):
            found += [_shown(one, ctx) for one in page]
            after = page[-1].member.id
        return found

    show(looking(config, work), json, _table)


def _shown(one: Person, ctx: Context) -> dict[str, Any]:
    member = one.member
    return {
        "id": member.id,
        "name": member.name,
        "unit": member.unit,
        "roles": sorted(member.roles),
        "language": member.language,
        "state": one.state,
        "since": ctx.house.local(one.since).isoformat(timespec="seconds"),
        "endpoints": [
            {
                "account": at.account,
                "chat_id": at.chat_id,
                "state": "open" if at.open else "closed",
                "unreachable": str(at.why) if at.why else None,
            }
            for at in one.reached
        ],
    }


def _table(found: list[dict[str, Any]]) -> None:
    rows = []
    for one in found:
        reached = ", ".join(f"{e['account']} ({e['unreachable'] or e['state']})" for e in one["endpoints"])
        named = str(one["id"]), one["name"], one["unit"], ", ".join(one["roles"])
        rows.append((*named, one["language"], one["state"], reached))
    show_table(("id", "name", "unit", "roles", "language", "state", "accounts"), rows)


Change = Callable[[Context, bool], Awaitable[Changed | Refusal]]
"""An act on a member; the bool: also where a unit is left without an administrator."""


def _change(
    config: Any, number: int, question: str, act: Change, json: bool, *, yes: bool = True, last: bool = False
) -> None:
    """Ask about it unless `yes`, do it, and say what became of the person.

    Who is asked is told of a last administrator; who is not says `last`.
    """

    async def look(ctx: Context) -> tuple[Person, bool]:
        found = await roster.person(ctx, number)
        if isinstance(found, Refusal):
            raise Told(found, f"there is no member {number}")
        return found, await members.is_last(ctx, found.member)

    async def work(ctx: Context) -> dict[str, Any]:
        answer = await act(ctx, last or not yes)
        if isinstance(answer, Refusal) and answer.key == members.LAST:
            raise Told(answer, LAST)
        changed = done(answer, ctx.house)
        if ctx.house.texts.keys():
            await put_menus(ctx, changed.standing, changed.person.member.language)
        return {**_shown(changed.person, ctx), "told": changed.told}

    person, alone = looking(config, look)
    if not yes:
        _ask(person, alone, question)
    show(braking(config, work, speaks=True), json, _said)


def _ask(person: Person, last: bool, question: str) -> None:
    who = f"{person.member.name}, {person.place.name} ({person.place.code})"
    typer.echo(f"{who}: {', '.join(sorted(person.member.roles))}", err=True)
    if last:
        typer.echo("There is no other administrator of this unit or above it.", err=True)
    if not typer.confirm(question, err=True):
        refuse("nothing was changed", 1, "member.not_confirmed")


def _said(changed: dict[str, Any]) -> None:
    told = "told" if changed["told"] else "not told: no chat of theirs is open, or no catalogue can be read"
    roles = ", ".join(changed["roles"])
    typer.echo(f"member {changed['id']}: {changed['state']}, unit {changed['unit']}, {roles}; {told}")


@app.command("suspend")
def suspend(
    number: Id,
    config: ConfigOption = CONFIG,
    yes: YesOption = False,
    last: LastOption = False,
    json: JsonOption = False,
) -> None:
    """Send nothing to a member and do nothing they ask, until they are reinstated. For emergencies too."""
    question = (
        "Nothing is sent to them and nothing they ask is done. What waits for them is skipped. Suspend?"
    )

    async def act(ctx: Context, sure: bool) -> Changed | Refusal:
        return await members.suspend(ctx, number, sure=sure)

    _change(config, number, question, act, json, yes=yes, last=last)


@app.command("reinstate")
def reinstate(number: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Let a suspended member be as before."""
    _change(config, number, "", lambda ctx, _: members.reinstate(ctx, number), json)


@app.command("remove")
def remove(
    number: Id,
    config: ConfigOption = CONFIG,
    yes: YesOption = False,
    last: LastOption = False,
    json: JsonOption = False,
) -> None:
    """Take a member out: name and chats are deleted, and no old list brings them back."""
    question = "Their name and chats are deleted, and it cannot be undone. Remove?"

    async def act(ctx: Context, sure: bool) -> Changed | Refusal:
        return await members.remove(ctx, number, sure=sure)

    _change(config, number, question, act, json, yes=yes, last=last)


@app.command("move")
def move(
    number: Id,
    unit: Annotated[str, typer.Argument(help="The code of the unit they belong to from now on.")],
    config: ConfigOption = CONFIG,
    yes: YesOption = False,
    last: LastOption = False,
    json: JsonOption = False,
) -> None:
    """Let a member belong to another unit, with the same roles. What happened stays where it happened."""

    async def act(ctx: Context, sure: bool) -> Changed | Refusal:
        if await places.find(ctx.conn, unit) is None:
            raise Refused(f"unit {unit!r} is not known; the codes are in content/units")
        return await members.move(ctx, number, unit, sure=sure)

    _change(
        config,
        number,
        f"From now on they belong to {unit}, with the same roles. Move?",
        act,
        json,
        yes=yes,
        last=last,
    )


@app.command("roles")
def roles(
    number: Id,
    wanted: Annotated[str, typer.Argument(help=f"Roles with ';' or ',' between: {', '.join(Role)}.")],
    config: ConfigOption = CONFIG,
    yes: YesOption = False,
    last: LastOption = False,
    json: JsonOption = False,
) -> None:
    """Give a member these roles and no others."""
    try:
        chosen = parse_roles(wanted)
    except ValueError as error:
        refuse(str(error))

    async def act(ctx: Context, sure: bool) -> Changed | Refusal:
        return await members.change_roles(ctx, number, chosen, sure=sure)

    question = f"From now on they are: {', '.join(sorted(chosen)) or 'nothing'}. Change?"
    _change(config, number, question, act, json, yes=yes, last=last)
