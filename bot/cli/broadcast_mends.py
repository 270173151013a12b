"""`broadcast correction`: corrections that wait for their second person."""

from typing import Annotated, Any

import typer

from bot.acts import mends
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
)

group = typer.Typer(help="Corrections that wait for their second person.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="The correction's number.")]


@group.command("list")
def list_(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """What waits, the oldest first."""
    timezone = settings_of(config, secrets=False).app.timezone

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [
            {
                "id": one.id,
                "broadcast": one.broadcast_id,
                "run": one.run_id,
                "unit_name": one.unit_name,
                "old": one.old,
                "new": one.new,
                "since": when(one.at, timezone),
            }
            for one in done(await mends.waiting(ctx), ctx.house)
        ]

    show(reading(config, work), json, _print)


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        where = f"broadcast {row['broadcast']} of {row['unit_name']}"
        typer.echo(f"{row['id']:>5}  since {row['since']}  {where}: {row['old']!r} to {row['new']!r}")
    if not rows:
        typer.echo("no correction waits", err=True)


@group.command("approve")
def approve(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Let a correction go out; what the shell itself proposed, a member approves."""
    _decide(number, "", config, stands=True, json=json)


@group.command("return")
def send_back(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", help="Why not; who proposed it reads this.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Return a correction to who proposed it, with the reason."""
    _decide(number, reason, config, stands=False, json=json)


def _decide(number: int, reason: str, config: Any, *, stands: bool, json: bool) -> None:
    async def work(ctx: Context) -> dict[str, Any]:
        made = await mends.decide(ctx, number, stands, reason)
        done(made if not _unknown(made) else Refusal("mend.over"), ctx.house)
        return {"id": number, "state": "corrected" if stands else "returned"}

    show(acting(config, work), json, lambda r: typer.echo(f"correction {r['id']} is {r['state']}"))


def _unknown(made: object) -> bool:
    return isinstance(made, Refusal) and made.key == "tap.stale"
