"""`opinion`: the reports, without their authors."""

from dataclasses import asdict
from typing import Any

import typer

from bot.acts import opinions
from bot.acts.context import Context
from bot.cli.common import CONFIG, ConfigOption, JsonOption, acting, done, show, show_table

app = typer.Typer(help="Opinion reports.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `opinion list` two words while there is one command."""


@app.command("list")
def list_opinions(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the opinion reports by code: what was said, never by whom."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [asdict(one) for one in done(await opinions.every(ctx), ctx.house)]

    show(acting(config, work), json, _table)


def _table(found: list[dict[str, Any]]) -> None:
    fields = list(dict.fromkeys(field for one in found for field in one["answers"]))
    rows = [
        (one["code"], one["day"], one["unit"], *(one["answers"].get(field, "") for field in fields))
        for one in found
    ]
    show_table(("code", "day", "unit", *fields), rows)
