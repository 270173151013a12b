"""`unit`: the tree, and finding one's way in it."""

from typing import Annotated, Any

import typer

import bot.content
from bot.acts import approval, quieting, training
from bot.acts.context import Context
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    refuse,
    settings_of,
    show,
)
from bot.cli.unit_change import change_units
from bot.core.kernel.errors import ContentError
from bot.core.kernel.values import UnitPath
from bot.core.people.unit_names import search
from bot.core.people.units import Unit, paths

app = typer.Typer(help="Units: list, change, approval, training.", no_args_is_help=True)
app.command("change")(change_units)


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
        content = bot.content.load(settings.app.content)
    except ContentError as error:
        refuse(str(error))
    units, path = content.units, paths(content.units)
    found = search(units, find, content.former) if find else sorted(units, key=lambda unit: path[unit.code])
    show([_shown(unit, path[unit.code]) for unit in found], json, _plain)


def _shown(unit: Unit, path: UnitPath) -> dict[str, Any]:
    return {
        **unit.model_dump(mode="json"),
        "depth": path.count("/") - 2,
    }


def _plain(found: list[dict[str, Any]]) -> None:
    for unit in found:
        became = f", became {', '.join(unit['heirs'])}" if unit["heirs"] else ""
        ended = f"  until {unit['until']}{became}" if unit["until"] else ""
        typer.echo(f"{unit['code']:>8}  {'  ' * unit['depth']}{unit['name']}{ended}")
    if not found:
        typer.echo("none", err=True)


@app.command("approval")
def unit_approval(
    code: Annotated[str, typer.Argument(help="The unit's code.")],
    config: ConfigOption = CONFIG,
    on: Annotated[bool, typer.Option("--on", help="Its broadcasts need approval.")] = False,
    off: Annotated[bool, typer.Option("--off", help="They go without.")] = False,
    usual: Annotated[bool, typer.Option("--usual", help="As the settings have it.")] = False,
    json: JsonOption = False,
) -> None:
    """Whether a unit's broadcasts need another person's approval; without an option, say so."""
    if on + off + usual > 1:
        refuse("say one of --on, --off, --usual")

    async def work(ctx: Context) -> dict[str, Any]:
        if on or off or usual:
            found = done(await approval.rule(ctx, code, None if usual else on), ctx.house)
        else:
            found = done(await approval.ruled(ctx, code), ctx.house)
        return {"unit": found.place.code, "needed": found.needed, "chosen": found.chosen}

    def plain(result: dict[str, Any]) -> None:
        usually = ", as is usual" if result["chosen"] is None else ""
        typer.echo(f"{result['unit']}: approval {'needed' if result['needed'] else 'not needed'}{usually}")

    show((acting if on or off or usual else reading)(config, work), json, plain)


@app.command("quiet")
def unit_quiet(
    code: Annotated[str, typer.Argument(help="The unit's code.")],
    config: ConfigOption = CONFIG,
    night: Annotated[str, typer.Option("--night", help='From when to when: "21:30-05:00".')] = "",
    usual: Annotated[
        bool, typer.Option("--usual", help="As a unit above it, or the settings, have it.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """When nothing ordinary that a unit issues goes out; without an option, say so."""
    if night and usual:
        refuse("say one of --night, --usual")

    async def work(ctx: Context) -> dict[str, Any]:
        changed = quieting.rule(ctx, code, night or None) if night or usual else quieting.ruled(ctx, code)
        found = done(await changed, ctx.house)
        return {"unit": found.place.code, "night": found.night, "own": found.own}

    def plain(result: dict[str, Any]) -> None:
        usually = "" if result["own"] else ", as is usual"
        typer.echo(f"{result['unit']}: quiet {result['night']}{usually}")

    show((acting if night or usual else reading)(config, work), json, plain)


@app.command("training")
def unit_training(
    code: Annotated[str, typer.Argument(help="The unit's code.")],
    config: ConfigOption = CONFIG,
    on: Annotated[bool, typer.Option("--on", help="What it sends reaches nobody in earnest.")] = False,
    off: Annotated[bool, typer.Option("--off", help="It reaches everybody again.")] = False,
    tester: Annotated[
        list[int] | None, typer.Option("--tester", help="With --on: a member it may reach; repeatable.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Whether a unit is in training; without an option, say so."""
    if on and off:
        refuse("say one of --on, --off")
    if tester and not on:
        refuse("--tester goes with --on")

    async def work(ctx: Context) -> dict[str, Any]:
        changed = training.rule(ctx, code, on, tuple(tester or ())) if on or off else None
        found = done(await (changed or training.ruled(ctx, code)), ctx.house)
        return {"unit": found.place.code, "training": found.on, "testers": [one.id for one in found.testers]}

    def plain(result: dict[str, Any]) -> None:
        typer.echo(f"{result['unit']}: {'in training' if result['training'] else 'in earnest'}")

    show((acting if on or off else reading)(config, work), json, plain)
