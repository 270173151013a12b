"""What `broadcast` shows: a preview, the list, where the recipients stand; as values, then in lines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import typer

from bot.acts.awaiting import Waits
from bot.acts.broadcasts import Preview
from bot.acts.context import Context
from bot.acts.standing import Listed
from bot.cli.common import some
from bot.config import Settings
from bot.core.kernel.values import Ms

WHY = {
    "left": "they left",
    "suspended": "suspended",
    "excluded": "excepted",
    "level": "at another level",
    "role": "other roles",
    "topic": "not following the topic",
    "no_address": "without an address",
    "blocked": "have blocked the channel",
}


def preview_values(found: Preview, settings: Settings) -> dict[str, Any]:
    """A preview as values."""
    draft = found.draft
    first = found.first
    return {
        "at": when(first.at if first else None, settings.app.timezone),
        "goes_at": when(first.goes if first else None, settings.app.timezone),
        "quiet": found.why,
        "audience": draft.count,
        "cost_stars": found.stars,
        "urgent": draft.urgent,
        "units": [{"unit": one.code, "name": one.name, "count": count} for one, count in found.children],
        "left_out": {str(why): count for why, count in draft.survey.left_out.items()},
        "platforms": dict(draft.survey.platforms),
        "unreached": {str(why): count for why, count in draft.survey.unreached.items()},
        "not_following": found.not_following,
        "no_address": found.no_address,
        "languages_lacking": dict(found.lacking),
        "recordings_not_carried": found.unheard,
        "push": found.plan.pushed if found.plan else draft.count - found.no_address,
        "fetch": found.plan.waiting if found.plan else 0,
    }


def when(at: Ms | None, timezone: str) -> str | None:
    """An instant (ms UTC) as local time with its offset."""
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, ZoneInfo(timezone)).isoformat(timespec="seconds")


def print_preview(shown: dict[str, Any]) -> None:
    """Print whom it would reach."""
    typer.echo(
        f"at {shown['at']}{', urgent' if shown['urgent'] else ''}, for {some(shown['audience'], 'member')}"
    )
    if shown["goes_at"] != shown["at"]:
        typer.echo(f"that is quiet ({shown['quiet']}): it goes at {shown['goes_at']}")
    for one in shown["units"]:
        typer.echo(f"  {one['name']} ({one['unit']}): {one['count']}")
    for why, count in shown["left_out"].items():
        typer.echo(f"left out: {count} ({WHY[why]})")
    if len(shown["platforms"]) > 1:
        typer.echo("over " + ", ".join(f"{kind}: {count}" for kind, count in shown["platforms"].items()))
    for why, count in shown["unreached"].items():
        typer.echo(f"{WHY[why]}: {count} of them")
    if shown["recordings_not_carried"]:
        typer.echo(
            f"  {shown['recordings_not_carried']} may not get their recording: their channel carries none"
        )
    for language, count in shown["languages_lacking"].items():
        typer.echo(f"the briefing lacks {language}: {some(count, 'member')} with it would read Vietnamese")
    if shown["fetch"]:
        typer.echo(f"{shown['push']} get it by themselves, {shown['fetch']} when they write to their channel")
    if shown["cost_stars"]:
        typer.echo(f"paid: at most {some(shown['cost_stars'], 'Star')}")


def listed_values(one: Listed, timezone: str) -> dict[str, Any]:
    """One of the list as values."""
    return {
        "id": one.id,
        "state": one.state,
        "at": when(one.at, timezone),
        "schedule": one.schedule.kind,
        "monthly": one.schedule.kind == "monthly",
        "urgent": one.urgent,
        "slug": one.briefing.slug,
        "title": one.briefing.body("vi").title,
        "unit": one.place.code,
        "unit_name": one.place.name,
        "audience": one.audience,
    }


def print_list(rows: Sequence[dict[str, Any]]) -> None:
    """Print the list."""
    for row in rows:
        sign = "❗ " if row["urgent"] else ""
        repeated = "" if row["schedule"] == "once" else f", {row['schedule']}"
        typer.echo(
            f"{row['id']:>5}  {row['state']:<9}  {row['at'] or '':<25}{repeated}  {sign}{row['title']}"
        )
        typer.echo(f"{'':>5}  to {row['unit_name']} ({row['unit']}), {some(row['audience'], 'member')}")


def waits_values(waits: Sequence[Waits], ctx: Context) -> list[dict[str, Any]]:
    """What waits for which account, why, and until when it does, as values."""
    zone = str(ctx.house.zone)
    return [
        {"account": one.account, "count": one.count, "why": str(one.why), "until": when(one.until, zone)}
        for one in waits
    ]


def print_status(result: dict[str, Any]) -> None:
    """Print where the recipients stand."""
    for name, value in result.items():
        if name != "waits":
            typer.echo(f"{name:>13} {'unknown' if value is None else value}")
    for one in result["waits"]:
        until = (
            f"they go on at {one['until']}" if one["until"] else "`nhipcau account doctor` says what to do"
        )
        typer.echo(f"{one['count']} wait for account {one['account']}: {one['why']}; {until}")
    if result["state"] == "differs":
        typer.echo("it waits for a word: `resume` sends to those planned now, `cancel` does not send")
