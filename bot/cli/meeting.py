"""`meeting add|mend|withdraw|list|totals`: oral briefings held, by unit and day, never by person."""

from datetime import date
from typing import Annotated, Any

import typer

from bot.acts import meetings, places
from bot.acts.context import Context
from bot.acts.meetings import Meeting, Totals
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    show,
    show_table,
)
from bot.cli.days import day_of
from bot.core.meetings.heads import Heads, span
from bot.core.meetings.held import CONFERENCE, DAY, ELSEWHERE, FORM, HEADS, HOW, PLACE, TOPICS, WORDS, Counted

app = typer.Typer(help="Oral briefings held.", no_args_is_help=True)

Unit = Annotated[str, typer.Option("--unit", help="The unit, with all below it: its code.")]
First = Annotated[str, typer.Option("--from", help="First day: 2026-11-01 or 1/11/2026.")]
Last = Annotated[str, typer.Option("--to", help="Last day: 2026-11-30 or 30/11/2026.")]
Code = Annotated[str, typer.Argument(help="The briefing's code, such as BM-7K3M9Q.")]
Day = Annotated[str, typer.Option("--day", help="The day it was held: 2026-11-26 or 26/11/2026.")]
Place = Annotated[str, typer.Option("--place", help="Where: the code of a unit, or a few words.")]
Topic = Annotated[list[str], typer.Option("--topic", help="A topic: its code. May be given more than once.")]
After = Annotated[str, typer.Option("--conference", help="The number of the one that it passes on.")]
How = Annotated[str, typer.Option("--how", help=f"One of the values of {HOW!r} in forms/{FORM}.toml.")]
Listeners = Annotated[str, typer.Option("--heads", help="How many listened, as a band: 20-49, 500-.")]


@app.command("add")
def add(
    unit: Annotated[str, typer.Option("--unit", help="Whose it is: the unit's code.")],
    day: Day,
    place: Place,
    topic: Topic,
    how: How,
    heads: Listeners,
    conference: After = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Note down a briefing that was held. Name nobody who attended."""
    on = day_of("--day", day)

    async def work(ctx: Context) -> dict[str, Any]:
        answers = {**await _answers(ctx, on, place, topic, how, heads), CONFERENCE: conference}
        return _shown(done(await meetings.record(ctx, answers, unit), ctx.house))

    show(acting(config, work), json, lambda one: typer.echo(f"{one['code']}: noted down"))


@app.command("mend")
def mend(
    code: Code,
    day: Day,
    place: Place,
    topic: Topic,
    how: How,
    heads: Listeners,
    conference: After = "",
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """Let a briefing say this instead."""
    on = day_of("--day", day)

    async def work(ctx: Context) -> dict[str, Any]:
        answers = {**await _answers(ctx, on, place, topic, how, heads), CONFERENCE: conference}
        return _shown(done(await meetings.mend(ctx, code, answers), ctx.house))

    show(acting(config, work), json, lambda one: typer.echo(f"{one['code']}: mended"))


@app.command("withdraw")
def withdraw(code: Code, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Take a briefing back: it counts no more."""

    async def work(ctx: Context) -> dict[str, Any]:
        return {"code": done(await meetings.take_back(ctx, code), ctx.house), "withdrawn": True}

    show(acting(config, work), json, lambda one: typer.echo(f"{one['code']}: withdrawn"))


@app.command("list")
def list_meetings(
    unit: Unit,
    first: First,
    last: Last,
    after: Annotated[int, typer.Option("--after", help="Go on after this number.", min=0)] = 0,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """List the briefings held in a unit and below, a thousand at a time; never by whom."""
    days = day_of("--from", first), day_of("--to", last)

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [_shown(one) for one in done(await meetings.listed(ctx, unit, *days, after), ctx.house)]

    show(reading(config, work), json, _table)


@app.command("totals")
def totals(
    unit: Unit, first: First, last: Last, config: ConfigOption = CONFIG, json: JsonOption = False
) -> None:
    """Count the briefings held in a unit and below, and who listened, by unit, level, topic and form."""
    days = day_of("--from", first), day_of("--to", last)

    async def work(ctx: Context) -> dict[str, Any]:
        return _summed(done(await meetings.totals(ctx, unit, *days), ctx.house))

    show(reading(config, work), json, _lines)


async def _answers(
    ctx: Context, day: date, place: str, topics: list[str], how: str, heads: str
) -> dict[str, str]:
    known = await places.find(ctx.conn, place) is not None
    where = {PLACE: place} if known else {PLACE: ELSEWHERE, WORDS: place}
    held = {DAY: day.isoformat(), HOW: how, HEADS: heads}
    return {**held, **where, TOPICS: " ".join(topics)}


def _shown(one: Meeting) -> dict[str, Any]:
    found: dict[str, Any] = {"id": one.row.id, "code": one.row.code, "unit": one.row.unit, "day": one.row.day}
    found["answers"] = dict(one.answers)
    return {**found, "masked": list(one.masked)} if one.masked else found


def _summed(found: Totals) -> dict[str, Any]:
    return {
        "unit": found.place.code,
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        **_counted(found.whole),
        "units": [{"unit": place.code, "name": place.name, **_counted(one)} for place, one in found.units],
        "speakers": {str(level): _counted(one) for level, one in found.speakers.items()},
        "topics": dict(found.topics),
        "forms": dict(found.ways),
    }


def _counted(one: Counted) -> dict[str, Any]:
    return {"count": one.count, "listeners": {"least": one.heads.least, "most": one.heads.most}}


def _table(found: list[dict[str, Any]]) -> None:
    fields = list(dict.fromkeys(field for one in found for field in one["answers"]))
    rows = [(one["code"], one["unit"], *(one["answers"].get(key, "") for key in fields)) for one in found]
    show_table(("code", "unit", *fields), rows)


def _lines(found: dict[str, Any]) -> None:
    typer.echo(f"{found['unit']}, {found['from']} to {found['to']}: {_said(found)}")
    for one in found["units"]:
        typer.echo(f"  {one['unit']} {one['name']}: {_said(one)}")
    for level, one in found["speakers"].items():
        typer.echo(f"  by speakers of level {level}: {_said(one)}")


def _said(one: dict[str, Any]) -> str:
    heads = Heads(one["listeners"]["least"], one["listeners"]["most"])
    return f"{one['count']} held, {span(heads, 'en')} listeners"
