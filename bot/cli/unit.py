"""`unit`: the tree, and finding one's way in it."""

from typing import Annotated, Any

import typer

import bot.content
from bot.cli.common import CONFIG, ConfigOption, JsonOption, refuse, settings_of, show
from bot.core.kernel.errors import ContentError
from bot.core.people.unit_names import search
from bot.core.people.units import Unit, paths

app = typer.Typer(help="Units: list and find.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `unit list` two words while there is one command."""


@app.command("list")
def list_units(
    config: ConfigOption = CONFIG,
    find: Annotated[
        str, typer.Option("--find", help="A name or part of one, with or without diacritics, or a code.")
    ] = "",
    json: JsonOption = False,
) -> None:
    """List the units of the content, each below its parent."""
    settings = settings_of(config)
    try:
        units = bot.content.load(settings.app.content).units
    except ContentError as error:
        refuse(str(error))
    path = paths(units)
    found = search(units, find) if find else sorted(units, key=lambda unit: path[unit.code])
    show([_shown(unit, path[unit.code]) for unit in found], json, _plain)


def _shown(unit: Unit, path: str) -> dict[str, Any]:
    return {
        **unit.model_dump(mode="json"),
        "depth": path.count("/") - 2,
    }


def _plain(found: list[dict[str, Any]]) -> None:
    for unit in found:
        ended = f"  until {unit['until']}" if unit["until"] else ""
        typer.echo(f"{unit['code']:>8}  {'  ' * unit['depth']}{unit['name']}{ended}")
    if not found:
        typer.echo("none", err=True)
