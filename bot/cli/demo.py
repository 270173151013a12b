"""`demo`: the product with sample people in the local chat; no token, no account, nothing outside."""

import shutil
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.app import Running
from bot.channels import registry
from bot.cli.common import ended, settings_of
from bot.cli.follow import follow
from bot.cli.run import configure_logs, until_stopped
from bot.config import App, Settings, Web
from bot.core.guidance.audience import audience
from bot.core.people.members import Role
from bot.core.schedule.occurrences import Once
from bot.storage.accounts import accounts, endpoints
from bot.storage.delivery import runs
from bot.storage.guidance import briefings, broadcasts
from bot.storage.opinion import opinions
from bot.storage.people import members
from bot.storage.people.members import Consent

ACCOUNT = "chat-thu"
PROVINCE = "66"
OWNER = "Ban Tuyên giáo và Dân vận Tỉnh ủy (đơn vị mẫu)"
FIRST_AFTER_MS = 8_000


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
    chosen = settings_of(config) if config else Settings(app=App(owner=OWNER))
    app = chosen.app.model_copy(update={"database": f"sqlite:///{folder.resolve()}/nhipcau.db"})
    chat = registry.local()
    account = chat.settings.model_validate({"name": ACCOUNT, "kind": chat.kind, "port": port})
    settings = chosen.model_copy(update={"app": app, "accounts": (account,), "web": Web(port=port)})
    configure_logs(quiet=True)
    ended(_play(settings))


async def _play(settings: Settings) -> None:
    samples = tomllib.loads((settings.app.content / "demo.toml").read_text(encoding="utf-8"))

    async def prepare(running: Running) -> None:
        await _seed(running, samples)

    async def ready(running: Running) -> None:
        await _schedule(running, samples["briefings"])
        await follow(running)

    await until_stopped(settings, ready, prepare)


async def _seed(running: Running, samples: dict[str, Any]) -> None:
    """Sample people and opinions, once."""
    now = running.clock.now_ms()
    today = running.house.today(now)
    async with running.database.write() as conn:
        if await members.count(conn):
            return
        await accounts.known(conn, ACCOUNT, registry.local().kind)
        for one in samples["people"]:
            consent = Consent("mẫu", now, "nhân vật mẫu")
            roles = [Role(role) for role in one["roles"]]
            member_id = await members.add(conn, one["name"], one["unit"], roles, "vi", consent, now)
            await endpoints.attach(conn, member_id, ACCOUNT, one["chat"], now)
        names = ("topic", "people", "tendency", "scale", "content", "proposal")
        for place, row in enumerate(samples["opinions"]):
            unit, *answers = row
            day = min(today, today.replace(day=1) + timedelta(days=place)).isoformat()
            given = {**dict(zip(names, answers, strict=True)), "urgency": "THUONG"}
            version = running.house.forms["opinion"].version
            sample = opinions.Kept(f"DL-MAU{place:03d}", version, unit, day, given, sample=True)
            await opinions.add(conn, sample, None, day)


async def _schedule(running: Running, slugs: list[str]) -> None:
    """The next sample briefing goes out by itself, a few seconds after the start."""
    now = running.clock.now_ms()
    async with running.database.write() as conn:
        so_far = len(await runs.every(conn))
        slug = slugs[so_far % len(slugs)]
        found = await briefings.latest(conn, slug)
        if found is None:
            raise LookupError(f"demo.toml names {slug}, which is not in content/briefings")
        topic = running.house.topics[found.briefing.topic]
        await broadcasts.create(
            conn,
            found.id,
            audience(PROVINCE, topic, frozenset({Role.COMMUNICATOR})),
            Once(at=now + FIRST_AFTER_MS),
            late_limit_ms=running.house.late_limit_ms,
            expiry_ms=running.house.expiry_ms,
            created_by=None,
            now=now,
        )
