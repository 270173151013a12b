"""`broadcast`: schedule, follow, pause, resume, cancel."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.acts.house import House
from bot.app import make_house
from bot.cli.common import CONFIG, ConfigOption, JsonOption, refuse, show, with_store
from bot.config import Settings
from bot.content import Content
from bot.core.delivery.states import REPORTED, State
from bot.core.guidance.audience import LISTENERS, Audience, audience
from bot.core.kernel.errors import Refused
from bot.core.people.members import parse_roles
from bot.core.schedule.occurrences import Once
from bot.storage.delivery import deliveries, planning
from bot.storage.guidance import briefings, broadcasts
from bot.storage.people import audit, units
from handlers.guidance import cost

app = typer.Typer(help="Broadcasts: create, status, pause, resume, cancel.", no_args_is_help=True)
HOUR_MS = 3_600_000
Id = Annotated[int, typer.Argument(help="The broadcast's number.")]


@app.command("create")
def create(
    slug: Annotated[str, typer.Argument(help="A prepared briefing: its folder under content/briefings.")],
    unit: Annotated[str, typer.Option("--unit", help="The unit's code; all below it are meant too.")],
    config: ConfigOption = CONFIG,
    at: Annotated[
        str | None, typer.Option("--at", help="When: ISO 8601; without offset, local time.")
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="At once.")] = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="Ahead of ordinary broadcasts.")] = False,
    roles: Annotated[str, typer.Option("--roles", help="Whose members, ';' between.")] = ";".join(
        sorted(LISTENERS)
    ),
    json: JsonOption = False,
) -> None:
    """Schedule a prepared briefing for a unit and all below it."""

    async def work(conn: AsyncConnection, settings: Settings, content: Content, clock: int) -> dict[str, Any]:
        topic, briefing_id = await _prepared(conn, content, slug)
        place = await units.get(conn, unit)
        if place is None:
            raise Refused(f"unit {unit!r} is not known; the codes are in content/units")
        moment = _moment(at, now, settings.app.timezone, clock)
        try:
            meant = audience(unit, topic, parse_roles(roles))
        except ValueError as error:
            raise Refused(str(error)) from None
        broadcast_id = await broadcasts.create(
            conn,
            briefing_id,
            meant,
            Once(at=moment),
            urgent=urgent,
            late_limit_ms=int(settings.delivery.late_limit_hours * HOUR_MS),
            expiry_ms=int(settings.delivery.expiry_hours * HOUR_MS),
            created_by=None,
            now=min(clock, moment),
        )
        await audit.note(conn, "cli", "create broadcast", f"broadcast:{broadcast_id}", slug, clock)
        counted = sum((await planning.audience_by_unit(conn, meant, place.path)).values())
        when = datetime.fromtimestamp(moment / 1000, ZoneInfo(settings.app.timezone))
        return {
            "id": broadcast_id,
            "at": when.isoformat(timespec="seconds"),
            "audience": counted,
            "cost_stars": await _cost(conn, make_house(settings, content), briefing_id, meant, place.path),
        }

    show(with_store(config, work), json, _created)


def _created(result: dict[str, Any]) -> None:
    typer.echo(f"broadcast {result['id']}: at {result['at']}, for {result['audience']} members as of now")
    if result["cost_stars"]:
        typer.echo(f"paid: at most {result['cost_stars']} Stars")


async def _cost(conn: AsyncConnection, house: House, briefing_id: int, meant: Audience, path: str) -> int:
    row = await briefings.get(conn, briefing_id)
    if row is None:
        return 0
    attached = await briefings.files(conn, briefing_id)
    return await cost.at_most(house, conn, row.briefing, attached, meant, path)


async def _prepared(conn: AsyncConnection, content: Content, slug: str) -> tuple[Any, int]:
    one = content.briefings.get(slug)
    found = await briefings.latest(conn, slug) if one else None
    if one is None or found is None:
        raise Refused(
            f"briefing {slug!r} is not in content/briefings; there are: {', '.join(content.briefings)}"
        )
    return content.topics[one.topic], found.id


def _moment(at: str | None, now: bool, timezone: str, clock: int) -> int:
    if (at is None) == (not now):
        raise Refused("say when: either --now or --at ISO8601")
    if at is None:
        return clock
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise Refused(f"--at {at!r}: an ISO 8601 time such as 2026-12-12T08:15+07:00") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    found = int(moment.timestamp() * 1000)
    if found < clock - 60_000:
        raise Refused(f"--at {at}: is in the past")
    return found


@app.command("status")
def status(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Where each recipient stands; the eight states sum to the audience."""

    async def work(conn: AsyncConnection, *_: object) -> dict[str, Any]:
        row = await _known(conn, broadcast_id)
        total = {str(state): 0 for state in State} | {"acknowledged": 0}
        runs = await broadcasts.runs(conn, broadcast_id=broadcast_id)
        for run in runs:
            for name, count in (await deliveries.counts(conn, run.id)).items():
                total[name] += count
        for stored, reported in REPORTED.items():
            total[reported] += total.pop(stored)
        acknowledged = total.pop("acknowledged")
        state = _overall(row.state, [run.state for run in runs])
        audience_now = sum(run.audience for run in runs)
        return {
            "id": broadcast_id,
            "state": state,
            "audience": audience_now,
            **total,
            "acknowledged": acknowledged,
        }

    show(with_store(config, work), json, _counted)


def _overall(whole: str, runs: list[str]) -> str:
    """One word for a broadcast and its runs: what is under way counts before what is over."""
    for state, word in (
        ("cancelling", "cancelled"),
        ("paused", "paused"),
        ("held", "paused"),
        ("planning", "running"),
        ("running", "running"),
    ):
        if state in runs:
            return word
    if whole in ("scheduled", "paused") or not runs:
        return whole
    return runs[-1]


def _counted(result: dict[str, Any]) -> None:
    for name, value in result.items():
        typer.echo(f"{name:>13} {value}")


async def _known(conn: AsyncConnection, broadcast_id: int) -> broadcasts.BroadcastRow:
    row = await broadcasts.get(conn, broadcast_id)
    if row is None:
        raise Refused(f"there is no broadcast {broadcast_id}")
    return row


def _change(config: Any, broadcast_id: int, to: str, json: bool) -> None:
    async def work(conn: AsyncConnection, _s: object, _c: object, now: int) -> dict[str, Any]:
        await _known(conn, broadcast_id)
        changed = await broadcasts.set_state(conn, broadcast_id, to)
        if changed:
            await audit.note(conn, "cli", f"broadcast {to}", f"broadcast:{broadcast_id}", "", now)
        return {"id": broadcast_id, "changed": changed}

    result = with_store(config, work)
    show(result, json, lambda r: typer.echo("done" if r["changed"] else "nothing to change"))


@app.command("pause")
def pause(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Stop sending within a second; nothing is lost."""
    _change(config, broadcast_id, "paused", json)


@app.command("resume")
def resume(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Go on where it was paused."""
    _change(config, broadcast_id, "scheduled", json)


@app.command("cancel")
def cancel(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Stop for good: what has not gone out is cancelled."""
    _change(config, broadcast_id, "cancelled", json)


@app.command("resolve")
def resolve(
    broadcast_id: Id,
    config: ConfigOption = CONFIG,
    resend: Annotated[
        bool, typer.Option("--resend", help="Send once more; somebody may see it twice.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Take it as arrived.")] = False,
    abandon: Annotated[bool, typer.Option("--abandon", help="Take it as not arrived.")] = False,
    json: JsonOption = False,
) -> None:
    """Decide what became of the uncertain deliveries."""
    chosen = [
        to for to, wanted in (("pending", resend), ("accepted", accept), ("abandoned", abandon)) if wanted
    ]
    if len(chosen) != 1:
        refuse("say one of --resend, --accept, --abandon")

    async def work(conn: AsyncConnection, _s: object, _c: object, now: int) -> dict[str, Any]:
        await _known(conn, broadcast_id)
        moved = 0
        for run in await broadcasts.runs(conn, broadcast_id=broadcast_id):
            moved += await deliveries.resolve(conn, run.id, chosen[0], now)
        if moved:
            detail = f"{moved} to {chosen[0]}"
            await audit.note(conn, "cli", "resolve uncertain", f"broadcast:{broadcast_id}", detail, now)
        return {"id": broadcast_id, "resolved": moved}

    show(with_store(config, work), json, lambda r: typer.echo(f"{r['resolved']} deliveries decided"))
