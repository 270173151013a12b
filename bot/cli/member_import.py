"""`member import`: many people at once, from a list as people have it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.acts import import_rows, imports, me
from bot.acts.imports import HEADINGS, NEEDED, Imported, Invited
from bot.channels.registry import platform
from bot.cli.common import CONFIG, ConfigOption, JsonOption, ended, in_store, settings_of, show, some
from bot.cli.member_cards import CARDS, LIST, Folder
from bot.cli.problems import listed
from bot.config import Settings
from bot.content import sheets
from bot.content.sheets import Row
from bot.core.kernel.errors import ContentError, Refused
from bot.engine.times import Clock


def import_members(
    file: Annotated[
        Path,
        typer.Argument(help=f"CSV or .xlsx with columns such as {', '.join(HEADINGS)}; also in Vietnamese."),
    ],
    config: ConfigOption = CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count; change nothing.")] = False,
    invitations: Annotated[
        Path | None,
        typer.Option(
            "--invitations",
            help="Folder for personal invitations to those without a chat id; "
            "who has a card there gets no second.",
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Register the people of a list; those whose chat is known already are left as they are."""
    settings = settings_of(config)
    if invitations is not None and invitations.exists() and not invitations.is_dir():
        raise typer.BadParameter(f"{invitations} is no folder")
    try:
        rows = sheets.read(file, HEADINGS, NEEDED)
    except ContentError as error:
        raise typer.BadParameter(str(error)) from None

    show(ended(_registered(settings, file, rows, invitations, dry_run=dry_run)), json, _counted)


async def _registered(
    settings: Settings, file: Path, rows: Sequence[Row], invitations: Path | None, *, dry_run: bool
) -> dict[str, Any]:
    async with in_store(settings) as (database, content):
        now = Clock().now_ms()
        zone = ZoneInfo(settings.app.timezone)
        addresses = {one.name: platform(one.kind).address for one in settings.every}
        languages = me.languages(content.texts, content.briefings)
        known = content.units, languages, addresses, zone, now, content.former
        found = import_rows.understand(rows, *known)
        if found.problems:
            raise Refused(listed(file, found.problems, "Nothing was imported."))
        kinds = {one.name: one.kind for one in settings.every}
        done = await imports.register(database, found.people, kinds, now, dry_run)
        folder = Folder(invitations, content, zone) if invitations is not None else None
        today = datetime.fromtimestamp(now / 1000, zone).date()
        new = folder.without_card(done.uninvited, today) if folder is not None else ()
        made: Sequence[Invited] = () if dry_run else await imports.conclude(database, done, new, now)
        if folder is not None and made:
            folder.add(made, today)
        carded = done.uninvited if folder is not None else ()
        return _summed(len(rows), done, len(made), len(carded) - len(new), dry_run)


def _summed(rows: int, done: Imported, invited: int, carded: int, dry_run: bool) -> dict[str, Any]:
    return {
        "rows": rows,
        "added": done.added,
        "known": done.known,
        "without_chat": len(done.uninvited),
        "invited": invited,
        "has_card": carded,
        "declined": [one.line for one in done.declined],
        "dry_run": dry_run,
    }


def _counted(result: dict[str, Any]) -> None:
    verb = "would be added" if result["dry_run"] else "added"
    typer.echo(f"{some(result['rows'], 'line')}: {result['added']} {verb}, {result['known']} known already.")
    if result["invited"]:
        typer.echo(
            f"{some(result['invited'], 'invitation')}: print {CARDS}; "
            f"the codes are in {LIST} and nowhere else."
        )
    if result["has_card"]:
        typer.echo(
            f"{some(result['has_card'], 'person', 'people')}: a card is in {LIST} already; "
            "for another, strike the line there."
        )
    elif result["without_chat"] and not result["invited"]:
        typer.echo(
            f"Without a chat id: {result['without_chat']}; --invitations FOLDER makes a card for each."
        )
    for line in result["declined"]:
        typer.echo(f"line {line}: has left since; only a later consent brings them back.")
