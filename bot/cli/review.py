"""`review`: a unit's year against the year before, to read or as a file."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.acts import review_files, reviews
from bot.acts.context import Context
from bot.acts.handouts import Made
from bot.acts.review_files import Format
from bot.cli.common import CONFIG, ConfigOption, JsonOption, acting, counting, done, refuse, show
from bot.core.people.permissions import Act


def review(
    unit: Annotated[str, typer.Option("--unit", help="The unit, with all below it: its code.")],
    year: Annotated[
        int, typer.Option("--year", help="One that still runs: up to today.", min=1000, max=9999)
    ],
    form: Annotated[Format, typer.Option("--format", help="docx, xlsx or json.")] = Format.JSON,
    out: Annotated[Path | None, typer.Option("--out", help="The file to write.")] = None,
    layout: Annotated[
        str, typer.Option("--layout", help="Of a docx: a file of content/layouts.")
    ] = "PARTY_2026",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Add up a unit's year: conferences, points, briefings, oral briefings, reports, answers."""
    if out is None and form is not Format.JSON:
        refuse(f"--format {form} needs --out FILE")
    if out is not None and out.exists():
        refuse(f"--out {out} is there already; nothing is written over")
    days = date(year - 1, 1, 1), date(year, 12, 31)
    if out is None:

        async def read(ctx: Context) -> dict[str, Any]:
            return review_files.as_value(done(await reviews.read(ctx, unit, year), ctx.house))

        show(counting(config, read, *days), json, _lines)
        return

    async def make(ctx: Context) -> Made:
        return done(await review_files.make(ctx, unit, year, form, layout), ctx.house)

    async def note(ctx: Context) -> None:
        await ctx.note(Act.REVIEW, f"unit:{unit}", made.name)

    made = counting(config, make, *days)
    try:
        out.write_bytes(made.data)
    except OSError as error:
        refuse(f"--out {out}: {error.strerror}")
    acting(config, note)
    value = {"file": str(out), "format": str(form), "bytes": len(made.data), "unit": unit, "year": year}
    show(value, json, lambda _: typer.echo(f"{out}: {len(made.data)} bytes"))


def _lines(found: dict[str, Any]) -> None:
    typer.echo(f"{found['unit']} {found['year']}, up to {found['until']}")
    for name, this in found["this"].items():
        typer.echo(f"  {name}: {_said(this)} (before: {_said(found['before'][name])})")


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['least']} to {'?' if value['most'] is None else value['most']}"
    return "withheld" if value is None else str(value)
