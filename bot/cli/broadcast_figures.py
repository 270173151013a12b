"""`broadcast figures`: a run's figures by unit, to hand on as a sheet and as a picture."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.acts import run_figures
from bot.acts.context import Context
from bot.cli.broadcast_recipients import latest
from bot.cli.common import CONFIG, LARGEST_ID, ConfigOption, JsonOption, done, in_words, looking, refuse, show


def figures(
    broadcast_id: Annotated[int, typer.Argument(help="The broadcast's number.", max=LARGEST_ID)],
    run: Annotated[
        int | None, typer.Option("--run", help="Which run; else the latest.", max=LARGEST_ID)
    ] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="Write an .xlsx file.")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Write a .png file.")] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Write the figures of a run by unit: units, never people; small groups stay together."""
    if sheet is None and picture is None:
        refuse("say --sheet FILE, --picture FILE or both")

    async def work(ctx: Context) -> dict[str, Any]:
        number = run if run is not None else await latest(ctx, broadcast_id)
        made = done(await run_figures.papers(in_words(ctx), number), ctx.house)
        files = ((sheet, made.sheet), (picture, made.picture))
        for path, data in files:
            if path is not None:
                path.write_bytes(data)
        return {"id": broadcast_id, "run": number, "files": [str(path) for path, _ in files if path]}

    show(looking(config, work, speaks=True), json, lambda r: typer.echo("\n".join(r["files"])))
