"""`store`: the brake on everything, a backup while `run` is up, and the way back from one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import store
from bot.acts.context import Context
from bot.acts.store import Status
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    braking,
    ended,
    looking,
    settings_for_database,
    show,
    show_table,
    some,
)
from bot.core.kernel.values import MINUTE_MS, Ms
from bot.core.people.erasure_clock import answer_by, done_by
from bot.engine.times import Clock
from bot.storage import backup as backups
from bot.storage.database import connected
from bot.stores import on_database

T = TypeVar("T")
app = typer.Typer(
    help="The store: hold, release, status, retention, clock, backup, restore, new-key.", no_args_is_help=True
)
WHY = {
    "operator": "an operator put it on hold",
    "restored": "it was restored from a backup",
    "older": "it is older than what was last sent from it",
}

UNKNOWN = (
    "ATTENTION: neither the store as it was nor its own journal of departures (….departures) could be read: "
    "whoever left after the backup was made is in it again. Put the journal back and restore anew; "
    "where there is none, erase them by hand before `store release`"
)

RIGHTS_UNKNOWN = (
    "ATTENTION: the store as it was could not be read: whoever was suspended, or lost a right, after the "
    "backup was made has it again. Codes that give more than to read and report are withdrawn; look at "
    "`member list` and `invite list` before `store release`"
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
    line = f"{_moment(now, settings.app.timezone)}: {words}"
    show({"now": now, "accepted": accept}, json, lambda _: typer.echo(line))


@app.command("release")
def release(
    config: ConfigOption = CONFIG,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: JsonOption = False,
) -> None:
    """Let everything go on, after showing what would go."""
    settings = settings_for_database(config)
    found = _looking(config, store.status)
    if not yes:
        if not json:
            _plain(found, settings.app.timezone)
        typer.confirm("Let it go on?", abort=True, err=True)
    done = _acting(config, store.release)
    words = "it goes on" if done else "it was not on hold"
    show({"held": False, "changed": done}, json, lambda _: typer.echo(words))


@app.command("status")
def status(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Whether the store is on hold, and what would go: to how many, how late."""
    settings = settings_for_database(config)
    found = _looking(config, store.status)
    show(_shown(found, settings.app.timezone), json, lambda _: _plain(found, settings.app.timezone))


def _shown(found: Status, timezone: str) -> dict[str, Any]:
    late = [{**one.model_dump(), "late_ms": max(0, found.now - one.at)} for one in found.runs]
    due = [{**one.model_dump(), "late_ms": max(0, found.now - one.at)} for one in found.broadcasts]
    shown = {**found.model_dump(), "runs": late, "broadcasts": due}
    if found.erased is not None:
        day = _day(found.erased.since, timezone)
        shown["erased"] |= {"answer_by": answer_by(day).isoformat(), "done_by": done_by(day).isoformat()}
    return shown


def _erasures(found: Status, timezone: str) -> list[str]:
    """What keeps erasures from being done, and by when they are to be."""
    lines = []
    if found.held is not None and found.updates_since is not None:
        day = _day(found.updates_since, timezone)
        lines.append(
            f"the oldest update came at {_moment(found.updates_since, timezone)}: if it asks for erasure, an "
            f"answer is due by {answer_by(day)}, and it is to be done by {done_by(day)}"
        )
    if found.erased is not None:
        day, tables = _day(found.erased.since, timezone), ", ".join(found.erased.tables)
        how = f"write anew by hand (VACUUM FULL): {tables}" if tables else "it goes by itself"
        lines.append(
            f"erased since {_moment(found.erased.since, timezone)} and still in the server's files, "
            f"to be out of them by {done_by(day)}: {how}"
        )
    return lines


def _plain(found: Status, timezone: str) -> None:
    def when(ms: Ms) -> str:
        return _moment(ms, timezone)

    if found.held is None:
        typer.echo("not on hold")
    else:
        typer.echo(f"on hold since {when(found.held.since)}: {WHY.get(found.held.why, found.held.why)}")
        if found.held.unknown_departures:
            typer.echo(UNKNOWN)
    for run in found.runs:
        late = f", {_span(found.now - run.at)} late" if run.waiting else ""
        typer.echo(
            f"broadcast {run.broadcast} ({run.slug}), due {when(run.at)}, {run.state}: "
            f"{run.waiting} would go{late}; {run.uncertain} in doubt (nhipcau broadcast resolve)"
        )
    for one in found.broadcasts:
        typer.echo(
            f"broadcast {one.broadcast} ({one.slug}), {one.state}: was due {when(one.at)}, "
            f"{_span(found.now - one.at)} ago (nhipcau broadcast resume, or cancel)"
        )
    typer.echo(
        f"waiting: {some(found.replies, 'reply', 'replies')}; "
        f"to be handled: {some(found.updates, 'update')}; "
        f"due: {some(found.notices, 'reminder or ring', 'reminders and rings')}"
    )
    for line in _erasures(found, timezone):
        typer.echo(line)


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
        last = _moment(result["last"], timezone) if result["last"] else "nothing yet"
        typer.echo(f"since {_moment(result['since'], timezone)}, the last of it: {last}")
        show_table(("kind", "removed"), [(kind, str(count)) for kind, count in result["counts"].items()])

    show(looking(config, found), json, plain)


def _moment(ms: Ms, timezone: str) -> str:
    return datetime.fromtimestamp(ms / 1000, ZoneInfo(timezone)).isoformat(" ", "minutes")


def _day(ms: int, timezone: str) -> date:
    return datetime.fromtimestamp(ms / 1000, ZoneInfo(timezone)).date()


def _span(ms: int) -> str:
    minutes = ms // MINUTE_MS
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


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

    def plain(result: dict[str, Any]) -> None:
        typer.echo(f"restored from {file}, on hold")
        if result["erased"] is None:
            typer.echo(UNKNOWN)
        else:
            typer.echo(f"erased in it, for they had left since: {some(result['erased'], 'member')}")
        if result["rights"] is None:
            typer.echo(RIGHTS_UNKNOWN)
        else:
            typer.echo(f"suspended, moved or with fewer rights, as since: {some(result['rights'], 'member')}")
        typer.echo(
            f"admit fewer or nobody, as used or withdrawn since: {some(result['codes'], 'invitation')}"
        )
        typer.echo(
            "in doubt now, for they may have gone out since: "
            f"{some(result['uncertain'], 'delivery', 'deliveries')}"
        )
        paused = some(result["paused"], "broadcast")
        typer.echo(f"paused, for they fell due, were cancelled or changed since: {paused}")
        back = some(result["returned"], "broadcast")
        typer.echo(f"back with their authors, for their approval may have been decided since: {back}")
        if result["kept"]:
            typer.echo(f"the store as it was: {result['kept']}")
        typer.echo("look with `nhipcau store status`, then `nhipcau store release`")

    show(ended(put_back()), json, plain)
