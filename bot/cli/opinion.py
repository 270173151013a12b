"""`opinion`: the reports, without their authors."""

from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli.common import CONFIG, ConfigOption, JsonOption, show, with_store
from bot.storage.opinion import opinions

app = typer.Typer(help="Opinion reports.", no_args_is_help=True)
PAGE = 1000


@app.callback()
def _group() -> None:
    """Keep `opinion list` two words while there is one command."""


@app.command("list")
def list_opinions(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the opinion reports by code: what was said, never by whom."""

    async def work(conn: AsyncConnection, *_: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after = ""
        while page := await opinions.page(conn, after, PAGE):
            found += page
            after = page[-1]["code"]
        return found

    show(with_store(config, work), json, _table)


def _table(found: list[dict[str, Any]]) -> None:
    table = Table("code", "day", "unit", "topic", "tendency", "scale", "content")
    for one in found:
        names = ("code", "day", "unit", "topic", "tendency", "scale", "content")
        table.add_row(*(str(one[name]) for name in names))
    Console().print(table)
