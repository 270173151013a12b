"""`broadcast calendar`: what goes out when, with lunar dates."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from bot.acts import plans
from bot.acts.context import Context, Operator
from bot.acts.plans import Planned
from bot.cli.broadcast_show import when
from bot.cli.common import CONFIG, ConfigOption, JsonOption, done, ended, in_store, settings_of, show
from bot.cli.days import day_of
from bot.core.kernel.values import ROOT
from bot.core.talk.when import lunar_in_words
from bot.engine.times import Clock
from bot.houses import make_house

DAYS = 30


def calendar(
    first: Annotated[
        str | None, typer.Option("--from", help="The first day: 2026-12-01 or 1/12/2026; today.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last day; 30 days on.")] = None,
    config: ConfigOption = CONFIG,
    json: JsonOption = False,
) -> None:
    """What has yet to go out, day by day, where quiet hours defer it to, and the lunar date."""
    starts = day_of("--from", first) if first is not None else None
    ends = day_of("--to", last) if last is not None else None
    settings = settings_of(config)

    async def work() -> list[dict[str, Any]]:
        async with in_store(settings, looks=True) as (database, content):
            house, clock = make_house(settings, content), Clock().now_ms()
            begin = starts or house.today(clock)
            end = ends or begin + timedelta(days=DAYS)
            async with database.read() as conn:
                ctx = Context(conn, house, Operator(), clock)
                found = done(await plans.calendar(ctx, ROOT, begin, end), house)
            return [_values(one, settings.app.timezone) for one in found]

    show(ended(work()), json, _print)


def _values(one: Planned, timezone: str) -> dict[str, Any]:
    goes = when(one.goes, timezone)
    return {
        "id": one.row.id,
        "state": one.row.state,
        "at": when(one.at, timezone),
        "goes_at": goes,
        "lunar": lunar_in_words(datetime.fromisoformat(goes or "").date(), "vi"),
        "schedule": one.row.schedule.kind,
        "urgent": one.row.urgent,
        "title": one.title("vi"),
        "unit": one.row.unit,
        "unit_name": one.row.unit_name,
    }


def _print(rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        moved = "" if row["goes_at"] == row["at"] else f", deferred from {row['at']}"
        typer.echo(f"{row['goes_at']}  {row['lunar']}{moved}")
        sign = "❗ " if row["urgent"] else ""
        typer.echo(f"  {row['id']:>5}  {row['state']:<9}  {sign}{row['title']}, to {row['unit_name']}")
