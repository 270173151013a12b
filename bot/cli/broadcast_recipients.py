"""`broadcast recipients`: who has a run and who has not, unit by unit; of one unit by name."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.acts import recipients, standing
from bot.acts.context import Context, Refusal
from bot.acts.recipients import Behind, Named
from bot.cli import papers
from bot.cli.broadcast_show import when
from bot.cli.common import CONFIG, ConfigOption, JsonOption, Told, done, refuse, show, show_table
from bot.cli.database_alone import looking, settings_for_database
from bot.core.delivery.recipients import Standing
from bot.core.guidance.figures import UnitCount
from bot.core.kernel.errors import Refused
from bot.reports.workbook import Sheet, workbook

PAGE = 1000
HEADINGS = ("id", "name", "unit", "state", "reason", "since", "confirmed")


def recipients_(
    broadcast_id: Annotated[int, typer.Argument(help="The broadcast's number.")],
    unit: Annotated[str, typer.Option("--unit", help="A unit's code: its own people by name.")] = "",
    state: Annotated[
        list[str] | None, typer.Option("--state", help=f"Only these: {', '.join(Standing)}.")
    ] = None,
    run: Annotated[int | None, typer.Option("--run", help="Which run; else the latest.")] = None,
    skip: Annotated[int, typer.Option("--skip", min=0, help="Leave out so many.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Show so many.")] = PAGE,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="Write an .xlsx file too.")] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """How far each unit has come, the behind first; with --unit its own people by name, read or not."""
    wrong = [one for one in state or () if one not in set(Standing)]
    if wrong:
        refuse(f"--state {wrong[0]!r}: one of {', '.join(Standing)}")
    if state and not unit:
        refuse("--state goes with --unit: without it units are counted, not people")
    timezone = settings_for_database(config).app.timezone
    papers.check_free(sheet)
    standings = [Standing(one) for one in state or Standing]

    async def work(ctx: Context) -> dict[str, Any]:
        number = run if run is not None else await latest(ctx, broadcast_id)
        above = {"broadcast": broadcast_id, "run": number}
        if unit:
            found = await recipients.named(ctx, number, unit, standings, skip=skip, limit=limit)
            named = done(found, ctx.house)
            return {**_of(named, broadcast_id, above), **_people(named, timezone)}
        behind = done(await recipients.by_unit(ctx, number), ctx.house)
        return {**_of(behind, broadcast_id, above), **_units(behind)}

    result = looking(config, work)
    if sheet is not None:
        _write(sheet, result)
    show(result, json, _print)


async def latest(ctx: Context, broadcast_id: int) -> int:
    """The newest run of a broadcast. Raises Refused where there is none."""
    found = await standing.whole(ctx, broadcast_id)
    if isinstance(found, Refusal):
        raise Told(found, f"there is no broadcast {broadcast_id}")
    if not found.runs:
        raise Refused(f"broadcast {broadcast_id} has no run yet")
    return found.runs[-1]


def _of(found: Named | Behind, broadcast_id: int, values: dict[str, Any]) -> dict[str, Any]:
    if found.run.plan.id != broadcast_id:
        raise Refused(f"run {found.run.id} is not of broadcast {broadcast_id}")
    return {**values, "unit": found.place.code}


def _people(found: Named, timezone: str) -> dict[str, Any]:
    rows = [
        {
            "id": one.member,
            "name": one.name,
            "unit": found.place.code,
            "state": str(one.standing),
            "reason": str(one.why) if one.why else None,
            "since": when(one.since, timezone),
            "confirmed": when(one.confirmed_at, timezone),
        }
        for one in found.people
    ]
    return {"count": found.count, "recipients": rows}


def _units(found: Behind) -> dict[str, Any]:
    units = [{"unit": one.code, "name": one.name, **_figures(count)} for one, count in found.units]
    return {"units": units, "small_groups": _figures(found.small) if found.small else None}


def _figures(one: UnitCount) -> dict[str, Any]:
    return {
        "audience": one.audience,
        "acknowledged": one.read,
        "uncertain": one.uncertain,
        "failed": one.failed,
    }


def _rows(result: dict[str, Any]) -> tuple[tuple[str, ...], list[list[Any]]]:
    if "recipients" in result:
        return HEADINGS, [[one[name] for name in HEADINGS] for one in result["recipients"]]
    columns = ("unit", "name", "audience", "acknowledged", "uncertain", "failed")
    rows = [[one[name] for name in columns] for one in result["units"]]
    if small := result["small_groups"]:
        rows.append(["", "small groups", *(small[name] for name in columns[2:])])
    return columns, rows


def _write(path: Path, result: dict[str, Any]) -> None:
    columns, rows = _rows(result)
    title = f"Broadcast {result['broadcast']}, run {result['run']}, unit {result['unit']}"
    papers.write(path, workbook([Sheet("recipients", (title,), columns, rows)]))


def _print(result: dict[str, Any]) -> None:
    columns, rows = _rows(result)
    show_table(columns, [[str(cell) if cell is not None else "" for cell in row] for row in rows])
    if "recipients" in result and result["count"] > len(rows):
        typer.echo(f"{len(rows)} of {result['count']}: --skip and --limit show others")
