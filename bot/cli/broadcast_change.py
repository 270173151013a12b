"""`broadcast change`: a plan gets another time, another audience, other words."""

from typing import Annotated, Any

import typer

from bot.acts import changing
from bot.acts.changing import Change, Changed, Whom
from bot.acts.context import Context
from bot.cli import whom
from bot.cli.broadcast_show import when
from bot.cli.common import CONFIG, ConfigOption, JsonOption, acting, done, settings_of, show, some
from bot.cli.times import schedule_of

Everybody = Annotated[
    bool | None,
    typer.Option("--everybody/--followers", help="Whatever they follow, or who follows the topic."),
]
Newcomers = Annotated[
    bool | None,
    typer.Option("--newcomers/--no-newcomers", help="Whether who joins while it is valid is offered it."),
]
Words = Annotated[str, typer.Option("--text", help="Its words instead, where it is no prepared text.")]


def change(
    broadcast_id: Annotated[int, typer.Argument(help="The broadcast's number.")],
    at: whom.At = None,
    again: whom.Again = None,
    unit: whom.Units = None,
    exclude_unit: whom.ExceptUnits = None,
    level: whom.Levels = None,
    member: whom.Members = None,
    exclude_member: whom.ExceptMembers = None,
    everybody: Everybody = None,
    roles: whom.Roles = "",
    text: Words = "",
    newcomers: Newcomers = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Change a broadcast that has yet to go out; an approval that it had is void."""
    timezone = settings_of(config, secrets=False).app.timezone
    said = Whom(
        units=tuple(unit) if unit else None,
        roles=whom.roles_of(roles) if roles else None,
        levels=frozenset(level) if level else None,
        everybody=everybody,
        members=tuple(member) if member else None,
        without_units=tuple(exclude_unit) if exclude_unit else None,
        without_members=tuple(exclude_member) if exclude_member else None,
    )

    async def work(ctx: Context) -> dict[str, Any]:
        timed = at is not None or again is not None
        schedule = schedule_of(at, again, False, timezone, ctx.now, ctx.house.texts) if timed else None
        wish = Change(schedule, said, text, newcomers)
        made = done(await changing.change(ctx, broadcast_id, wish), ctx.house)
        return {"id": made.id, "of": broadcast_id, "changed": list(wish.parts), **_planned(made, timezone)}

    show(acting(config, work), json, _print)


def _planned(made: Changed, timezone: str) -> dict[str, Any]:
    return {
        "state": made.state,
        "at": when(made.at, timezone),
        "unit": made.place.code,
        "audience": made.count,
    }


def _print(result: dict[str, Any]) -> None:
    state = "waits for approval" if result["state"] == "submitted" else f"is {result['state']}"
    to = f"to {some(result['audience'], 'member')} of unit {result['unit']}"
    typer.echo(f"broadcast {result['id']} {state}: at {result['at']}, {to}")
