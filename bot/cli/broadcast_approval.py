"""`broadcast waiting|submit|approve|return`: a second person's word."""

from typing import Annotated, Any

import typer

from bot.acts import approval
from bot.acts.approval import Pending
from bot.acts.context import Context, Refusal
from bot.cli.broadcast_show import when
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    acting,
    done,
    reading,
    settings_of,
    show,
    some,
)
from bot.core.schedule.occurrences import Once

Id = Annotated[int, typer.Argument(help="The broadcast's number.")]
Revision = Annotated[
    int | None, typer.Option("--revision", help="As it was looked at; left out: as it is now.", min=0)
]


def waiting(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """What waits for approval, the oldest first."""
    timezone = settings_of(config).app.timezone

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [_values(one, timezone) for one in done(await approval.waiting(ctx), ctx.house)]

    show(reading(config, work), json, _print)


def _values(one: Pending, timezone: str) -> dict[str, Any]:
    return {
        "id": one.row.id,
        "revision": one.row.revision,
        "submitted_at": when(one.row.submitted_at, timezone),
        "author": one.author or None,
        "slug": one.briefing.slug,
        "title": one.briefing.body("vi").title,
        "unit": one.place.code,
        "unit_name": one.place.name,
        "at": when(one.schedule.at if isinstance(one.schedule, Once) else one.row.next_at, timezone),
        "late": one.late,
        "urgent": one.row.urgent,
        "audience": one.count,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        sign = "❗ " if row["urgent"] else ""
        typer.echo(f"{row['id']:>5}  since {row['submitted_at']}  {sign}{row['title']}")
        by = f" by {row['author']}" if row["author"] else ""
        typer.echo(f"{'':>5}  to {row['unit_name']} ({row['unit']}), {some(row['audience'], 'member')}{by}")
    if not rows:
        typer.echo("nothing waits for approval", err=True)


def submit(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Ask for approval of a draft, or of what was returned."""

    async def work(ctx: Context) -> dict[str, Any]:
        result = done(await approval.submit(ctx, broadcast_id), ctx.house)
        return {"id": result.id, "state": result.state, "told": result.told}

    def plain(result: dict[str, Any]) -> None:
        waits = f"waits for approval; {some(result['told'], 'approver')} told"
        typer.echo(f"broadcast {result['id']} {waits if result['state'] == 'submitted' else 'is scheduled'}")

    show(acting(config, work), json, plain)


def approve(
    broadcast_id: Id,
    config: ConfigOption = CONFIG,
    revision: Revision = None,
    count: Annotated[
        int | None, typer.Option("--count", help="The recipients that were shown; left out: as promised.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Let it go out at its time; what the shell itself wrote, a member approves."""
    timezone = settings_of(config).app.timezone

    async def work(ctx: Context) -> dict[str, Any]:
        found = await _seen(ctx, broadcast_id)
        seen = found.row.revision if revision is None else revision
        shown = count if count is not None else found.row.promised or found.count
        result = done(await approval.approve(ctx, broadcast_id, seen, shown), ctx.house)
        at = when(result.at, timezone)
        return {"id": result.id, "state": "scheduled", "at": at, "audience": result.count}

    show(
        acting(config, work),
        json,
        lambda r: typer.echo(f"broadcast {r['id']} goes at {r['at']} to {some(r['audience'], 'member')}"),
    )


def send_back(
    broadcast_id: Id,
    reason: Annotated[str, typer.Option("--reason", help="What is to be mended; its author reads this.")],
    config: ConfigOption = CONFIG,
    revision: Revision = None,
    json: JsonOption = False,
) -> None:
    """Return it to its author, with the reason."""

    async def work(ctx: Context) -> dict[str, Any]:
        found = await _seen(ctx, broadcast_id)
        seen = found.row.revision if revision is None else revision
        done(await approval.send_back(ctx, broadcast_id, seen, reason), ctx.house)
        return {"id": broadcast_id, "state": "returned", "reason": reason}

    show(acting(config, work), json, lambda r: typer.echo(f"broadcast {r['id']} is returned"))


async def _seen(ctx: Context, broadcast_id: int) -> Pending:
    found = await approval.look(ctx, broadcast_id)
    return done(found if not isinstance(found, Refusal) else Refusal("approve.unknown"), ctx.house)
