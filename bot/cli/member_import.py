"""`member import`: many people at once, from a list as people have it."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.acts import imports
from bot.acts.imports import HEADINGS, NEEDED, Imported, Invited, Problem
from bot.channels.registry import platform
from bot.cli.common import CONFIG, ConfigOption, JsonOption, ended, in_store, settings_of, show, some
from bot.content import Content, sheets
from bot.core.kernel.errors import ContentError, Refused
from bot.engine.times import Clock
from bot.reports.cards import Card, page

SHOWN = 20  # problems told of at most
CARDS, LIST = "giay-moi.html", "giay-moi.csv"


def import_members(
    file: Annotated[
        Path,
        typer.Argument(help=f"CSV or .xlsx with columns such as {', '.join(HEADINGS)}; also in Vietnamese."),
    ],
    config: ConfigOption = CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count; change nothing.")] = False,
    invitations: Annotated[
        Path | None,
        typer.Option("--invitations", help="Folder for personal invitations to those without a chat id."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Register the people of a list; those whose chat is known already are left as they are."""
    settings = settings_of(config)
    if invitations is not None and not invitations.is_dir():
        raise typer.BadParameter(f"there is no folder {invitations}")
    try:
        rows = sheets.read(file, HEADINGS, NEEDED)
    except ContentError as error:
        raise typer.BadParameter(str(error)) from None

    async def work() -> dict[str, Any]:
        async with in_store(settings) as (database, content):
            now = Clock().now_ms()
            addresses = {one.name: platform(one.kind).address for one in settings.accounts}
            zone = ZoneInfo(settings.app.timezone)
            found = imports.understand(rows, content.units, content.texts.languages, addresses, zone, now)
            if found.problems:
                raise Refused(_told(file, found.problems))
            kinds = {one.name: one.kind for one in settings.accounts}
            done = await imports.register(database, found.people, kinds, now, dry_run)
            made: Sequence[Invited] = ()
            if not dry_run:
                made = await imports.conclude(database, done, invitations is not None, now)
            if invitations is not None and made:
                _write(invitations, _cards(made, content, zone), content)
            return _summed(len(rows), done, len(made), dry_run)

    show(ended(work()), json, _counted)


def _told(file: Path, problems: list[Problem]) -> str:
    lines = [
        f"{file}: line {one.line}, {one.column}: found {one.found!r}; allowed: {one.allowed}"
        for one in sorted(problems, key=lambda one: one.line)
    ]
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join([*lines[:SHOWN], *more, "Nothing was imported."])


def _cards(made: Sequence[Invited], content: Content, zone: ZoneInfo) -> list[Card]:
    names = {unit.code: unit.name for unit in content.units}
    cards = []
    for one in made:
        roles = ", ".join(content.texts.line("vi", f"role.{role}") for role in sorted(one.member.roles))
        day = datetime.fromtimestamp(one.expires_at / 1000, zone).strftime("%d/%m/%Y")
        cards.append(Card(one.member.name, names[one.member.unit], roles, one.code, one.link, day))
    return cards


def _write(folder: Path, cards: list[Card], content: Content) -> None:
    words = [content.texts.line("vi", f"card.{key}") for key in ("title", "how", "until")]
    table = StringIO()
    writer = csv.writer(table)
    writer.writerow(("name", "unit", "roles", "code", "link", "until"))
    for card in cards:
        writer.writerow(
            [
                _inert(cell or "")
                for cell in (card.name, card.unit, card.roles, card.code, card.link, card.until)
            ]
        )
    for name, text in ((CARDS, page(cards, words)), (LIST, "\ufeff" + table.getvalue())):
        path = folder / name
        path.touch()
        path.chmod(0o600)  # it may have stood there, open to others
        path.write_text(text, encoding="utf-8")


def _inert(cell: str) -> str:
    """A cell that no program takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" else cell


def _summed(rows: int, done: Imported, invited: int, dry_run: bool) -> dict[str, Any]:
    return {
        "rows": rows,
        "added": done.added,
        "known": done.known,
        "without_chat": len(done.uninvited),
        "invited": invited,
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
    elif result["without_chat"]:
        typer.echo(
            f"Without a chat id: {result['without_chat']}; --invitations FOLDER makes a card for each."
        )
    for line in result["declined"]:
        typer.echo(f"line {line}: has left since; only a later consent brings them back.")
