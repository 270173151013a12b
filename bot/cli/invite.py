"""`invite`: let somebody in."""

from typing import Annotated, Any

import typer

from bot.acts import invitations, places
from bot.acts.context import Context
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    settings_of,
    show,
    some,
)
from bot.core.kernel.errors import Refused
from bot.core.people.codes import grouped
from bot.core.people.members import Role, parse_roles

app = typer.Typer(help="Invitations.", no_args_is_help=True)


@app.command("create")
def create(
    unit: Annotated[str, typer.Option("--unit", help="The unit's code.")],
    roles: Annotated[str, typer.Option("--roles", help=f"Roles with ';' or ',' between: {', '.join(Role)}.")],
    config: ConfigOption = CONFIG,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="How many days it holds.")] = 7,
    uses: Annotated[int, typer.Option("--uses", min=1, max=10_000, help="How many people it admits.")] = 1,
    account: Annotated[
        str | None,
        typer.Option("--account", help="Whose link; else of one that serves the unit, or the first one's."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Make an invitation code for a unit and roles. The code is shown once and not kept."""

    async def work(ctx: Context) -> dict[str, Any]:
        wanted = _wanted(roles)
        if await places.find(ctx.conn, unit) is None:
            raise Refused(f"unit {unit!r} is not known; the codes are in content/units")
        known = [one.name for one in settings_of(config).every]
        if account is not None and account not in known:
            raise Refused(f"--account {account!r} is not in the settings")
        answer = await invitations.create(ctx, unit, wanted, days=days, uses=uses, account=account)
        made = done(answer, ctx.house)
        return {
            "code": made.code,
            "link": made.link,
            "unit": unit,
            "roles": sorted(wanted),
            "uses": uses,
            "expires_at": ctx.house.local(made.expires_at).isoformat(timespec="seconds"),
        }

    show(acting(config, work), json, _plain)


@app.command("list")
def holding(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the invitations that still admit somebody. Their codes are not known any more."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        found = done(await invitations.holding(ctx), ctx.house)
        return [
            {
                "id": one.id,
                "unit": one.place.code,
                "roles": sorted(one.roles),
                "uses": one.uses,
                "uses_left": one.uses_left,
                "made_by": one.maker,
                "expires_at": ctx.house.local(one.expires_at).isoformat(timespec="seconds"),
            }
            for one in found
        ]

    def plain(found: list[dict[str, Any]]) -> None:
        for one in found:
            left = f"{one['uses_left']} of {one['uses']}"
            typer.echo(
                f"{one['id']}  {one['unit']}  {', '.join(one['roles'])}  {left}  until {one['expires_at']}"
                f"  by {one['made_by']}"
            )

    show(reading(config, work), json, plain)


@app.command("withdraw")
def withdraw(
    number: Annotated[int, typer.Argument(help="Its number, as `invite list` shows it.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Let nobody come in by an invitation any more."""

    async def work(ctx: Context) -> dict[str, Any]:
        gone = done(await invitations.withdraw(ctx, number), ctx.house)
        return {"id": gone.id, "unit": gone.place.code, "withdrawn": True}

    show(acting(config, work), json, lambda made: typer.echo(f"invitation {made['id']} is withdrawn"))


def _plain(made: dict[str, Any]) -> None:
    typer.echo(
        f"code: {grouped(made['code'])}\nlink: {made['link'] or 'known once `run` has connected the account'}"
    )
    typer.echo(
        f"for {made['unit']} as {', '.join(made['roles'])}, "
        f"{some(made['uses'], 'use')}, until {made['expires_at']}"
    )


def _wanted(roles: str) -> frozenset[Role]:
    try:
        wanted = parse_roles(roles)
    except ValueError as error:
        raise Refused(f"--roles: {error}") from None
    if not wanted:
        raise Refused(f"--roles: at least one of {', '.join(Role)}")
    return wanted
