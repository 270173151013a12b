"""`conference`: announced, confirmed point by point, reminded, its table and proposals, from the shell."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.acts import conference_notices, conference_papers, conference_points, conferences
from bot.acts.conference_points import Seen
from bot.acts.context import Context
from bot.cli import conference_proposals, papers
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    refuse,
    show,
    show_table,
    some,
)
from bot.core.kernel.values import Ms
from bot.core.meetings.conference import Whom
from bot.core.schedule.instants import milliseconds
from bot.core.schedule.parse import parse_when

app = typer.Typer(help="Conferences and their points.", no_args_is_help=True)
conference_proposals.add_to(app)

Number = Annotated[int, typer.Argument(help="The conference's number.", min=1)]
Own = Annotated[str, typer.Option("--unit", help="The unit whose point it is: its code.")]


@app.command("create")
def create(
    unit: Annotated[str, typer.Option("--unit", help="The host: the unit's code.")],
    title: Annotated[str, typer.Option("--title", help="What it is called.")],
    at: Annotated[str, typer.Option("--at", help='When, such as "14h ngày 5/12/2026".')],
    place: Annotated[str, typer.Option("--place", help="Where, or a link.")],
    agenda: Annotated[str, typer.Option("--agenda", help="What is on it.")],
    how: Annotated[str, typer.Option("--how", help="KET_HOP, TRUC_TUYEN or TRUC_TIEP.")] = "KET_HOP",
    whom: Annotated[Whom, typer.Option("--whom", help="Units directly below, or all.")] = Whom.DIRECT,
    days: Annotated[int, typer.Option("--answer-days", help="1, 2, 3 or 7 days before.")] = 2,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Announce a conference: the units below hear at once, and confirm their points."""
    said = {"title": title, "place": place, "agenda": agenda, "how": how, "whom": str(whom)}

    async def work(ctx: Context) -> dict[str, Any]:
        answers = {**said, "days": str(days), "at": str(_time(at, ctx.moment))}
        made = done(await conferences.announce(ctx, answers, unit), ctx.house)
        return {"id": made.row.id, "unit": made.row.unit, "title": made.row.title, "points": len(made.units)}

    show(acting(config, work), json, _announced)


def _announced(made: dict[str, Any]) -> None:
    typer.echo(f"conference {made['id']}: {some(made['points'], 'unit')} asked")


@app.command("list")
def list_conferences(
    unit: Annotated[str, typer.Option("--unit", help="As this unit has them: its code.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """List the conferences that a unit hosts or is asked to, the latest first."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        found = done(await conference_points.listed(ctx, unit), ctx.house)
        own = [one.own.state if one.own else None for one in found]
        rows = zip(found, own, strict=True)
        return [{**_row(ctx, one.row), "hosts": one.hosts, "own": state} for one, state in rows]

    show(reading(config, work), json, _table)


@app.command("show")
def show_one(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Show a conference, and how its table of points fills up."""

    async def work(ctx: Context) -> dict[str, Any]:
        seen = done(await conference_points.look(ctx, number), ctx.house)
        briefings = [
            {"broadcast": one.broadcast, "title": one.title} for one in await conferences.hangs(ctx, number)
        ]
        return {**_row(ctx, seen.row), **_counted(seen), "briefings": briefings}

    show(reading(config, work), json, lambda r: _table([r]))


@app.command("points")
def points(
    number: Number,
    out: Annotated[Path | None, typer.Option("--out", help="Write an .xlsx file.")] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """List the points of a conference, the behind first; or write them, with the proposals, as a sheet."""
    papers.check_free(out)

    async def work(ctx: Context) -> Any:
        if out is not None:
            papers.write(out, done(await conference_papers.sheet(ctx, number), ctx.house))
            return {"id": number, "file": str(out)}
        seen = done(await conference_points.look(ctx, number), ctx.house)
        return [{**_point(one), "name": place.name} for place, one in seen.points]

    found = reading(config, work)
    show(found, json, lambda r: typer.echo(r["file"]) if out is not None else _table(r))


@app.command("confirm")
def confirm(
    number: Number,
    unit: Own,
    place: Annotated[str, typer.Option("--place", help="Where the point is.")],
    heads: Annotated[str, typer.Option("--heads", help="How many attend, as a band: 20-49, 200-.")],
    contact: Annotated[str, typer.Option("--contact", help="Which office to turn to; never a person.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Confirm a unit's point."""
    said = {"place": place, "heads": heads, "contact": contact}

    async def work(ctx: Context) -> dict[str, Any]:
        return _point(done(await conference_points.confirm(ctx, number, said, unit), ctx.house))

    show(acting(config, work), json, lambda r: typer.echo(f"{r['unit']}: {r['state']}"))


@app.command("decline")
def decline(
    number: Number,
    unit: Own,
    reason: Annotated[str, typer.Option("--reason", help="Why it holds none.")],
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Say why a unit holds no point."""

    async def work(ctx: Context) -> dict[str, Any]:
        return _point(done(await conference_points.decline(ctx, number, {"reason": reason}, unit), ctx.house))

    show(acting(config, work), json, lambda r: typer.echo(f"{r['unit']}: {r['state']}"))


@app.command("remind")
def remind(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Remind the units that have not answered."""

    async def work(ctx: Context) -> dict[str, Any]:
        at = done(await conference_notices.remind(ctx, number), ctx.house)
        return {"id": number, "at": ctx.house.local(at).isoformat()}

    show(acting(config, work), json, lambda r: typer.echo(f"reminded at {r['at']}"))


@app.command("change")
def change(
    number: Number,
    at: Annotated[str, typer.Option("--at", help='When instead, such as "14h ngày 5/12/2026".')] = "",
    place: Annotated[str, typer.Option("--place", help="Where instead, or a link.")] = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Let a conference be at another time or place: its points stay, and every unit that was asked hears."""

    async def work(ctx: Context) -> dict[str, Any]:
        said = {"at": str(_time(at, ctx.moment)) if at else "", "place": place}
        given = {key: value for key, value in said.items() if value}
        return _row(ctx, done(await conferences.change(ctx, number, given), ctx.house))

    show(acting(config, work), json, lambda r: _table([r]))


@app.command("cancel")
def cancel(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Call a conference off: every unit that was asked hears."""

    async def work(ctx: Context) -> dict[str, Any]:
        return _row(ctx, done(await conferences.cancel(ctx, number), ctx.house))

    show(acting(config, work), json, lambda r: _table([r]))


@app.command("close")
def close(number: Number, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Take no more difficulties and proposals for a conference that was held."""

    async def work(ctx: Context) -> dict[str, Any]:
        return _row(ctx, done(await conferences.close(ctx, number), ctx.house))

    show(acting(config, work), json, lambda r: _table([r]))


@app.command("hang")
def hang(
    number: Number,
    broadcast: Annotated[int, typer.Option("--broadcast", help="Its number.", min=1)],
    off: Annotated[bool, typer.Option("--off", help="It was not given there after all.")] = False,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Say that a broadcast's briefing was given at a conference."""

    async def work(ctx: Context) -> list[dict[str, Any]]:
        found = done(await conferences.hang(ctx, number, broadcast, on=not off), ctx.house)
        return [{"broadcast": one.broadcast, "title": one.title} for one in found]

    show(acting(config, work), json, _table)


def _time(words: str, now: datetime) -> Ms:
    """An instant that people wrote, in ms UTC."""
    understood = parse_when(words, now)
    if understood is None or understood.past:
        refuse(f'--at: {words!r} is no time to come, such as "14h ngày 5/12/2026"', kind="time")
    return milliseconds(understood.at)


def _row(ctx: Context, row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "unit": row.unit,
        "title": row.title,
        "at": ctx.house.local(row.at).isoformat(),
        "how": row.how,
        "place": row.place,
        "agenda": row.agenda,
        "answer_by": ctx.house.local(row.answer_by).isoformat(),
        "state": row.state,
    }


def _counted(seen: Seen) -> dict[str, int]:
    one = seen.tally
    return {"points": one.asked, "confirmed": one.confirmed, "declined": one.declined}


def _point(one: Any) -> dict[str, Any]:
    names = ("unit", "state", "told", "place", "heads", "contact", "reason")
    return {name: getattr(one, name) for name in names}


def _table(found: list[dict[str, Any]]) -> None:
    columns = list(dict.fromkeys(key for one in found for key in one))
    show_table(columns, [[str(one.get(key, "")) for key in columns] for one in found])
