"""`unit change`: units renamed, moved, merged, split, founded, closed, from a list with days and decrees."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.acts import unit_changes
from bot.acts.context import Context, Operator, Refusal
from bot.acts.succession import Hanging
from bot.acts.unit_changes import HEADINGS, NEEDED, Ending, Understood
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    done,
    ended,
    in_store,
    refuse,
    settings_of,
    show,
    some,
)
from bot.cli.problems import listed
from bot.config import Settings
from bot.content import Content, sheets
from bot.content.sheets import Row
from bot.content.unit_changes import keep
from bot.core.kernel.errors import ContentError, Refused
from bot.core.people.units import Unit
from bot.engine.times import Clock
from bot.houses import make_house
from bot.publishing import publish, read_content

SO = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a list comes to: its changes, units before and after it, what hangs on those that end."""

    found: Understood
    before: dict[str, Unit]
    after: tuple[Unit, ...]
    ending: Sequence[Ending]
    today: date


def change_units(
    file: Annotated[
        Path,
        typer.Argument(help=f"CSV or .xlsx with columns such as {', '.join(HEADINGS)}; also in Vietnamese."),
    ],
    config: ConfigOption = CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: JsonOption = False,
) -> None:
    """Change the tree of units from a list; people and what is open follow, what happened stays."""
    settings = settings_of(config)
    try:
        rows = sheets.read(file, HEADINGS, NEEDED)
    except ContentError as error:
        raise typer.BadParameter(str(error)) from None
    if not dry_run and not yes:
        if json:
            refuse("--json changes units with --yes, or shows what would change with --dry-run")
        _plain(ended(_work(settings, file, rows, dry_run=True)))
        if not typer.confirm("Change the units so?"):
            refuse(SO, kind="declined")
    show(ended(_work(settings, file, rows, dry_run=dry_run)), json, _plain)


async def _work(settings: Settings, file: Path, rows: Sequence[Row], *, dry_run: bool) -> dict[str, Any]:
    async with in_store(settings) as (database, content):
        house, now = make_house(settings, content), Clock().now_ms()
        today = content.day or house.today(now)
        found = unit_changes.understand(rows, content.tree, today)
        if not (found.problems or found.changes):
            raise Refused(f"{file}: no change in it. {SO}")
        async with database.read() as conn:
            plan = await _planned(Context(conn, house, Operator(), now), found, content, today)
        if found.problems:
            raise Refused(listed(file, found.problems, SO))
        if dry_run:
            return _summed(plan, "")
        kept = keep(content.folder, found.changes)
        await publish(database, read_content(settings.app.content), now)
        async with database.write() as conn:
            taken = await unit_changes.take_up(Context(conn, house, Operator(), now), kept, found.people)
            done(taken if isinstance(taken, Refusal) else "", house)
        return _summed(plan, kept)


async def _planned(ctx: Context, found: Understood, content: Content, today: date) -> _Plan:
    """Judged against the store as well: who is named must be there, what simply ends must be empty."""
    if found.problems:
        return _Plan(found, {}, (), (), today)
    last = max(change.day for change in found.changes)
    whole = content.tree.model_copy(update={"changes": (*content.tree.changes, *found.changes)})
    before, after = {unit.code: unit for unit in content.tree.on(last)}, whole.on(last)
    ending = await unit_changes.endings(ctx, before, after)
    found.problems += await unit_changes.strangers(ctx, found.people)
    for one in ending:
        if one.hanging and not one.heirs:
            hanging = ", ".join(f"{key}: {count}" for key, count in asdict(one.hanging).items() if count)
            raise Refused(
                f"{one.unit.code} {one.unit.name} ends, and on it hang {hanging}: say who takes over. {SO}"
            )
    return _Plan(found, before, after, ending, today)


def _summed(plan: _Plan, kept: str) -> dict[str, Any]:
    days = [change.day for change in plan.found.changes]
    return {
        "dry_run": not kept,
        "file": kept,
        "later": sum(day > plan.today for day in days),
        "changes": [change.model_dump(mode="json") for change in plan.found.changes],
        "units": [
            {"before": _shown(plan.before.get(unit.code)), "after": _shown(unit)}
            for unit in plan.after
            if plan.before.get(unit.code) != unit
        ],
        "ending": [
            {
                "unit": one.unit.code,
                "name": one.unit.name,
                "day": one.unit.until.isoformat() if one.unit.until else None,
                "into": [heir.code for heir in one.heirs],
                **asdict(one.hanging),
            }
            for one in plan.ending
        ],
        "people": [{"member": one.member, "into": one.into} for one in plan.found.people],
    }


def _shown(unit: Unit | None) -> dict[str, Any] | None:
    return None if unit is None else unit.model_dump(mode="json")


def _plain(result: dict[str, Any]) -> None:
    verb = "would change" if result["dry_run"] else "changed"
    typer.echo(f"{some(len(result['changes']), 'change')}: {some(len(result['units']), 'unit')} {verb}.")
    for unit in result["units"]:
        before, after = unit["before"], unit["after"]
        if before is None:
            typer.echo(
                f"  {after['code']} {after['name']}: new under {after['parent']} from {after['since']}"
            )
        elif after["until"] != before["until"]:
            typer.echo(f"  {after['code']} {after['name']}: ends on {after['until']} {_becomes(after)}")
        else:
            renamed = f" is called {after['name']}" if after["name"] != before["name"] else ""
            moved = f" stands under {after['parent']}" if after["parent"] != before["parent"] else ""
            typer.echo(f"  {before['code']} {before['name']}:{renamed}{moved} from {after['since']}")
    for one in result["ending"]:
        hanging = ", ".join(f"{one[key]} {key}" for key in _HANGING if one[key])
        if hanging:
            typer.echo(
                f"  {one['unit']} {one['name']}: on it hang {hanging}; they follow to {one['into'][0]}"
            )
    if result["people"]:
        typer.echo(f"  {some(len(result['people']), 'person', 'people')} sent elsewhere, as the list says")
    if result["later"]:
        typer.echo(f"  {some(result['later'], 'change')} for a later day: `run` makes it on that day")
    if result["file"]:
        typer.echo(f"Kept in the content as {result['file']}.")


_HANGING = tuple(one.name for one in fields(Hanging))


def _becomes(unit: dict[str, Any]) -> str:
    return f"and becomes {', '.join(unit['heirs'])}" if unit["heirs"] else "and becomes nothing"
