"""`broadcast verify`: what was issued under the code below a briefing."""

from typing import Annotated, Any

import typer

from bot.acts import verifying
from bot.acts.context import Context
from bot.cli.common import CONFIG, ConfigOption, JsonOption, show
from bot.cli.database_alone import looking
from bot.core.guidance.verifying import shown


def verify(
    code: Annotated[str, typer.Argument(help="The code, or the whole text that has it.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Say whether a code below a briefing is of this deployment, and whether the briefing still stands."""

    async def work(ctx: Context) -> dict[str, Any]:
        found = await verifying.verify(ctx, code)
        if found is None:
            return {"code": code, "issued": False}
        said = found.briefing
        return {
            "code": shown(found.code),
            "issued": True,
            "state": "recalled" if found.recalled else "replaced" if found.replaced else "current",
            "whole": found.whole,
            "slug": found.slug,
            "version": found.version,
            "language": found.language,
            "title": said.body(found.language).title,
            "issuer": said.issuer,
            "number": said.number,
            "issued_on": said.issued_on.isoformat(),
        }

    show(looking(config, work), json, _print)


def _print(result: dict[str, Any]) -> None:
    if not result["issued"]:
        typer.echo("nothing was issued under this code")
        return
    for name, value in result.items():
        typer.echo(f"{name:>9} {'' if value is None else value}")
