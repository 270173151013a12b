"""`broadcast`: schedule, list, follow, pause, resume, cancel."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.acts import broadcasts, runs
from bot.acts.broadcasts import Preview
from bot.acts.context import Context, Operator, Refusal
from bot.acts.orders import Order
from bot.acts.runs import Decision, Listed
from bot.cli.common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    Told,
    acting,
    braking,
    done,
    ended,
    refuse,
    settings_of,
    show,
    some,
)
from bot.config import Settings
from bot.core.delivery.states import REPORTED, State
from bot.core.guidance.audience import LISTENERS
from bot.core.kernel.errors import Refused
from bot.core.people.members import parse_roles
from bot.core.schedule.occurrences import Once
from bot.engine.times import Clock
from bot.houses import make_house
from bot.stores import opened

app = typer.Typer(
    help="Broadcasts: create, list, status, pause, resume, cancel, resolve.", no_args_is_help=True
)
WORDS = {
    "compose.no_unit": "unit {unit!r} is not known; the codes are in content/units",
    "compose.gone": "briefing {slug!r} is not in content/briefings; there are: {there}",
    "compose.no_topic": "the topic of {slug!r} is not in content/topics",
    "compose.no_roles": "--roles names no role: name at least one, such as communicator",
    "compose.past": "that time is past",
    "compose.too_far": "that is more than a year ahead",
    "compose.expired": "the briefing is valid until {day}",
    "compose.too_early": "the briefing may go out from {day} on",
    "compose.nobody": "nobody at {unit} with these roles receives this topic",
    "compose.changed": "the number of recipients changed from {before} to {count} meanwhile: try again",
    "compose.wrong_count": "that is not the number, so nothing was sent; it would go to {count} in all",
}
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
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, however many it is for.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show whom it would reach, and end.")] = False,
    json: JsonOption = False,
) -> None:
    """Schedule a prepared briefing for a unit and all below it, after showing whom it is for."""
    settings = settings_of(config)

    async def work() -> dict[str, Any]:
        clock = Clock().now_ms()
        order = Order(
            what=slug,
            unit=unit,
            schedule=Once(at=_moment(at, now, settings.app.timezone, clock)),
            roles=_roles(roles),
            urgent=urgent,
        )
        async with opened(settings) as (database, content):
            house = make_house(settings, content)
            async with database.read() as conn:
                found = await broadcasts.preview(Context(conn, house, Operator(), clock), order)
            if isinstance(found, Refusal):
                raise _told(found, order, house.briefings)
            shown = _shown(found, settings)
            if dry_run:
                return {"id": None, **shown}
            if not json:
                _preview(shown)
            if found.ask and not yes:
                _count_typed(found.draft.count)
            async with database.write() as conn:
                later = Clock().now_ms()  # somebody may have thought about it for a while
                wish = replace(order, schedule=Once(at=later)) if now else order
                done = await broadcasts.schedule(
                    Context(conn, house, Operator(), later), wish, found.draft.count
                )
            if isinstance(done, Refusal):
                raise _told(done, order)
            return {"id": done.id, **shown}

    show(
        ended(work()),
        json,
        _preview if dry_run else lambda r: typer.echo(f"broadcast {r['id']} is scheduled"),
    )


def _roles(text: str) -> frozenset[Any]:
    try:
        return parse_roles(text)
    except ValueError as error:
        raise Refused(str(error)) from None


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
    return max(0, int(moment.timestamp() * 1000))


def _told(why: Refusal, order: Order, briefings: Iterable[str] = ()) -> Told:
    values = {"unit": order.unit, "slug": order.what, "there": ", ".join(briefings), **why.values}
    return Told(why, WORDS[why.key].format(**values))


def _count_typed(count: int) -> None:
    typed = typer.prompt(f"This goes to {some(count, 'person', 'people')}. Type their number", err=True)
    if typed.strip() != str(count):
        why = Refusal("compose.wrong_count", {"count": count})
        raise Told(why, WORDS[why.key].format(count=count))


def _shown(found: Preview, settings: Settings) -> dict[str, Any]:
    draft = found.draft
    at = draft.schedule.at if isinstance(draft.schedule, Once) else None
    return {
        "at": _when(at, settings.app.timezone),
        "audience": draft.count,
        "cost_stars": found.stars,
        "urgent": draft.urgent,
        "units": [{"unit": one.code, "name": one.name, "count": count} for one, count in found.children],
        "not_following": found.not_following,
        "no_address": found.no_address,
        "languages_lacking": dict(found.lacking),
    }


def _when(at: int | None, timezone: str) -> str | None:
    if at is None:
        return None
    return datetime.fromtimestamp(at / 1000, ZoneInfo(timezone)).isoformat(timespec="seconds")


def _preview(shown: dict[str, Any]) -> None:
    typer.echo(
        f"at {shown['at']}{', urgent' if shown['urgent'] else ''}, for {some(shown['audience'], 'member')}"
    )
    for one in shown["units"]:
        typer.echo(f"  {one['name']} ({one['unit']}): {one['count']}")
    if shown["not_following"]:
        typer.echo(f"left out, for not following the topic: {shown['not_following']}")
    if shown["no_address"]:
        typer.echo(f"without an address: {shown['no_address']} of them")
    for language, count in shown["languages_lacking"].items():
        typer.echo(f"the briefing lacks {language}: {some(count, 'member')} with it would read Vietnamese")
    if shown["cost_stars"]:
        typer.echo(f"paid: at most {some(shown['cost_stars'], 'Star')}")


@app.command("list")
def list_(config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """The newest broadcasts, whatever became of them: scheduled, running, finished, cancelled."""
    timezone = settings_of(config).app.timezone

    async def work(ctx: Context) -> list[dict[str, Any]]:
        return [_listed(one, timezone) for one in await runs.every(ctx)]

    show(braking(config, work), json, _lines)


def _listed(one: Listed, timezone: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": one.state,
        "at": _when(one.at, timezone),
        "schedule": one.schedule.kind,
        "monthly": one.schedule.kind == "monthly",
        "urgent": one.urgent,
        "slug": one.briefing.slug,
        "title": one.briefing.body("vi").title,
        "unit": one.place.code,
        "unit_name": one.place.name,
        "audience": one.audience,
    }


def _lines(rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        sign = "❗ " if row["urgent"] else ""
        repeated = "" if row["schedule"] == "once" else f", {row['schedule']}"
        typer.echo(
            f"{row['id']:>5}  {row['state']:<9}  {row['at'] or '':<25}{repeated}  {sign}{row['title']}"
        )
        typer.echo(f"{'':>5}  to {row['unit_name']} ({row['unit']}), {some(row['audience'], 'member')}")


@app.command("status")
def status(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Where each recipient stands; the eight states sum to the audience."""

    async def work(ctx: Context) -> dict[str, Any]:
        found = await runs.whole(ctx, broadcast_id)
        if isinstance(found, Refusal):
            raise _unknown(found, broadcast_id)
        total = {str(state): found.counts.get(state, 0) for state in State}
        for stored, reported in REPORTED.items():
            total[reported] += total.pop(stored)
        acknowledged = found.counts.get("acknowledged", 0)
        return {
            "id": found.id,
            "state": found.state,
            "promised": found.promised,
            "audience": found.audience,
            **total,
            "acknowledged": acknowledged,
        }

    show(braking(config, work), json, _counted)


def _counted(result: dict[str, Any]) -> None:
    for name, value in result.items():
        typer.echo(f"{name:>13} {'unknown' if value is None else value}")
    if result["state"] == "differs":
        typer.echo("it waits for a word: `resume` sends to those planned now, `cancel` does not send")


def _unknown(why: Refusal, broadcast_id: int) -> Told:
    return Told(why, f"there is no broadcast {broadcast_id}")


Change = Callable[[Context, int], Awaitable[bool | Refusal]]


def _change(config: Any, broadcast_id: int, act: Change, json: bool) -> None:
    async def work(ctx: Context) -> dict[str, Any]:
        changed = await act(ctx, broadcast_id)
        if isinstance(changed, Refusal):
            raise _unknown(changed, broadcast_id)
        return {"id": broadcast_id, "changed": changed}

    result = braking(config, work)
    show(result, json, lambda r: typer.echo("done" if r["changed"] else "nothing to change"))


@app.command("pause")
def pause(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Stop sending within a second; nothing is lost."""
    _change(config, broadcast_id, broadcasts.pause, json)


@app.command("resume")
def resume(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Go on where it was paused; one that differs from its promise goes to those planned now."""
    _change(config, broadcast_id, broadcasts.resume, json)


@app.command("cancel")
def cancel(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Stop for good: what has not gone out is cancelled."""
    _change(config, broadcast_id, broadcasts.cancel, json)


@app.command("take-text")
def take_text(broadcast_id: Id, config: ConfigOption = CONFIG, json: JsonOption = False) -> None:
    """Send its briefing as the content has it by now; without this the text that was scheduled goes."""

    async def work(ctx: Context) -> dict[str, Any]:
        return {"id": done(await broadcasts.take_text(ctx, broadcast_id), ctx.house), "of": broadcast_id}

    show(acting(config, work), json, lambda r: typer.echo(f"broadcast {r['id']} goes with the new text"))


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
    choices: dict[Decision, bool] = {"resend": resend, "accept": accept, "abandon": abandon}
    chosen = [decision for decision, wanted in choices.items() if wanted]
    if len(chosen) != 1:
        refuse("say one of --resend, --accept, --abandon")

    async def work(ctx: Context) -> dict[str, Any]:
        found = await runs.whole(ctx, broadcast_id)
        if isinstance(found, Refusal):
            raise _unknown(found, broadcast_id)
        moved = 0
        for run in found.runs:
            done = await runs.resolve(ctx, run, chosen[0])
            moved += 0 if isinstance(done, Refusal) else done.moved
        return {"id": broadcast_id, "resolved": moved}

    show(
        braking(config, work),
        json,
        lambda r: typer.echo(f"{some(r['resolved'], 'delivery', 'deliveries')} decided"),
    )
