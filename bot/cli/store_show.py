"""What `store` shows: where it stands, and what a restored one lacks; as values, then in lines."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer

from bot.acts import erasures, store
from bot.acts.context import Context
from bot.acts.erasures import Due
from bot.acts.store import Status
from bot.cli.common import some
from bot.content.files import Folder
from bot.content.holidays import read_holidays
from bot.core.kernel.errors import ContentError
from bot.core.kernel.values import MINUTE_MS, Ms

WHY = {
    "operator": "an operator put it on hold",
    "restored": "it was restored from a backup",
    "older": "it is older than what was last sent from it",
}

UNKNOWN = (
    "ATTENTION: neither the store as it was nor its own journal of departures (….departures) could be read: "
    "whoever left after the backup was made is in it again. Put the journal back and restore anew; "
    "where there is none, erase them by hand before `store release`"
)

RIGHTS_UNKNOWN = (
    "ATTENTION: the store as it was could not be read: whoever was suspended, or lost a right, after the "
    "backup was made has it again. Codes that give more than to read and report are withdrawn; look at "
    "`member list` and `invite list` before `store release`"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """How the store stands, and what people asked for by law that is not done."""

    status: Status
    due: Sequence[Due]


async def looked_at(content: Path, ctx: Context) -> Shown:
    """Both, of one moment; days are off as the content says, where it can be read."""
    with suppress(ContentError):
        ctx.house.holidays = read_holidays(Folder(content))
    return Shown(await store.status(ctx.conn, ctx.now), await erasures.due(ctx.conn, ctx.house))


def status_values(shown: Shown) -> dict[str, Any]:
    """The status as values."""
    found = shown.status
    late = [{**one.model_dump(), "late_ms": max(0, found.now - one.at)} for one in found.runs]
    due = [{**one.model_dump(), "late_ms": max(0, found.now - one.at)} for one in found.broadcasts]
    days = {
        one.kind: {
            "since": one.since,
            "count": one.count,
            "answer_by": one.answer_by.isoformat(),
            "done_by": one.done_by.isoformat(),
        }
        for one in shown.due
    }
    return {**found.model_dump(), "runs": late, "broadcasts": due, "due_by_law": days}


def _erasures(shown: Shown, timezone: str) -> list[str]:
    """What keeps requests by law from being done, and by when they are to be, in working days."""
    erased, lines = shown.status.erased, list[str]()
    for one in shown.due:
        since = moment(one.since, timezone)
        both = f"an answer is due by {one.answer_by}, and it is to be done by {one.done_by}"
        match one.kind:
            case "held":
                lines.append(f"the oldest update came at {since}: if it asks for erasure, {both}")
            case "given_up":
                counted = some(one.count, "update")
                lines.append(
                    f"could not be handled: {counted}, the oldest of {since}: if one asks for erasure, {both}"
                )
            case "files":
                tables = ", ".join(erased.tables) if erased is not None else ""
                how = f"write anew by hand (VACUUM FULL): {tables}" if tables else "it goes by itself"
                lines.append(
                    f"erased since {since} and still in the server's files, "
                    f"to be out of them by {one.done_by}: {how}"
                )
    return lines


def print_status(shown: Shown, timezone: str) -> None:
    """The status in lines."""
    found = shown.status

    def when(ms: Ms) -> str:
        return moment(ms, timezone)

    if found.held is None:
        typer.echo("not on hold")
    else:
        typer.echo(f"on hold since {when(found.held.since)}: {WHY.get(found.held.why, found.held.why)}")
        if found.held.unknown_departures:
            typer.echo(UNKNOWN)
    for run in found.runs:
        late = f", {_span(found.now - run.at)} late" if run.waiting else ""
        typer.echo(
            f"broadcast {run.broadcast} ({run.slug}), due {when(run.at)}, {run.state}: "
            f"{run.waiting} would go{late}; {run.uncertain} in doubt (nhipcau broadcast resolve)"
        )
    for one in found.broadcasts:
        typer.echo(
            f"broadcast {one.broadcast} ({one.slug}), {one.state}: was due {when(one.at)}, "
            f"{_span(found.now - one.at)} ago (nhipcau broadcast resume, or cancel)"
        )
    typer.echo(
        f"waiting: {some(found.replies, 'reply', 'replies')}; "
        f"to be handled: {some(found.updates, 'update')}; "
        f"due: {some(found.notices, 'reminder or ring', 'reminders and rings')}"
    )
    for line in _erasures(shown, timezone):
        typer.echo(line)


def print_restored(file: Path, result: dict[str, Any]) -> None:
    """What was put back, and what is not as it was since."""
    typer.echo(f"restored from {file}, on hold")
    if result["erased"] is None:
        typer.echo(UNKNOWN)
    else:
        typer.echo(f"erased in it, for they had left since: {some(result['erased'], 'member')}")
    if result["rights"] is None:
        typer.echo(RIGHTS_UNKNOWN)
    else:
        typer.echo(f"suspended, moved or with fewer rights, as since: {some(result['rights'], 'member')}")
    typer.echo(f"admit fewer or nobody, as used or withdrawn since: {some(result['codes'], 'invitation')}")
    typer.echo(
        "in doubt now, for they may have gone out since: "
        f"{some(result['uncertain'], 'delivery', 'deliveries')}"
    )
    paused = some(result["paused"], "broadcast")
    typer.echo(f"paused, for they fell due, were cancelled or changed since: {paused}")
    back = some(result["returned"], "broadcast")
    typer.echo(f"back with their authors, for their approval may have been decided since: {back}")
    if result["kept"]:
        typer.echo(f"the store as it was: {result['kept']}")
    typer.echo("look with `nhipcau store status`, then `nhipcau store release`")


def moment(ms: Ms, timezone: str) -> str:
    """An instant (ms UTC) as local time, to the minute."""
    return datetime.fromtimestamp(ms / 1000, ZoneInfo(timezone)).isoformat(" ", "minutes")


def _span(ms: int) -> str:
    minutes = ms // MINUTE_MS
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
