"""`briefing addendum`: what a unit below the issuer adds to a briefing that has yet to go out."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from bot.acts import addenda
from bot.acts.context import Context, Refusal
from bot.cli.broadcast_show import when
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

group = typer.Typer(help="What units below the issuer add, under their own names.", no_args_is_help=True)
Broadcast = Annotated[int, typer.Argument(help="The broadcast's number.")]
Number = Annotated[int, typer.Argument(help="The addendum's number.")]


@group.command("add")
def add(
    broadcast_id: Broadcast,
    unit: Annotated[str, typer.Option("--unit", help="The unit that adds: its code.")],
    text: Annotated[str, typer.Option("--text", help="What it adds; in place of what it added before.")],
    signed: Annotated[str, typer.Option("--signed", help="Its body that signs; else the unit's name.")] = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Add to a briefing that has yet to go out, before it is closed for that."""
    timezone = settings_of(config, secrets=False).app.timezone

    async def work(ctx: Context) -> dict[str, Any]:
        made = done(await addenda.write(ctx, broadcast_id, text, signed, unit), ctx.house)
        until = when(made.closes_at, timezone)
        return {
            "id": made.id,
            "broadcast": broadcast_id,
            "unit": unit,
            "state": made.state,
            "until": until,
            "personal": list(made.personal),
        }

    show(acting(config, work), json, _print_added)


def _print_added(made: Mapping[str, Any]) -> None:
    waits = "waits for approval" if made["state"] == "submitted" else "goes with the briefing"
    typer.echo(f"addendum {made['id']} {waits}; it can be changed until {made['until']}")
    for one in made["personal"]:
        typer.echo(f"  look again, personal data? {one}")


@group.command("list")
def list_(broadcast_id: Broadcast, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """What units added to a broadcast, the higher first."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [
            {
                "id": one.id,
                "unit": one.unit,
                "unit_name": one.unit_name,
                "signed": one.signed,
                "text": one.words,
                "state": one.state,
                "reason": one.returned_for,
            }
            for one in done(_known(await addenda.listed(ctx, broadcast_id)), ctx.house)
        ]

    show(reading(config, work), json, _print_list)


def _print_list(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        typer.echo(f"{row['id']:>5}  {row['unit_name']} ({row['unit']}), {row['state']}: {row['text']}")
    typer.echo(some(len(rows), "addendum", "addenda"), err=True)


@group.command("withdraw")
def withdraw(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Take an addendum back: no run that is opened from now on has it."""

    async def work(ctx: Context) -> dict[str, Any]:
        return {"id": number, "changed": done(_known(await addenda.withdraw(ctx, number)), ctx.house)}

    show(acting(config, work), json, lambda r: typer.echo("done" if r["changed"] else "nothing to change"))


@group.command("approve")
def approve(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Let an addendum that waits for approval go with its briefing."""
    _decide(number, "", config, stands=True, json=json)


@group.command("return")
def send_back(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="What is to be mended; its author reads this.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Return an addendum to its author, with the reason."""
    _decide(number, reason, config, stands=False, json=json)


def _decide(number: int, reason: str, config: Any, *, stands: bool, json: bool) -> None:
    async def work(ctx: Context) -> dict[str, Any]:
        done(_known(await addenda.decide(ctx, number, stands, reason)), ctx.house)
        return {"id": number, "state": "standing" if stands else "returned"}

    show(acting(config, work), json, lambda r: typer.echo(f"addendum {r['id']} is {r['state']}"))


def _known(answer: Any) -> Any:
    """There is nothing else that the shell may not look at."""
    stale = isinstance(answer, Refusal) and answer.key == "tap.stale"
    return Refusal("addendum.unknown") if stale else answer
