"""`broadcast remind`: those who have not read it, now or from now on by itself."""

from typing import Annotated, Any

import typer

from bot.acts import reminders
from bot.acts.context import Context
from bot.acts.reminders import Reminders
from bot.cli.broadcast_recipients import latest
from bot.cli.broadcast_show import when
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    refuse,
    settings_of,
    show,
)


def remind(
    broadcast_id: Annotated[int, typer.Argument(help="The broadcast's number.")],
    unit: Annotated[str, typer.Option("--unit", help="Only in this unit and below.")] = "",
    run: Annotated[int | None, typer.Option("--run", help="Which run; else the latest.")] = None,
    auto: Annotated[bool, typer.Option("--auto", help="From now on its runs remind by themselves.")] = False,
    off: Annotated[bool, typer.Option("--off", help="They do so no more.")] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Remind those who have not read it, at the hours and as often as the settings let."""
    if auto + off + bool(unit or run is not None) > 1:
        refuse("say --auto or --off, or whom to remind now")
    timezone = settings_of(config).app.timezone

    async def work(ctx: Context) -> dict[str, Any]:
        if auto or off:
            changed = done(await reminders.automatic(ctx, broadcast_id, auto), ctx.house)
            return {"id": broadcast_id, "automatic": auto, "changed": changed}
        number = run if run is not None else await latest(ctx, broadcast_id)
        found = done(await reminders.remind(ctx, number, unit), ctx.house)
        at = {"id": broadcast_id, "run": number, "at": when(found.at, timezone)}
        return {**at, **_times(found.then, timezone)}

    show(acting(config, work), json, _print)


def _times(found: Reminders, timezone: str) -> dict[str, Any]:
    sent = [when(one, timezone) for one in found.sent]
    return {"reminders": sent, "next": when(found.next_at, timezone), "most": found.most}


def _print(result: dict[str, Any]) -> None:
    if "automatic" in result:
        typer.echo(f"reminds by itself: {'yes' if result['automatic'] else 'no'}")
        return
    again = f"again from {result['next']}" if result["next"] else "that was the last"
    typer.echo(f"reminding at {result['at']}; {again}, at most {result['most']}")
