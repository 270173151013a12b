"""`request`: who asks to come in, and deciding it."""

from typing import Annotated, Any

import typer

from bot.acts import requests
from bot.acts.context import Context
from bot.acts.requests import REASONS, Decided
from bot.cli.common import CONFIG, ConfigOption, JsonOption, done, show, show_table
from bot.cli.database_alone import braking, in_words, looking
from bot.core.kernel.values import HOUR_MS
from handlers.people.menus import put_menus

app = typer.Typer(help="Requests to join: list, approve, decline.", no_args_is_help=True)
Id = Annotated[int, typer.Argument(help="The request's number, as `request list` shows it.")]


@app.command("list")
def waiting(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the requests that wait, the oldest first."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [
            {
                "id": one.id,
                "name": one.name,
                "unit": one.place.code,
                "unit_name": one.place.name,
                "since": ctx.house.local(one.since).isoformat(timespec="seconds"),
                "hours": (ctx.now - one.since) // HOUR_MS,
            }
            for one in done(await requests.waiting(ctx), ctx.house)
        ]

    show(looking(config, work), json, _table)


def _table(found: list[dict[str, Any]]) -> None:
    rows = [(str(one["id"]), one["name"], one["unit_name"], one["since"]) for one in found]
    show_table(("id", "name", "unit", "since"), rows)


@app.command("approve")
def approve(number: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Let in who asked, as a communicator."""

    async def work(ctx: Context) -> dict[str, Any]:
        decided = done(await requests.admit(in_words(ctx), number), ctx.house)
        if decided.standing is not None:
            await put_menus(ctx, decided.standing, "vi")
        return _shown(number, decided, "accepted")

    show(braking(config, work, speaks=True), json, _said)


@app.command("decline")
def decline(
    number: Id,
    config: ConfigOption = CONFIG,
    reason: Annotated[
        str, typer.Option("--reason", help=f"What they are told: {', '.join(REASONS)}.")
    ] = "other",
    json: JsonOption = False,
) -> None:
    """Do not let in who asked, and tell them why."""

    async def work(ctx: Context) -> dict[str, Any]:
        return _shown(
            number, done(await requests.decline(in_words(ctx), number, reason), ctx.house), "declined"
        )

    show(braking(config, work, speaks=True), json, _said)


def _shown(number: int, decided: Decided, state: str) -> dict[str, Any]:
    return {"id": number, "state": state, "name": decided.name, "unit": decided.place.code}


def _said(decided: dict[str, Any]) -> None:
    typer.echo(f"request {decided['id']} of {decided['name']} for {decided['unit']}: {decided['state']}")
