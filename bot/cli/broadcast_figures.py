"""`broadcast figures`: a run's figures by unit, as a sheet and a picture; and what was understood."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.acts import run_figures, understanding
from bot.acts.context import Context
from bot.acts.understanding import Figures
from bot.cli import papers
from bot.cli.broadcast_recipients import latest
from bot.cli.common import CONFIG, ConfigOption, JsonOption, done, refuse, show
from bot.cli.database_alone import in_words, looking
from bot.core.opinion.understanding import POOR
from bot.core.people.units import code_of


def figures(
    broadcast_id: Annotated[int, typer.Argument(help="The broadcast's number.")],
    run: Annotated[int | None, typer.Option("--run", help="Which run; else the latest.")] = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="Write an .xlsx file.")] = None,
    picture: Annotated[Path | None, typer.Option("--picture", help="Write a .png file.")] = None,
    understood: Annotated[
        bool, typer.Option("--understood", help="Show the answers to its questions of understanding.")
    ] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Write the figures of a run by unit: units, never people; small groups stay together."""
    if sheet is None and picture is None and not understood:
        refuse("say --sheet FILE, --picture FILE, --understood, or several of them")
    papers.check_free(sheet, picture)

    async def work(ctx: Context) -> dict[str, Any]:
        number = run if run is not None else await latest(ctx, broadcast_id)
        written = await _written(ctx, number, sheet, picture) if sheet or picture else []
        found: dict[str, Any] = {"id": broadcast_id, "run": number, "files": written}
        if understood:
            found["understood"] = _understood(done(await understanding.figures(ctx, number), ctx.house))
        return found

    show(looking(config, work, speaks=True), json, _plain)


async def _written(ctx: Context, run: int, sheet: Path | None, picture: Path | None) -> list[str]:
    made = done(await run_figures.papers(in_words(ctx), run), ctx.house)
    files = ((sheet, made.sheet), (picture, made.picture))
    for path, data in files:
        if path is not None:
            papers.write(path, data)
    return [str(path) for path, _ in files if path]


def _understood(found: Figures) -> list[dict[str, Any]]:
    """Question by question; null: too few to be told. Numbers are rounded down to groups of the threshold."""
    return [
        {
            "question": check.question["vi"],
            "answered": one.answered,
            "right_percent": one.share(check.right),
            "not_understood": (one.share(check.right) or 0) < POOR if one.answered else None,
            "choices": [
                {"choice": words["vi"], "right": place == check.right, "people": people}
                for place, (words, people) in enumerate(zip(check.choices, one.choices, strict=True))
            ],
            "units": [
                {"unit": code_of(unit.path), "answered": unit.answered, "right": unit.right}
                for unit in one.units
            ],
        }
        for check, one in zip(found.checks, found.questions, strict=True)
    ]


def _plain(found: dict[str, Any]) -> None:
    for name in found["files"]:
        typer.echo(name)
    for one in found.get("understood", []):
        share = "too few answers" if one["right_percent"] is None else f"{one['right_percent']} % right"
        typer.echo(f"{one['question']}: {share}")
        for choice in one["choices"]:
            people = "few" if choice["people"] is None else choice["people"]
            typer.echo(f"  {'*' if choice['right'] else '-'} {choice['choice']}: {people}")
