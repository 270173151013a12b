"""`check`: settings, content and database, before anything is started."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.accounts import open_to_others
from bot.acts import checking
from bot.channels import reaching
from bot.channels.registry import platform
from bot.cli.common import CONFIG, FAILED, ConfigOption, JsonOption, ended, settings_of, show, some
from bot.config import Settings
from bot.content import Content
from bot.core.kernel.filetypes import is_what_it_says, is_whole, picture_size, shown_as
from bot.core.kernel.secrets import masked
from bot.publishing import codes, read_content
from bot.running import make_channel
from bot.stores import as_it_stands
from bot.web.listening import ELSEWHERE, elsewhere


def check(
    config: ConfigOption = CONFIG,
    online: Annotated[
        bool, typer.Option("--online", help="Ask the platforms too, changing nothing there.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check settings, content and database. Reaches nothing outside unless asked with --online."""
    settings = settings_of(config, accounts=True)
    result = ended(_checked(settings, online))
    result["notes"] += _open_settings(config)
    result["notes"] += [
        f"{file} holds a secret and is open to others: chmod go= {file}"
        for file in open_to_others(settings.app.account_files)
    ]
    show(result, json, _plain)
    if result["problems"]:
        raise typer.Exit(FAILED)


async def _checked(settings: Settings, online: bool) -> dict[str, Any]:
    content = read_content(settings.app.content)
    problems: list[str] = []
    notes: list[str] = []
    addresses = bool(settings.web.public_url)
    _check_files(content, {one.kind for one in settings.accounts}, problems, notes, addresses)
    problems += [str(one) for one in settings.folder.mistakes]
    if settings.served and elsewhere(settings.web.host):
        problems.append(f"web.host is {ELSEWHERE}")
    remarks = (
        (one.name, platform(one.kind).remark(one, settings.web.public_url)) for one in settings.accounts
    )
    notes += [f"account {name}: {line}" for name, line in remarks if line]
    async with as_it_stands(settings) as database:
        most = {
            one.name: quota.users for one in settings.accounts if (quota := platform(one.kind).quota(one))
        }
        notes += await checking.nearly_full(database, most)
        found = await checking.examine(database, codes(content), [one.name for one in settings.accounts])
        problems += found.problems
        notes += found.notes
        looked = not settings.web.public_url
        for one in settings.accounts if online else ():
            channel = make_channel(one, database, public_url=settings.web.public_url)
            try:
                told = await channel.examine()
                if channel.hooked and not looked:
                    looked = True  # they all have one address: it is tried once
                    notes += await reaching.not_led_here(settings.web.public_url, one.name)
            finally:
                await channel.close()
            problems += [f"account {one.name}: {line}" for line in told.problems]
            notes += [f"account {one.name}: {line}" for line in (told.name, *told.notes) if line]
    return {
        "accounts": [one.name for one in settings.accounts],
        "topics": len(content.topics),
        "briefings": len(content.briefings),
        "units": len(content.units),
        "forms": sorted(content.forms),
        "languages": list(content.texts.languages),
        "notes": [masked(line) for line in notes],
        "problems": [masked(line) for line in problems],
    }


def _open_settings(file: Path) -> list[str]:
    """A settings file with a secret in it that others may read, in a line."""
    if not file.stat().st_mode & 0o077 or masked(text := file.read_text(encoding="utf-8")) == text:
        return []
    return [f"{file} holds a secret and is open to others: chmod go= {file}"]


def _check_files(
    content: Content, kinds: set[str], problems: list[str], notes: list[str], addresses: bool
) -> None:
    """Judge every attachment by what each platform takes."""
    for briefing in content.briefings.values():
        for file in briefing.files:
            data, name = content.path(briefing, file).read_bytes(), f"briefings/{briefing.slug}/{file.path}"
            if not data:
                problems.append(f"{name}: the file is empty")
            elif not is_what_it_says(file.media_type, data):
                problems.append(f"{name}: no {file.media_type}, whatever its extension says")
            elif not is_whole(file.media_type, data) or not _can_be_seen(file.media_type, data):
                problems.append(f"{name}: the file is cut short or damaged")
            else:
                for kind in sorted(kinds):
                    if not platform(kind).capabilities.documents:
                        how = "get its address" if addresses else "read the text alone: set web.public_url"
                        notes.append(f"{name}: {kind} takes no files, its members {how}")
                        continue
                    taken = shown_as(file.kind, data, platform(kind).limits)
                    if taken is None:
                        problems.append(f"{name}: {len(data)} bytes are too large for {kind}")
                    elif taken != file.kind:
                        notes.append(f"{name}: no {file.kind} for {kind}, goes as a {taken}")


def _can_be_seen(media_type: str, data: bytes) -> bool:
    return not media_type.startswith("image/") or picture_size(data) is not None


def _plain(result: dict[str, Any]) -> None:
    typer.echo(
        f"settings: {some(len(result['accounts']), 'account')}; "
        f"content: {some(result['briefings'], 'briefing')}, {some(result['topics'], 'topic')}, "
        f"{some(result['units'], 'unit')}, "
        f"languages {', '.join(result['languages'])}"
    )
    for line in result["notes"]:
        typer.echo(f"note: {line}")
    for line in result["problems"]:
        typer.echo(f"problem: {line}", err=True)
    if not result["problems"]:
        typer.echo("all is well")
