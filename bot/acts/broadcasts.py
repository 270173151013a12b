"""Broadcasts: shown before they go out, scheduled, stopped and let go on.

Stopping and letting go on need the database alone, so that they work when little does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import addendum_notices, approval, first_screen, issuers, places, quieting, quotas
from bot.acts.context import STALE, Context, Refusal
from bot.acts.orders import Draft, Order, refused, understand
from bot.acts.places import Place
from bot.core.delivery.cost import stars_at_most
from bot.core.guidance.audience import Why
from bot.core.guidance.broadcast import Obstacle, fit
from bot.core.kernel.values import Ms
from bot.core.people.members import parse_roles
from bot.core.people.permissions import Act
from bot.core.schedule.occurrences import Going
from bot.core.schedule.quiet import Quiet
from bot.core.talk import render
from bot.storage.accounts import files
from bot.storage.delivery import audiences
from bot.storage.guidance import briefings, broadcasts, newer, standing


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would do. `children`: recipients by the units directly below, the largest first.

    `stars`: the most one run costs; `lacking`: recipients by the languages the text lacks. Who is left out,
    and how the others are reached: `draft.survey`. `ask`: above the count from which a person types it back.
    `plan`: how far accounts go that count; None where none does. `first`: its first occurrence and when that
    goes out; `why` it falls into quiet hours, where it does. `unheard`: who may not get the recording that is
    meant for them, for their channel carries none.
    """

    draft: Draft
    children: Sequence[tuple[Place, int]]
    stars: int
    lacking: Mapping[str, int]
    ask: bool
    plan: quotas.Plan | None
    first: Going | None
    why: Quiet | None
    unheard: int = 0

    @property
    def not_following(self) -> int:
        """Those of the roles that are meant who do not follow the topic."""
        return self.draft.survey.left_out[Why.TOPIC]

    @property
    def no_address(self) -> int:
        """Recipients that no account reaches."""
        return self.draft.survey.unreached.total()


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A broadcast that is kept. `state`: "scheduled" waits for its time, "submitted" for approval first.

    `told`: how many of those who approve know of it; `adding`: how many editors of units below know that they
    may add to it, `addable_until` an instant in ms UTC.
    """

    id: int
    draft: Draft
    state: str = "scheduled"
    told: int = 0
    adding: int = 0
    addable_until: Ms | None = None


async def preview(ctx: Context, order: Order) -> Preview | Refusal:
    """What would go out, to whom, at what cost, and who is left out. Writes nothing."""
    draft = await understand(ctx, order, Act.PREVIEW)
    if isinstance(draft, Refusal):
        return draft
    survey, below = draft.survey, await places.below(ctx.conn, draft.place.path)
    first = draft.first(ctx.now)
    return Preview(
        draft=draft,
        children=places.by_child(survey.by_unit, below, draft.place),
        stars=await _cost(ctx, draft),
        unheard=await _unheard(ctx, draft),
        lacking={one: count for one, count in survey.by_language.items() if not draft.briefing.reaches(one)},
        ask=draft.count > ctx.house.ask_above,
        plan=await quotas.of_draft(ctx, draft) if ctx.house.quotas else None,
        first=first,
        why=None if first is None else draft.night.why(first.at),
    )


async def _unheard(ctx: Context, draft: Draft) -> int:
    """How many are to hear a recording whom an account may reach that carries none."""
    briefing, silent = draft.briefing, ctx.house.fileless
    if not (briefing.recordings and silent):
        return 0
    found = await audiences.reached(ctx.conn, draft.audience, draft.place.path, silent)
    return sum(count for language, count in found.items() if briefing.recorded(language) is not None)


async def _cost(ctx: Context, draft: Draft) -> int:
    """The most Stars one run takes; 0 where no account it may go over is paid."""
    paid = ctx.house.paid
    if not paid:
        return 0
    messages = 0
    reached = await audiences.reached(ctx.conn, draft.audience, draft.place.path, paid)
    for language, members in reached.items():
        screen = first_screen.screen_of(ctx.house, draft.briefing, draft.files, language, draft.urgent)
        messages += members * max(len(render.parts_of(screen, shows)) for shows in paid.values())
    return stars_at_most(messages)


async def schedule(
    ctx: Context, order: Order, promised: int, *, draft_only: bool = False
) -> Scheduled | Refusal:
    """Put a broadcast down for its time. `promised`: the count of recipients that was shown; it is kept.

    Where its unit needs an approval, it waits for that first. `draft_only`: it waits to be submitted.
    """
    draft = await understand(ctx, order, Act.SCHEDULE)
    if isinstance(draft, Refusal):
        return draft
    if not draft.count:
        return Refusal("compose.nobody", {"unit": draft.place.name})
    if draft.count != promised:
        return Refusal("compose.changed", {"before": promised, "count": draft.count})
    rule = await approval.rule_of(ctx, ctx.member.unit if ctx.member else draft.place.code)
    state = "draft" if draft_only else "submitted" if rule.needed else "scheduled"
    number = await broadcasts.create(
        ctx.conn,
        await _kept(ctx, draft),
        draft.audience,
        draft.schedule,
        urgent=draft.urgent,
        late_limit_ms=ctx.house.late_limit_ms,
        expiry_ms=ctx.house.expiry_ms,
        created_by=ctx.member.id if ctx.member else None,
        promised=promised,
        now=_counted_from(draft, ctx.now),
        state=state,
        issuer=rule.place.code,
        written_by=ctx.who,
        waived=rule.waived,
        rest=draft.rest,
        addenda_ms=_takes_addenda(ctx, order, draft),
        newcomers=order.newcomers,
    )
    to = f"{draft.briefing.slug} to unit:{draft.place.code}, {promised} recipients"
    await ctx.note(Act.SCHEDULE, f"broadcast:{number}", to + _overridden(ctx, draft))
    told = await approval.submitted(ctx, number) if state == "submitted" else 0
    adding, until = await addendum_notices.planned(ctx, number) if state == "scheduled" else (0, None)
    return Scheduled(number, draft, state, told, adding, until)


def _takes_addenda(ctx: Context, order: Order, draft: Draft) -> int | None:
    """Until how long before it goes out it takes addenda; None: it is for named members, or wishes none."""
    lead = ctx.house.addenda_ms if order.addenda_ms is None else order.addenda_ms
    return None if lead < 0 or draft.audience.named_only else lead


def _overridden(ctx: Context, draft: Draft) -> str:
    """For the log: urgent news, or what is sent at once, that goes out in quiet hours."""
    first = draft.first(ctx.now)
    why = draft.night.why(first.at) if first is not None and draft.rest is None else None
    return "" if why is None else f", {'urgent' if draft.urgent else 'at once'} in spite of {why}"


def _counted_from(draft: Draft, now: Ms) -> Ms:
    """Occurrences before this do not count; one whose time passed while it was being confirmed does."""
    first = None if draft.schedule.repeats else draft.first(now)
    return now if first is None else min(now, first.at)


async def _kept(ctx: Context, draft: Draft) -> int:
    """The version that goes out; a text of one's own becomes one, and its files are for all from now on."""
    if draft.briefing_id is not None:
        return draft.briefing_id
    attached = [(file.file_id, file.kind, file.inline) for file in draft.files]
    kept = await briefings.keep(ctx.conn, draft.briefing, attached, ctx.now)
    if ctx.member is not None:
        await files.publish(ctx.conn, [file.file_id for file in draft.files], ctx.member.id)
    return kept


async def pause(ctx: Context, broadcast_id: int) -> bool | Refusal:
    """Nothing more of it goes out until it is resumed. False where nothing was to be paused."""
    return await _change(ctx, Act.PAUSE, broadcast_id, "paused")


async def resume(ctx: Context, broadcast_id: int) -> bool | Refusal:
    """It goes on where it was paused; a run that differs goes to those planned now. False for neither."""
    return await _change(ctx, Act.RESUME, broadcast_id, "scheduled")


async def cancel(ctx: Context, broadcast_id: int) -> bool | Refusal:
    """What has not gone out never will. False where nothing was left to cancel."""
    return await _change(ctx, Act.CANCEL, broadcast_id, "cancelled")


async def _change(ctx: Context, act: Act, broadcast_id: int, to: str) -> bool | Refusal:
    row = await standing.of(ctx.conn, broadcast_id)
    if row is None:
        return STALE
    why = await issuers.objection(ctx, act, broadcast_id, row.path)
    if why is not None:
        return why
    before = await broadcasts.get(ctx.conn, broadcast_id)
    changed = await broadcasts.set_state(ctx.conn, broadcast_id, to)
    if changed:
        await ctx.note(act, f"broadcast:{broadcast_id}")
    if changed and to == "cancelled" and before is not None and before.next_at is not None:
        await addendum_notices.dropped(ctx, broadcast_id)
    return changed


async def take_text(ctx: Context, broadcast_id: int) -> int | Refusal:
    """What has yet to go of it says what its briefing says by now; the number under which it goes."""
    row = await broadcasts.get(ctx.conn, broadcast_id)
    where = await standing.of(ctx.conn, broadcast_id)
    if row is None or where is None:
        return STALE
    why = await issuers.objection(ctx, Act.TAKE_TEXT, broadcast_id, where.path)
    if why is not None:
        return why
    old = await briefings.get(ctx.conn, row.briefing_id)
    new = await briefings.latest(ctx.conn, old.slug) if old else None
    if old is None or new is None or new.fingerprint == old.fingerprint:
        return Refusal("compose.text_none")
    if new.briefing.topic != row.topic:
        return Refusal("compose.text_other_topic")
    rest = await quieting.rest_of(ctx, row.issuer or row.unit) if row.quiet else None
    schedule = fit(new.briefing, parse_roles(row.roles), row.schedule, ctx.moment, rest)
    if isinstance(schedule, Obstacle):
        return refused(new.briefing, schedule, ctx.moment)
    needed = (await approval.rule_of(ctx, row.issuer or row.unit)).needed
    number = await newer.take(ctx.conn, row, new.id, schedule, who=ctx.who, now=ctx.now, approval=needed)
    if number is None:
        return Refusal("compose.text_under_way")
    detail = f"{new.slug}, version {new.version}, as broadcast:{number}"
    await ctx.note(Act.TAKE_TEXT, f"broadcast:{broadcast_id}", detail)
    if needed and row.state in ("submitted", "scheduled", "paused"):
        await approval.submitted(ctx, number)
    return number
