"""`check`: settings, content and database, before anything is started."""

import asyncio
from typing import Annotated, Any

import typer

from bot.channels.registry import platform
from bot.cli.common import CONFIG, FAILED, ConfigOption, JsonOption, ended, settings_of, show
from bot.config import Settings
from bot.content import Content
from bot.core.kernel.errors import AccountDenied
from bot.core.kernel.filetypes import picture_size, shown_as
from bot.core.kernel.secrets import masked
from bot.publishing import read_content
from bot.running import make_channel
from bot.storage import schema
from bot.storage.database import connected
from bot.storage.private import open_to_others

ANSWER_S = 20.0


def check(
    config: ConfigOption = CONFIG,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the platforms too whether they know us.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check settings, content and database. Reaches nothing outside unless asked with --online."""
    settings = settings_of(config, accounts=True)
    result = ended(_checked(settings, online))
    show(result, json, _plain)
    if result["problems"]:
        raise typer.Exit(FAILED)


async def _checked(settings: Settings, online: bool) -> dict[str, Any]:
    content = read_content(settings.app.content)
    problems: list[str] = []
    notes: list[str] = []
    _check_files(content, {one.kind for one in settings.accounts}, problems, notes)
    async with connected(settings.app.database, settings.app.data) as database:
        if database.path is not None and not database.path.exists():
            notes.append(f"{database.path} does not exist yet; the first run makes it")
        else:
            problems += await database.check()
            problems += open_to_others(database)
            wrong = await schema.check(database)
            if wrong is not None:
                (problems if "newer" in wrong else notes).append(f"database: {wrong}")
        for one in settings.accounts if online else ():
            channel = make_channel(one, database, public_url=settings.web.public_url)
            try:
                async with asyncio.timeout(ANSWER_S):
                    identity = await channel.open()
                notes.append(f"account {one.name}: {identity.name}")
            except (AccountDenied, OSError) as error:
                problems.append(f"account {one.name}: {masked(str(error)) or type(error).__name__}")
            finally:
                await channel.close()
    return {
        "accounts": [one.name for one in settings.accounts],
        "topics": len(content.topics),
        "briefings": len(content.briefings),
        "units": len(content.units),
        "forms": sorted(content.forms),
        "languages": list(content.texts.languages),
        "notes": notes,
        "problems": problems,
    }


def _check_files(content: Content, kinds: set[str], problems: list[str], notes: list[str]) -> None:
    """Judge every attachment by what each platform takes."""
    for briefing in content.briefings.values():
        for file in briefing.files:
            data, name = content.path(briefing, file).read_bytes(), f"briefings/{briefing.slug}/{file.path}"
            if not data:
                problems.append(f"{name}: the file is empty")
            elif file.media_type.startswith("image/") and picture_size(data) is None:
                problems.append(f"{name}: no picture, whatever its extension says")
            else:
                for kind in sorted(kinds):
                    if not platform(kind).capabilities.documents:
                        notes.append(f"{name}: {kind} takes no files, its members read the text alone")
                        continue
                    taken = shown_as(file.kind, data, platform(kind).limits)
                    if taken is None:
                        problems.append(f"{name}: {len(data)} bytes are too large for {kind}")
                    elif taken != file.kind:
                        notes.append(f"{name}: no {file.kind} for {kind}, goes as a {taken}")


def _plain(result: dict[str, Any]) -> None:
    typer.echo(
        f"settings: {len(result['accounts'])} accounts; content: {result['briefings']} briefings, "
        f"{result['topics']} topics, {result['units']} units, languages {', '.join(result['languages'])}"
    )
    for line in result["notes"]:
        typer.echo(f"note: {line}")
    for line in result["problems"]:
        typer.echo(f"problem: {line}", err=True)
    if not result["problems"]:
        typer.echo("all is well")
