"""`broadcast correct` and `broadcast recall`: what went out is mended, or taken back."""

from typing import Annotated, Any

import typer

from bot.acts import correction_figures, corrections, runs
from bot.acts.context import Context, Refusal
from bot.acts.corrections import Corrected, Waits
from bot.cli.broadcast_recipients import latest
from bot.cli.common import CONFIG, ConfigOption, JsonOption, acting, done, refuse, show, some
from bot.core.people.units import code_of

Id = Annotated[int, typer.Argument(help="The broadcast's number.")]
RunOption = Annotated[int | None, typer.Option("--run", help="Which run; else the latest.")]


def correct(
    broadcast_id: Id,
    old: Annotated[str, typer.Option("--old", help="The words that are wrong.")] = "",
    new: Annotated[str, typer.Option("--new", help="The words in their place.")] = "",
    run: RunOption = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Mend a briefing that went out: by --old and --new, or (prepared in content/) as the content is now.

    Where its unit's broadcasts need an approval, words of one's own wait for it (`broadcast correction`).
    """
    if bool(old) != bool(new):
        refuse("say both --old and --new, or neither for the content's new text")

    async def work(ctx: Context) -> dict[str, Any]:
        number = run if run is not None else await latest(ctx, broadcast_id)
        made = await corrections.correct(ctx, number, old, new)
        if isinstance(made, Waits):
            waits = {"id": broadcast_id, "run": number, "correction": made.id, "state": "submitted"}
            return {**waits, "old": old, "new": new, "told": made.told}
        return await _told(ctx, number, done(made, ctx.house))

    show(acting(config, work), json, _print)


def recall(
    broadcast_id: Id,
    run: RunOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Take a briefing back: what stands in chats is replaced where that can be done, the rest is told."""
    if not yes and not json and not typer.confirm("Take it back from everybody it went to?"):
        refuse("nothing was taken back", 1)

    async def work(ctx: Context) -> dict[str, Any]:
        number = run if run is not None else await latest(ctx, broadcast_id)
        return await _told(ctx, number, done(await corrections.recall(ctx, number), ctx.house))

    show(acting(config, work), json, _print)


async def _told(ctx: Context, run: int, found: Corrected) -> dict[str, Any]:
    one = await runs.status(ctx, run)
    report = None if isinstance(one, Refusal) else await correction_figures.report(ctx, one)
    old, new = found.words or (None, None)
    left = [{"unit": code_of(path), "count": count} for path, count in report.left] if report else []
    recalled = bool(report and report.recalled)
    state = "recalled" if recalled else "corrected"
    return {
        "id": found.broadcast,
        "run": run,
        "state": state,
        "recalled": recalled,
        "old": old,
        "new": new,
        "left": left,
    }


def _print(result: dict[str, Any]) -> None:
    if result["state"] == "submitted":
        told = some(result["told"], "approver")
        typer.echo(f"correction {result['correction']} waits for approval; {told} told")
        return
    what = "taken back" if result["recalled"] else "corrected"
    change = f": {result['old']!r} is {result['new']!r} now" if result["old"] else ""
    typer.echo(f"run {result['run']} is {what}{change}")
