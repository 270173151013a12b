"""`broadcast create`: schedules a prepared briefing, after showing whom it is for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from bot.acts import broadcasts
from bot.acts.context import Context, Operator, Refusal
from bot.acts.house import House
from bot.acts.orders import Order
from bot.cli import whom
from bot.cli.broadcast_show import preview_values, print_preview
from bot.cli.common import CONFIG, ConfigOption, JsonOption, Told, ended, in_store, settings_of, show, some
from bot.cli.times import schedule_of
from bot.config import Settings
from bot.core.kernel.values import HOUR_MS, Ms
from bot.core.schedule.occurrences import Once
from bot.engine.times import Clock
from bot.houses import make_house

WORDS = {
    "compose.no_unit": "of the units {unit!r} one is not known; the codes are in content/units",
    "compose.no_member": "there is no member {member}",
    "compose.too_many": "too many are named: {maximum} at most of units, and of members",
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


Testers = Annotated[
    list[int] | None, typer.Option("--tester", help="A member it may reach in training; repeatable.")
]
AddendaHours = Annotated[
    float | None,
    typer.Option("--addenda-hours", help="Units below may add until so many hours before.", min=0, max=720),
]
Training = Annotated[
    bool, typer.Option("--training", help="For practice: marked, and for its testers alone.")
]
Everybody = Annotated[bool, typer.Option("--everybody", help="Whatever they follow: a general notice.")]
Newcomers = Annotated[bool, typer.Option("--newcomers", help="Who joins while it is valid is offered it.")]


def create(
    slug: Annotated[str, typer.Argument(help="A prepared briefing: its folder under content/briefings.")],
    unit: whom.Units = None,
    exclude_unit: whom.ExceptUnits = None,
    level: whom.Levels = None,
    member: whom.Members = None,
    exclude_member: whom.ExceptMembers = None,
    everybody: Everybody = False,
    config: ConfigOption = CONFIG,
    at: whom.At = None,
    again: whom.Again = None,
    now: Annotated[bool, typer.Option("--now", help="At once.")] = False,
    urgent: Annotated[bool, typer.Option("--urgent", help="Ahead of ordinary broadcasts.")] = False,
    roles: whom.Roles = whom.LISTENING,
    training: Training = False,
    tester: Testers = None,
    addenda_hours: AddendaHours = None,
    no_addenda: Annotated[bool, typer.Option("--no-addenda", help="Units below may not add.")] = False,
    newcomers: Newcomers = False,
    draft: Annotated[bool, typer.Option("--draft", help="Keep it, to be submitted later.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, however many it is for.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show whom it would reach, and end.")] = False,
    json: JsonOption = False,
) -> None:
    """Schedule a prepared briefing for units and all below them, after showing whom it is for."""
    settings = settings_of(config)
    if not unit and not member:
        raise typer.BadParameter("say for whom: --unit CODE, or --member ID")
    scope = whom.scope_of(unit, exclude_unit, level, member, exclude_member, everybody=everybody)
    testers = tuple(tester or ()) if training or tester else None
    lead = _lead(addenda_hours, no_addenda=no_addenda)

    def ordered(house: House, clock: Ms) -> Order:
        schedule = schedule_of(at, again, now, settings.app.timezone, clock, house.texts)
        place = unit[0] if unit else ""
        return Order(slug, place, schedule, whom.roles_of(roles), urgent, scope, testers, lead, newcomers)

    step = _Step(settings, ordered, now, draft, ask=not yes, dry_run=dry_run, silent=json)
    show(ended(step.take()), json, print_preview if dry_run else _print_done)


@dataclass(frozen=True, slots=True)
class _Step:
    """From an order to its broadcast. `now`: it goes when it was confirmed; `draft`: it waits for more."""

    settings: Settings
    ordered: Callable[[House, Ms], Order]
    now: bool
    draft: bool
    ask: bool
    dry_run: bool
    silent: bool

    async def take(self) -> dict[str, Any]:
        """Show whom it is for, ask where they are many, and schedule it."""
        clock = Clock().now_ms()
        async with in_store(self.settings) as (database, content):
            house = make_house(self.settings, content)
            order = self.ordered(house, clock)
            async with database.read() as conn:
                found = await broadcasts.preview(Context(conn, house, Operator(), clock), order)
            if isinstance(found, Refusal):
                raise _told(found, order, house.briefings)
            shown = preview_values(found, self.settings)
            if self.dry_run:
                return {"id": None, **shown}
            if not self.silent:
                print_preview(shown)
            if found.ask and self.ask:
                _count_typed(found.draft.count)
            async with database.write() as conn:
                later = Clock().now_ms()  # somebody may have thought about it for a while
                wish = replace(order, schedule=Once(at=later)) if self.now else order
                done = await broadcasts.schedule(
                    Context(conn, house, Operator(), later), wish, found.draft.count, draft_only=self.draft
                )
            if isinstance(done, Refusal):
                raise _told(done, order)
            return {"id": done.id, "state": done.state, **shown}


def _print_done(result: dict[str, Any]) -> None:
    words = {"draft": "is kept as a draft", "submitted": "waits for approval", "scheduled": "is scheduled"}
    typer.echo(f"broadcast {result['id']} {words[result['state']]}")


def _lead(hours: float | None, *, no_addenda: bool) -> int | None:
    if no_addenda:
        return -1
    return None if hours is None else int(hours * HOUR_MS)


def _told(why: Refusal, order: Order, briefings: Iterable[str] = ()) -> Told:
    units = (order.unit, *order.scope.units, *order.scope.without_units)
    values = {
        "unit": ", ".join(one for one in units if one),
        "slug": order.what,
        "there": ", ".join(briefings),
        **why.values,
    }
    return Told(why, WORDS[why.key].format(**values))


def _count_typed(count: int) -> None:
    typed = typer.prompt(f"This goes to {some(count, 'person', 'people')}. Type their number", err=True)
    if typed.strip() != str(count):
        why = Refusal("compose.wrong_count", {"count": count})
        raise Told(why, WORDS[why.key].format(count=count))
