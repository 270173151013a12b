"""`member`: who is registered, and registering many at once."""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import config
from bot.cli.common import CONFIG, ConfigOption, JsonOption, refuse, show, with_store
from bot.content import Content
from bot.core.kernel.errors import ContentError, Refused
from bot.core.people.members import Role, parse_roles
from bot.storage.accounts import accounts, endpoints
from bot.storage.people import audit, members, units
from bot.storage.people.members import Consent

app = typer.Typer(help="Members: list and import.", no_args_is_help=True)
COLUMNS = ("name", "unit", "roles", "language", "account", "chat_id", "consent")
PAGE = 1000


@app.command("list")
def list_members(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """List the active members."""

    async def work(conn: AsyncConnection, *_: object) -> list[dict[str, Any]]:
        found, after = [], 0
        while page := await members.page(conn, after, PAGE):
            for one in page:
                reached = await endpoints.of(conn, one.id)
                found.append(
                    {
                        "id": one.id,
                        "name": one.name,
                        "unit": one.unit,
                        "roles": sorted(one.roles),
                        "language": one.language,
                        "endpoints": [
                            {"account": e.account, "chat_id": e.chat_id, "state": e.state} for e in reached
                        ],
                    }
                )
            after = page[-1].id
        return found

    show(with_store(config, work), json, _table)


def _table(found: list[dict[str, Any]]) -> None:
    table = Table("id", "name", "unit", "roles", "language", "accounts")
    for one in found:
        reached = ", ".join(f"{e['account']} ({e['state']})" for e in one["endpoints"])
        row = (str(one["id"]), one["name"], one["unit"], ", ".join(one["roles"]), one["language"], reached)
        table.add_row(*row)
    Console().print(table)


@dataclass(frozen=True, slots=True)
class Line:
    """One person of an import file, understood."""

    name: str
    unit: str
    roles: frozenset[Role]
    language: str
    account: str
    chat_id: str
    consent: Consent


@app.command("import")
def import_members(
    file: Annotated[Path, typer.Argument(help=f"CSV in UTF-8 with the columns {', '.join(COLUMNS)}.")],
    config: ConfigOption = CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count; change nothing.")] = False,
    json: JsonOption = False,
) -> None:
    """Register the people of a CSV file; those whose chat is known already are left as they are."""
    rows = _read(file)

    async def work(conn: AsyncConnection, settings: Any, content: Content, now: int) -> dict[str, Any]:
        lines = await _understood(conn, rows, file, settings, content, now)
        added = 0
        for line in lines:
            if await members.at(conn, line.account, line.chat_id) is not None:
                continue
            added += 1
            if not dry_run:
                member_id = await members.add(
                    conn, line.name, line.unit, line.roles, line.language, line.consent, now
                )
                await endpoints.attach(conn, member_id, line.account, line.chat_id, now)
        if added and not dry_run:
            await audit.note(conn, "cli", "import members", f"count:{added}", "", now)
        return {"rows": len(lines), "added": added, "known": len(lines) - added, "dry_run": dry_run}

    show(with_store(config, work), json, _counted)


def _counted(result: dict[str, Any]) -> None:
    verb = "would be added" if result["dry_run"] else "added"
    typer.echo(f"{result['rows']} rows: {result['added']} {verb}, {result['known']} known already.")


def _read(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                refuse(f"{file}: line 1: missing columns {', '.join(missing)}; needed: {', '.join(COLUMNS)}")
            return [{name: (row[name] or "").strip() for name in COLUMNS} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        refuse(f"{file}: cannot be read as CSV in UTF-8: {error}")


async def _understood(
    conn: AsyncConnection,
    rows: list[dict[str, str]],
    file: Path,
    settings: config.Settings,
    content: Content,
    now: int,
) -> list[Line]:
    known = {row.name for row in await accounts.every(conn)} | {one.name for one in settings.accounts}
    for one in settings.accounts:
        await accounts.known(conn, one.name, one.kind)
    zone, problems, lines = ZoneInfo(settings.app.timezone), [], []
    for number, row in enumerate(rows, start=2):
        try:
            place = await units.get(conn, row["unit"])
            if place is None:
                raise ContentError(str(file), f"line {number}, unit", row["unit"], "a unit's code")
            if row["account"] not in known:
                allowed = f"one of {', '.join(sorted(known))}" if known else "none is set"
                raise ContentError(str(file), f"line {number}, account", row["account"], allowed)
            if row["language"] not in content.texts.languages:
                allowed = ", ".join(content.texts.languages)
                raise ContentError(str(file), f"line {number}, language", row["language"], allowed)
            for key in ("name", "chat_id", "consent"):
                if not 0 < len(row[key]) <= 200:
                    raise ContentError(
                        str(file), f"line {number}, {key}", row[key][:40], "1 to 200 characters"
                    )
            lines.append(_line(row, zone, now))
        except ContentError as error:
            problems.append(str(error))
        except ValueError as error:
            problems.append(f"{file}: line {number}: {error}")
    if problems:
        more = f"\n… and {len(problems) - 20} more" if len(problems) > 20 else ""
        raise Refused("\n".join(problems[:20]) + more + "\nNothing was imported.")
    return lines


def _line(row: dict[str, str], zone: ZoneInfo, now: int) -> Line:
    roles = parse_roles(row["roles"])
    if not roles:
        raise ValueError(f"no role; roles: {', '.join(Role)}")
    consent = Consent("paper", _day_in(row["consent"], zone) or now, row["consent"])
    return Line(row["name"], row["unit"], roles, row["language"], row["account"], row["chat_id"], consent)


def _day_in(text: str, zone: ZoneInfo) -> int | None:
    """The first ISO date in a text, as ms UTC of its beginning."""
    for word in text.replace(",", " ").split():
        try:
            day = date.fromisoformat(word[:10])
        except ValueError:
            continue
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
    return None
