"""`review`: a unit's year against the year before, to read or as a file."""

from datetime import date
from typing import Annotated, Any

import typer

from bot.acts import review_files, reviews
from bot.acts.context import Context
from bot.acts.handouts import Made
from bot.acts.review_files import Format
from bot.cli import papers
from bot.cli.common import CONFIG, ConfigOption, JsonOption, counting, done, refuse, show
from bot.core.people.permissions import Act


def review(
    unit: Annotated[str, typer.Option("--unit", help="The unit, with all below it: its code.")],
    year: Annotated[
        int, typer.Option("--year", help="One that still runs: up to today.", min=1000, max=9999)
    ],
    form: Annotated[Format, typer.Option("--format", help="docx, xlsx or json.")] = Format.JSON,
    out: papers.Out = None,
    layout: papers.LayoutOption = papers.LAYOUT,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Add up a unit's year: conferences, points, briefings, oral briefings, reports, answers."""
    if out is None and form is not Format.JSON:
        refuse(f"--format {form} needs --out FILE")
    papers.check_free(out)
    days = date(year - 1, 1, 1), date(year, 12, 31)
    if out is None:

        async def read(ctx: Context) -> dict[str, Any]:
            return review_files.as_value(done(await reviews.read(ctx, unit, year), ctx.house))

        show(counting(config, read, *days), json, _lines)
        return

    async def make(ctx: Context) -> Made:
        return done(await review_files.make(ctx, unit, year, form, layout), ctx.house)

    made = counting(config, make, *days)
    papers.keep(config, json, out, made, Act.REVIEW, f"unit:{unit}", format=str(form), unit=unit, year=year)


def _lines(found: dict[str, Any]) -> None:
    typer.echo(f"{found['unit']} {found['year']}, up to {found['until']}")
    for name, this in found["this"].items():
        typer.echo(f"  {name}: {_said(this)} (before: {_said(found['before'][name])})")
    for level, both in found["speakers"].items():
        this, before = both["this"], both["before"]
        typer.echo(
            f"  spoken by level {level}: {this['meetings']}, listeners {_said(this['listened'])} "
            f"(before: {before['meetings']}, {_said(before['listened'])})"
        )


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['least']} to {'?' if value['most'] is None else value['most']}"
    return "withheld" if value is None else str(value)
