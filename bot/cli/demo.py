"""`demo`: the product with sample people in the local chat; no token, no account, nothing outside."""

import asyncio
import shutil
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts import rehearsing, staging
from bot.acts.context import Context, Operator
from bot.channels import registry
from bot.cli.common import ended, settings_of
from bot.cli.follow import follow
from bot.cli.run import configure_logs, until_stopped
from bot.config import App, Reporting, Settings, Web
from bot.core.kernel.values import Ms
from bot.running import Running

ACCOUNT = "chat-thu"
PROVINCE = "66"
OWNER = "Ban Tuyên giáo và Dân vận Tỉnh ủy (đơn vị mẫu)"
FIRST_AFTER_MS = 8_000
ASKS_NOBODY = Reporting(prompt_day="")  # it is the same on a Friday


def demo(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The local chat's port.")] = 8080,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over: forget what was done before.")] = False,
    data: Annotated[Path, typer.Option("--data", help="Where the demo keeps its database.")] = Path("data"),
    config: Annotated[
        Path | None, typer.Option("--config", help="Take all but accounts and database from this file.")
    ] = None,
) -> None:
    """Start the product with sample people, in a chat in your browser."""
    folder = data / "demo"
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    chosen = settings_of(config) if config else Settings(app=App(owner=OWNER), reporting=ASKS_NOBODY)
    app = chosen.app.model_copy(update={"database": f"sqlite:///{folder.resolve()}/nhipcau.db"})
    chat = registry.local()
    account = chat.settings.model_validate({"name": ACCOUNT, "kind": chat.kind, "port": port})
    settings = chosen.model_copy(update={"app": app, "accounts": (account,), "web": Web(port=port)})
    configure_logs(quiet=True)
    ended(_play(settings))


async def _play(settings: Settings) -> None:
    samples = tomllib.loads((settings.app.content / "demo.toml").read_text(encoding="utf-8"))

    fresh = False

    async def prepare(running: Running) -> None:
        nonlocal fresh
        fresh = await _seed(running, samples)

    async def ready(running: Running) -> None:
        async with asyncio.TaskGroup() as group:  # the page is told of, and answers, meanwhile
            group.create_task(_begin(running, samples, fresh))
            await follow(running)

    await until_stopped(settings, ready, prepare)


async def _begin(running: Running, samples: dict[str, Any], fresh: bool) -> None:
    if fresh:
        async with running.database.write() as conn:
            await staging.stage(_context(running, conn), samples["scene"])
    await _schedule(running, samples)


def _context(running: Running, conn: AsyncConnection) -> Context:
    return Context(conn, running.house, Operator(), running.clock.now_ms(), ACCOUNT)


async def _seed(running: Running, samples: dict[str, Any]) -> bool:
    async with running.database.write() as conn:
        return await rehearsing.seed(_context(running, conn), registry.local().kind, samples, PROVINCE)


async def _schedule(running: Running, samples: dict[str, Any]) -> None:
    """The next sample briefing goes out by itself, a few seconds after the start."""
    async with running.database.write() as conn:
        ctx = _context(running, conn)
        await rehearsing.schedule_next(ctx, samples, PROVINCE, Ms(ctx.now + FIRST_AFTER_MS))
    running.ring()
