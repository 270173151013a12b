"""`store`: the brake on everything, a backup while `run` is up, and the way back from one."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import store
from bot.acts.context import Context
from bot.cli import store_show
from bot.cli.common import CONFIG, ConfigOption, JsonOption, ended, show, show_table
from bot.cli.database_alone import braking, looking, settings_for_database
from bot.core.kernel.values import Ms
from bot.engine.times import Clock
from bot.storage import backup as backups
from bot.storage.database import connected
from bot.stores import on_database

T = TypeVar("T")
app = typer.Typer(
    help="The store: hold, release, status, retention, clock, backup, restore, new-key.", no_args_is_help=True
)


def _looking(config: Path, work: Callable[[AsyncConnection, Ms], Awaitable[T]]) -> T:
    async def looked(ctx: Context) -> T:
        return await work(ctx.conn, ctx.now)

    return looking(config, looked)


def _acting(config: Path, work: Callable[[AsyncConnection, Ms], Awaitable[T]]) -> T:
    async def acted(ctx: Context) -> T:
        return await work(ctx.conn, ctx.now)

    return braking(config, acted)


@app.command("hold")
def hold(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Stop everything within a second: nothing is sent, planned, handled or dropped; nothing is lost."""
    done = _acting(config, store.hold)
    show({"held": True, "changed": done}, json, lambda _: typer.echo("on hold" if done else "it was on hold"))


@app.command("new-key")
def new_key(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Go on without the store's key, where it is lost for good: invitations and leavings are void then."""
    _acting(config, store.new_key)
    show({"changed": True}, json, lambda _: typer.echo("the key that is here now is the store's"))


@app.command("clock")
def clock(
    config: ConfigOption = CONFIG,
    accept: Annotated[bool, typer.Option("--accept", help="It is right: go by it.")] = False,
    json: JsonOption = False,
) -> None:
    """Show this machine's clock, or have a `run` believe it at once that doubts it since it jumped."""
    settings = settings_for_database(config)
    now = Clock().now_ms()
    if accept:
        _acting(config, store.accept_clock)
    words = "is believed within seconds" if accept else "if it is right and `run` doubts it: --accept"
    line = f"{store_show.moment(now, settings.app.timezone)}: {words}"
    show({"now": now, "accepted": accept}, json, lambda _: typer.echo(line))


@app.command("release")
def release(
    config: ConfigOption = CONFIG,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: JsonOption = False,
) -> None:
    """Let everything go on, after showing what would go."""
    settings = settings_for_database(config)
    found = looking(config, partial(store_show.looked_at, settings.app.content))
    if not yes:
        if not json:
            store_show.print_status(found, settings.app.timezone)
        typer.confirm("Let it go on?", abort=True, err=True)
    done = _acting(config, store.release)
    words = "it goes on" if done else "it was not on hold"
    show({"held": False, "changed": done}, json, lambda _: typer.echo(words))


@app.command("status")
def status(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Whether the store is on hold, and what would go: to how many, how late."""
    settings = settings_for_database(config)
    found = looking(config, partial(store_show.looked_at, settings.app.content))
    show(
        store_show.status_values(found),
        json,
        lambda _: store_show.print_status(found, settings.app.timezone),
    )


@app.command("retention")
def retention(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """What was removed because its time was over, by kind of data, since it is counted."""
    timezone = settings_for_database(config).app.timezone

    async def found(ctx: Context) -> dict[str, Any]:
        removed = await store.removed(ctx.conn)
        return removed.model_dump() if removed else {"since": None, "last": None, "counts": {}}

    def plain(result: dict[str, Any]) -> None:
        if result["since"] is None:
            typer.echo("nothing yet: `run` looks every ten minutes")
            return
        last = store_show.moment(result["last"], timezone) if result["last"] else "nothing yet"
        typer.echo(f"since {store_show.moment(result['since'], timezone)}, the last of it: {last}")
        show_table(("kind", "removed"), [(kind, str(count)) for kind, count in result["counts"].items()])

    show(looking(config, found), json, plain)


File = Annotated[Path, typer.Argument(help="The backup's file.")]


@app.command("backup")
def backup(file: File, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Copy the store into FILE, also while `run` is up. PostgreSQL: by pg_dump."""

    settings = settings_for_database(config)

    async def copied() -> int:
        async with on_database(settings) as database:
            await asyncio.to_thread(backups.copy, database, file)
        return await asyncio.to_thread(lambda: file.stat().st_size)

    size = ended(copied())
    show({"file": str(file), "bytes": size}, json, lambda r: typer.echo(f"{r['file']}: {r['bytes']} bytes"))


@app.command("restore")
def restore(file: File, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Put a backup in the store's place, on hold: nothing goes until `store release`."""

    settings = settings_for_database(config)

    async def put_back() -> dict[str, Any]:
        async with connected(settings.app.database, settings.app.data) as database:
            done = await store.restore(database, file, Clock().now_ms(), ZoneInfo(settings.app.timezone))
        return {**done.model_dump(mode="json"), "held": True}

    show(ended(put_back()), json, partial(store_show.print_restored, file))
