"""`member`: who is registered, and registering many at once."""

from typing import Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cli.common import CONFIG, ConfigOption, JsonOption, show, show_table, with_store
from bot.cli.member_import import import_members
from bot.storage.accounts import endpoints
from bot.storage.people import members

app = typer.Typer(help="Members: list and import.", no_args_is_help=True)
app.command("import")(import_members)
PAGE = 1000


@app.command("list")
def list_members(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the active members."""

    async def work(conn: AsyncConnection, *_: object) -> list[dict[str, Any]]:
        found, after = [], 0
        while page := await members.page(conn, after, PAGE):
            for one in page:
                reached = await endpoints.of(conn, one.id)
                found.append(
                    {
                        "id": one.id,
                        "name": one.name,
                        "unit": one.unit,
                        "roles": sorted(one.roles),
                        "language": one.language,
                        "endpoints": [
                            {"account": e.account, "chat_id": e.chat_id, "state": e.state} for e in reached
                        ],
                    }
                )
            after = page[-1].id
        return found

    show(with_store(config, work), json, _table)


def _table(found: list[dict[str, Any]]) -> None:
    rows = []
    for one in found:
        reached = ", ".join(f"{e['account']} ({e['state']})" for e in one["endpoints"])
        rows.append(
            (str(one["id"]), one["name"], one["unit"], ", ".join(one["roles"]), one["language"], reached)
        )
    show_table(("id", "name", "unit", "roles", "language", "accounts"), rows)
