"""`broadcast change`: a plan gets another time, another audience, other words."""

from typing import Annotated, Any

import typer

from bot.acts import changing
from bot.acts.changing import Change, Whom
from bot.acts.context import Context
from bot.cli.broadcast_create import roles_of
from bot.cli.broadcast_show import when
from bot.cli.common import CONFIG, LARGEST_ID, ConfigOption, JsonOption, acting, done, settings_of, show, some
from bot.cli.times import schedule_of
from bot.core.people.units import Level


def change(
    broadcast_id: Annotated[int, typer.Argument(help="The broadcast's number.", max=LARGEST_ID)],
    at: Annotated[
        str | None, typer.Option("--at", help='When instead, once: "8h sáng mai", or ISO 8601.')
    ] = None,
    again: Annotated[
        str | None,
        typer.Option("--schedule", help='When instead, again and again: "thứ Hai hằng tuần 7h30".'),
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", help="For whom instead: units, with all below; repeatable.")
    ] = None,
    exclude_unit: Annotated[
        list[str] | None, typer.Option("--exclude-unit", help="Not these units and those below; repeatable.")
    ] = None,
    level: Annotated[
        list[Level] | None, typer.Option("--level", help="Members of units of this level alone; repeatable.")
    ] = None,
    member: Annotated[
        list[int] | None, typer.Option("--member", help="These members too; repeatable.")
    ] = None,
    exclude_member: Annotated[
        list[int] | None, typer.Option("--exclude-member", help="Not these members; repeatable.")
    ] = None,
    everybody: Annotated[
        bool | None,
        typer.Option("--everybody/--followers", help="Whatever they follow, or who follows the topic."),
    ] = None,
    roles: Annotated[str, typer.Option("--roles", help="Whose members instead, ';' between.")] = "",
    text: Annotated[
        str, typer.Option("--text", help="Its words instead, where it is no prepared text.")
    ] = "",
    newcomers: Annotated[
        bool | None,
        typer.Option("--newcomers/--no-newcomers", help="Whether who joins while it is valid is offered it."),
    ] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Change a broadcast that has yet to go out; an approval that it had is void."""
    timezone = settings_of(config, secrets=False).app.timezone
    whom = Whom(
        units=tuple(unit) if unit else None,
        roles=roles_of(roles) if roles else None,
        levels=frozenset(level) if level else None,
        everybody=everybody,
        members=tuple(member) if member else None,
        without_units=tuple(exclude_unit) if exclude_unit else None,
        without_members=tuple(exclude_member) if exclude_member else None,
    )

    async def work(ctx: Context) -> dict[str, Any]:
        timed = at is not None or again is not None
        schedule = schedule_of(at, again, False, timezone, ctx.now, ctx.house.texts) if timed else None
        wish = Change(schedule, whom, text, newcomers)
        made = done(await changing.change(ctx, broadcast_id, wish), ctx.house)
        return {
            "id": made.id,
            "of": broadcast_id,
            "changed": list(wish.parts),
            "state": made.state,
            "at": when(made.at, timezone),
            "unit": made.place.code,
            "audience": made.count,
        }

    show(acting(config, work), json, _print)


def _print(result: dict[str, Any]) -> None:
    state = "waits for approval" if result["state"] == "submitted" else f"is {result['state']}"
    to = f"to {some(result['audience'], 'member')} of unit {result['unit']}"
    typer.echo(f"broadcast {result['id']} {state}: at {result['at']}, {to}")
