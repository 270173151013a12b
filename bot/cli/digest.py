"""`digest`: opinions of a unit and a period, summed up safely."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.acts import digest_files, digests, places
from bot.acts.context import Context
from bot.acts.digest_files import as_value
from bot.acts.digests import Summed
from bot.acts.handouts import Made
from bot.acts.places import Place
from bot.cli import digest_signing, papers
from bot.cli.common import CONFIG, ConfigOption, JsonOption, counting, done, refuse, show
from bot.cli.days import day_of
from bot.core.kernel.errors import Refused
from bot.core.kernel.richtext import plain_text
from bot.core.people.permissions import Act
from handlers.opinion.digest import as_text


class Format(StrEnum):
    """How a digest is printed, or what file is made of it."""

    TEXT = "text"
    JSON = "json"
    DOCX = "docx"
    XLSX = "xlsx"
    PNG = "png"
    CSV = "csv"


app = typer.Typer(help="Opinions of a unit and a period, summed up safely.", no_args_is_help=True)
digest_signing.add_to(app)


@app.callback(invoke_without_command=True)
def digest(
    context: typer.Context,
    unit: Annotated[str, typer.Option("--unit", help="The unit's code; all below it counts.")] = "",
    first: Annotated[str, typer.Option("--from", help="First day: 2026-11-01 or 1/11/2026.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day: 2026-11-30 or 30/11/2026.")] = "",
    config: ConfigOption = CONFIG,
    form: Annotated[
        Format, typer.Option("--format", help="text, json, docx, xlsx, png or csv.")
    ] = Format.TEXT,
    out: papers.Out = None,
    layout: papers.LayoutOption = papers.LAYOUT,
    json: JsonOption = False,
) -> None:
    """Sum up the opinions of a unit and a period. Small groups are not shown."""
    if context.invoked_subcommand is not None:
        return
    missing = [name for name, given in (("--unit", unit), ("--from", first), ("--to", last)) if not given]
    if missing:
        refuse(f"missing {', '.join(missing)}", kind="usage")
    start, end = day_of("--from", first), day_of("--to", last)
    if end < start:
        refuse(f"--to {last} is before --from {first}")  # before the store is opened
    if out is None and form not in (Format.TEXT, Format.JSON):
        refuse(f"--format {form} needs --out FILE")
    if out is not None and form is Format.TEXT:
        refuse("--out FILE needs --format docx, xlsx, png, csv or json")
    papers.check_free(out)
    if out is None:
        _print(config, unit, start, end, json or form is Format.JSON)
        return
    kind = digest_files.Format(form)

    async def make(ctx: Context) -> Made:
        path = (await _place(ctx, unit)).path
        return done(await digest_files.make(ctx, path, start, end, kind, layout), ctx.house)

    made = counting(config, make, start, end)
    papers.keep(config, json, out, made, Act.EXPORT_DIGEST, f"unit:{unit}", format=str(kind), unit=unit)


async def _place(ctx: Context, unit: str) -> Place:
    place = await places.find(ctx.conn, unit)
    if place is None:
        raise Refused(f"unit {unit!r} is not known; the codes are in content/units")
    return place


def _print(config: Path, unit: str, start: date, end: date, json: bool) -> None:
    async def work(ctx: Context) -> tuple[Summed, str]:
        path = (await _place(ctx, unit)).path
        summed = done(await digests.read(ctx, path, start, end), ctx.house)
        return summed, plain_text(as_text(ctx.house, summed, "vi"))

    summed, text = counting(config, work, start, end)
    show(as_value(summed), json, lambda _: typer.echo(text))
