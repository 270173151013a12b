"""`digest`: opinions of a unit and a period, summed up safely."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer

from bot.acts import digests, places
from bot.acts.context import Context
from bot.acts.digests import Summed
from bot.cli.common import CONFIG, ConfigOption, JsonOption, counting, done, refuse, show
from bot.core.kernel.errors import Refused
from bot.core.kernel.richtext import plain_text
from bot.core.people.units import code_of
from handlers.opinion.digest import as_text


class Format(StrEnum):
    """How a digest is printed."""

    TEXT = "text"
    JSON = "json"


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"{option} {text!r}: an ISO date such as 2026-11-01")


def digest(
    unit: Annotated[str, typer.Option("--unit", help="The unit's code; all below it counts.")],
    first: Annotated[str, typer.Option("--from", help="First day, ISO date.")],
    last: Annotated[str, typer.Option("--to", help="Last day, ISO date.")],
    config: ConfigOption = CONFIG,
    form: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
    json: JsonOption = False,
) -> None:
    """Sum up the opinions of a unit and a period. Small groups are not shown."""
    start, end = _day(first, "--from"), _day(last, "--to")
    if end < start:
        refuse(f"--to {last} is before --from {first}")  # before the store is opened

    async def work(ctx: Context) -> tuple[Summed, str]:
        place = await places.find(ctx.conn, unit)
        if place is None:
            raise Refused(f"unit {unit!r} is not known; the codes are in content/units")
        summed = done(await digests.read(ctx, place.path, start, end), ctx.house)
        return summed, plain_text(as_text(ctx.house, summed, "vi"))

    summed, text = counting(config, work)
    value: dict[str, Any] = summed.digest.model_dump(mode="json", by_alias=True)
    value["unit"] = unit
    value["by_unit"] = {code_of(path): n for path, n in value["by_unit"].items()}
    value["coverage"] = {name: [code_of(path) for path in paths] for name, paths in value["coverage"].items()}
    if value["before"]:
        value["before"]["by_unit"] = {code_of(path): n for path, n in value["before"]["by_unit"].items()}
    show(value, json or form is Format.JSON, lambda _: typer.echo(text))
