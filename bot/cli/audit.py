"""`audit`: who did what, for acts that people answer for."""

from datetime import datetime, time
from typing import Annotated, Any

import typer

from bot.acts import auditing
from bot.acts.auditing import About, Entry, Who
from bot.acts.context import Context
from bot.cli.common import CONFIG, ConfigOption, JsonOption, done, show, show_table
from bot.cli.database_alone import looking, settings_for_database
from bot.cli.days import day_of
from bot.core.kernel.values import Ms

app = typer.Typer(help="The audit log: list.", no_args_is_help=True)


@app.callback()
def _noun() -> None:
    """A noun with one verb is a noun all the same."""


@app.command("list")
def list_acts(
    config: ConfigOption = CONFIG,
    unit: Annotated[str, typer.Option("--unit", help="Acts at or below this unit alone.")] = "",
    since: Annotated[str, typer.Option("--since", help="From this day on.")] = "",
    before: Annotated[int, typer.Option("--before", min=0, help="Older than this line's number.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=auditing.MOST, help="At most so many.")] = 50,
    json: JsonOption = False,
) -> None:
    """List acts, the newest first."""
    first = day_of("--since", since) if since else None
    settings_for_database(config)

    async def work(ctx: Context) -> list[dict[str, Any]]:
        begins = datetime.combine(first, time(), ctx.house.zone).timestamp() if first else 0
        answer = await auditing.listed(ctx, unit, before=before, since=Ms(int(begins * 1000)), limit=limit)
        return [_shown(ctx, one) for one in done(answer, ctx.house).entries]

    show(looking(config, work), json, _table)


def _shown(ctx: Context, one: Entry) -> dict[str, Any]:
    about = one.about
    return {
        "id": one.line.id,
        "at": ctx.house.local(one.at).isoformat(timespec="seconds"),
        "actor": one.line.actor,
        "name": _named(one.who),
        "act": one.act,
        "subject": one.line.subject,
        "subject_name": about.name if isinstance(about, About) else _named(about) if about else "",
        "unit": one.line.unit,
        "detail": one.line.detail,
    }


def _named(who: Who) -> str:
    return who.name if who.kind == "member" else f"({who.kind})"


def _table(found: list[dict[str, Any]]) -> None:
    rows = []
    for one in found:
        subject = " ".join(part for part in (one["subject"], one["subject_name"]) if part)
        actor = f"{one['actor']} {one['name']}"
        rows.append((str(one["id"]), one["at"][:16], actor, one["act"], subject, one["unit"], one["detail"]))
    show_table(("id", "at", "who", "act", "about", "unit", "detail"), rows)
