"""A plan is changed before it goes out: its time, whom it is for, the words of a text of one's own.

Runs that were opened stay as they are: where there are any, another broadcast goes on with what follows. A
change voids an approval, and who wrote and approved it hear of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import addendum_notices, approval, documents, issuers, planned, quieting
from bot.acts import approval_notices as notices
from bot.acts.context import STALE, Context, Refusal
from bot.acts.orders import reached, refused, typed
from bot.acts.places import Place
from bot.acts.planned import Found
from bot.acts.surveying import survey
from bot.core.guidance.approval import as_of
from bot.core.guidance.asking import asked
from bot.core.guidance.audience import Audience, Scope, Survey
from bot.core.guidance.briefing import Briefing
from bot.core.guidance.broadcast import SLACK_MS, WAITING, Obstacle, fit
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.characters import sanitise
from bot.core.kernel.values import Ms
from bot.core.people.members import Role, parse_roles
from bot.core.people.permissions import Act
from bot.core.people.units import Level
from bot.core.schedule.occurrences import Once, Schedule
from bot.core.schedule.quiet import Rest
from bot.storage.guidance import briefings, broadcasts, newer
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.guidance.broadcasts import BroadcastRow

LONGEST = 3_500  # characters, as where it is composed


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom it is for instead. None: as it was. `units`: codes, each with all below it; members by id.

    Without units (an empty tuple) it is for nobody but the members that are named.
    """

    units: tuple[str, ...] | None = None
    roles: frozenset[Role] | None = None
    levels: frozenset[Level] | None = None
    everybody: bool | None = None
    members: tuple[int, ...] | None = None
    without_units: tuple[str, ...] | None = None
    without_members: tuple[int, ...] | None = None

    def scope(self, before: Scope) -> Scope:
        """The same besides its units, which stand by themselves."""
        names = ("levels", "everybody", "members", "without_units", "without_members")
        said = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return before.model_copy(update=said)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes another: its schedule, whom it is for, the words of a text of one's own.

    `newcomers`: whether who joins while it is valid is offered it.
    """

    schedule: Schedule | None = None
    whom: Whom | None = None
    text: str = ""
    newcomers: bool | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """What changes, in one word each."""
        others = None if self.whom == Whom() else self.whom
        named = (("time", self.schedule), ("unit", others), ("text", self.text.strip()))
        newcomers = ("newcomers",) if self.newcomers is not None else ()
        return (*(name for name, value in named if value), *newcomers)


@dataclass(frozen=True, slots=True)
class Changed:
    """The number it goes under from now on. `at` in ms UTC; `told`: how many approvers know that it waits."""

    id: int
    state: str
    at: Ms | None
    briefing: Briefing
    place: Place
    count: int
    told: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change, understood: what the plan would be. `dropped`: the document that says other words.

    `rest`: the quiet hours that it would keep to.
    """

    found: Found
    briefing: Briefing
    files: Sequence[BriefingFileRow]
    dropped: Sequence[BriefingFileRow]
    place: Place
    audience: Audience
    schedule: Schedule
    survey: Survey
    rest: Rest | None

    @property
    def count(self) -> int:
        """How many members it would be for."""
        return self.survey.count


async def hindered(ctx: Context, broadcast_id: int) -> Refusal | None:
    """Why the actor cannot change a broadcast, before they are asked how."""
    found = await _find(ctx, broadcast_id)
    return found if isinstance(found, Refusal) else None


async def understand(ctx: Context, broadcast_id: int, wish: Change) -> Wanted | Refusal:
    """What a change would come to. Writes nothing."""
    found = await _find(ctx, broadcast_id)
    if isinstance(found, Refusal):
        return found
    if not wish.parts:
        return Refusal("change.nothing")
    row = found.row
    said = await _said(ctx, found, wish.text) if wish.text.strip() else found.briefing
    if isinstance(said, Refusal):
        return said
    reach = await _meant(ctx, found, wish.whom)
    if isinstance(reach, Refusal):
        return reach
    place, meant = reach
    schedule = wish.schedule or as_of(row.schedule, ctx.now)
    rest = await _rest(ctx, row, wish.schedule)
    fitting = fit(said, meant.roles, schedule, ctx.moment, rest)
    if isinstance(fitting, Obstacle):
        return refused(said, fitting, ctx.moment)
    counted = await survey(ctx, meant, place.path)
    if not counted.count:
        return Refusal("compose.nobody", {"unit": place.name})
    files = await briefings.files(ctx.conn, row.briefing_id)
    old = [one for one in files if said != found.briefing and documents.is_source(one)]
    kept = [one for one in files if one not in old]
    return Wanted(found, said, kept, old, place, meant, fitting, counted, rest)


async def change(
    ctx: Context, broadcast_id: int, wish: Change, promised: int | None = None
) -> Changed | Refusal:
    """Change a plan. `promised`: the count of recipients that was shown, where it is for others now."""
    wanted = await understand(ctx, broadcast_id, wish)
    if isinstance(wanted, Refusal):
        return wanted
    row = wanted.found.row
    others = "unit" in wish.parts
    if others and promised is not None and promised != wanted.count:
        return Refusal("compose.changed", {"before": promised, "count": wanted.count})
    version = row.briefing_id
    if wanted.briefing != wanted.found.briefing:
        kept = [(file.file_id, file.kind, file.inline) for file in wanted.files]
        version = await briefings.keep(ctx.conn, wanted.briefing, kept, ctx.now)
    other = broadcasts.timed(wanted.schedule, ctx.now, wanted.rest) if wish.schedule else {}
    other |= broadcasts.meant_for(wanted.audience, wanted.count) if others else {}
    other |= {} if wish.newcomers is None else {"newcomers": wish.newcomers}
    needed = (await approval.rule_of(ctx, row.issuer or row.unit)).needed
    number = await newer.take(
        ctx.conn, row, version, wanted.schedule,
        who=ctx.who, now=ctx.now, approval=needed, other=other, by=Act.CHANGE,
    )  # fmt: skip
    if number is None:
        return Refusal("change.under_way")
    await ctx.note(Act.CHANGE, f"broadcast:{broadcast_id}", f"{', '.join(wish.parts)}, as broadcast:{number}")
    return await _told(ctx, wanted, number, wish.parts, again=needed and row.state in ("scheduled", "paused"))


async def _told(ctx: Context, wanted: Wanted, number: int, parts: Sequence[str], *, again: bool) -> Changed:
    fresh = await broadcasts.get(ctx.conn, number)
    before = wanted.found.row
    if fresh is not None:
        await notices.changed(ctx, fresh, wanted.briefing, parts, again, approved_by=before.approved_by)
    waits = again or before.state == "submitted"
    told = await approval.submitted(ctx, number) if waits else 0
    if not waits and not {"time", "unit", "text"}.isdisjoint(parts):
        await addendum_notices.planned(ctx, number, "addendum.told_changed")
    state, at = (fresh.state, fresh.next_at) if fresh is not None else (before.state, None)
    return Changed(number, state, at, wanted.briefing, wanted.place, wanted.count, told)


async def _find(ctx: Context, broadcast_id: int) -> Found | Refusal:
    found = await planned.of_broadcast(ctx, broadcast_id)
    if found is None:
        return STALE
    why = await issuers.objection(ctx, Act.CHANGE, broadcast_id, found.where.path)
    if why is not None:
        return why
    return found if found.row.state in WAITING else Refusal("change.over")


async def _rest(ctx: Context, row: BroadcastRow, schedule: Schedule | None) -> Rest | None:
    """The quiet hours that it keeps to: what is urgent, or goes at once, keeps to none."""
    at_once = isinstance(schedule, Once) and schedule.at <= ctx.now + SLACK_MS
    keeps = row.quiet if schedule is None else not (row.urgent or at_once)
    return await quieting.rest_of(ctx, row.issuer or row.unit) if keeps else None


async def _meant(ctx: Context, found: Found, whom: Whom | None) -> tuple[Place, Audience] | Refusal:
    """Whom it is for: as it was but for what is said otherwise, and the lowest unit all of them are under."""
    row = found.row
    before = row.audience or Audience(unit=row.unit, topic=row.topic, roles=parse_roles(row.roles))
    if whom is None:
        return found.where, before
    was = () if before.named_only else before.units or (before.unit,)
    codes = was if whom.units is None else whom.units
    scope = whom.scope(before.scope).model_copy(update={"units": tuple(codes[1:])})
    reach = await reached(ctx, codes[0] if codes else "", scope, Act.CHANGE)
    if isinstance(reach, Refusal):
        return reach
    place, units = reach
    said = {
        "unit": place.code,
        "units": units,
        "scope": scope,
        "named_only": not codes,
        "roles": before.roles if whom.roles is None else whom.roles,
    }
    return place, before.model_copy(update=said)


async def _said(ctx: Context, found: Found, text: str) -> Briefing | Refusal:
    """The text with other words: of one's own, for what is prepared is mended in the content."""
    said = found.briefing
    if said.slug in ctx.house.briefings:
        return Refusal("change.in_content")
    if said.body("vi").full:  # of a Word document: a message's words would be less than it says
        return Refusal("change.from_word")
    words = sanitise(text).strip()
    if not words:
        return Refusal("compose.empty")
    marking = secrecy_marking(words)
    if marking:
        return Refusal("compose.secret", {"marking": marking})
    if len(words) > LONGEST:
        return Refusal("change.too_long", {"maximum": LONGEST})
    body = typed(said.body("vi").title, words)
    questions = asked(body.brief)
    if questions.lack is not None:
        return Refusal(f"compose.quiz_{questions.lack}", {"number": questions.wrong})
    bodies = {"vi": body.model_copy(update={"brief": questions.text})}
    return said.model_copy(update={"bodies": bodies, "checks": questions.checks})
