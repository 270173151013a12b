"""What somebody wants to go out, to whom and when: understood, or why it cannot be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex

from bot.acts import documents, places, quieting
from bot.acts.context import STALE, Context, Refusal
from bot.acts.places import Place
from bot.acts.surveying import survey
from bot.content import letterhead
from bot.core.guidance.asking import asked
from bot.core.guidance.audience import LISTENERS, MOST_NAMED, Audience, Scope, Survey, audience, common
from bot.core.guidance.briefing import Body, Briefing, Check
from bot.core.guidance.broadcast import SLACK_MS, Obstacle, fit
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.characters import sanitise
from bot.core.kernel.richtext import FileKind, paragraph, plain_text
from bot.core.kernel.values import Ms, UnitPath
from bot.core.people.members import Member, Role
from bot.core.people.permissions import Act
from bot.core.people.units import code_of
from bot.core.schedule.occurrences import Going, Once, Schedule, next_due
from bot.core.schedule.quiet import Rest
from bot.storage.accounts import files
from bot.storage.guidance import briefings
from bot.storage.guidance.briefings import BriefingFileRow
from bot.storage.people import members, rules


@dataclass(frozen=True, slots=True)
class Written:
    """A text of one's own. `file`: its row, its shape ("photo", "audio" or any other) and its name.

    `document`: the Word document that says it, by its file's row; then there is no other title or text.
    """

    title: str
    text: str
    topic: str
    file: tuple[int, str, str] | None = None
    document: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A wish, for `unit` and all below it. `what`: a prepared briefing's slug, or a text of one's own.

    `unit` empty: for nobody but the members that `scope` names. `testers`: in training, for its author and
    these alone; None: in earnest. `addenda_ms`: until so long before it goes out units below may
    add to it; None: as is usual here; less than nothing: they may not. `newcomers`: who joins while it is
    valid is offered it.
    """

    what: str | Written
    unit: str
    schedule: Schedule
    roles: frozenset[Role] = LISTENERS
    urgent: bool = False
    scope: Scope = field(default_factory=Scope)
    testers: tuple[int, ...] | None = None
    addenda_ms: int | None = None
    newcomers: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be sent, to whom and when. `briefing_id` None: own text, kept once it is sent.

    `place`: the lowest unit that all who are meant stand at or below.
    `rest`: the quiet hours that it keeps to; `night`: those of whoever issues it, kept to or not.
    """

    briefing: Briefing
    briefing_id: int | None
    files: Sequence[BriefingFileRow]
    place: Place
    audience: Audience
    survey: Survey
    schedule: Schedule
    urgent: bool
    rest: Rest | None
    night: Rest

    @property
    def count(self) -> int:
        """How many members it is for, as of now."""
        return self.survey.count

    def first(self, now: Ms) -> Going | None:
        """Its first occurrence from now (ms UTC) on, and when that goes out."""
        return next_due(self.schedule, Ms(now - SLACK_MS - 1), self.rest)


async def understand(ctx: Context, order: Order, act: Act) -> Draft | Refusal:
    """The draft, every right and limit checked; an audience of nobody is still a draft."""
    reach = await reached(ctx, order.unit, order.scope, act)
    if isinstance(reach, Refusal):
        return reach
    place, units = reach
    found = await (_prepared(ctx, order.what) if isinstance(order.what, str) else _written(ctx, order.what))
    if isinstance(found, Refusal):
        return found
    said, briefing_id, attached = found
    topic = ctx.house.topics.get(said.topic)
    if topic is None:
        return Refusal("compose.no_topic")
    night = await quieting.rest_of(ctx, ctx.member.unit if ctx.member else place.code)
    rest = None if _at_once(ctx, order) else night
    schedule = fit(said, order.roles, order.schedule, ctx.moment, rest)
    if isinstance(schedule, Obstacle):
        return refused(said, schedule, ctx.moment)
    meant = audience(place.code, topic, order.roles, order.scope, units, named_only=not order.unit)
    only = await _practising(ctx, order, act, place)
    if isinstance(only, Refusal):
        return only
    if only is not None:
        said, briefing_id = said.in_training(), None
        meant = meant.model_copy(update={"only": only})
    counted = await survey(ctx, meant, place.path)
    return Draft(said, briefing_id, attached, place, meant, counted, schedule, order.urgent, rest, night)


async def _practising(ctx: Context, order: Order, act: Act, place: Place) -> tuple[int, ...] | Refusal | None:
    """Whom it may reach in training: its author and named testers. None where it is in earnest.

    Where the unit whose it is, or one above it, is in training, no order is in earnest, and names no others.
    """
    of_unit = await rules.testers(ctx.conn, ctx.member.path if ctx.member else place.path)
    if order.testers is None and of_unit is None:
        return None
    for number in order.testers or ():
        one = await members.get(ctx.conn, number)
        if one is None or not ctx.may(act, one.path):
            return Refusal("compose.no_member", {"member": str(number)})
    testers = set(order.testers or ()) if of_unit is None else set(of_unit)
    return tuple(sorted(testers | ({ctx.member.id} if ctx.member else set())))


async def reached(ctx: Context, unit: str, scope: Scope, act: Act) -> tuple[Place, tuple[str, ...]] | Refusal:
    """The lowest unit that all who are meant stand under, and the units where they are not all of it.

    Whom somebody may not send to, they cannot name, nor leave out: nobody learns who there is.
    """
    codes = list(dict.fromkeys((*((unit,) if unit else ()), *scope.units)))
    if max(map(len, (codes, scope.without_units, scope.members, scope.without_members))) > MOST_NAMED:
        return Refusal("compose.too_many", {"maximum": MOST_NAMED})
    found: dict[str, Place] = {}
    for code in (*codes, *scope.without_units):
        place = await places.find(ctx.conn, code)
        if place is None or not ctx.may(act, place.path):
            return Refusal("compose.no_unit")
        if (over := await places.ended(ctx, place)) is not None:
            return over
        found[code] = place
    people: list[UnitPath] = []
    for number in (*scope.members, *scope.without_members):
        member = await members.get(ctx.conn, number)
        if member is None or not ctx.may(act, member.path):
            return Refusal("compose.no_member", {"member": str(number)})
        people += [member.path] if number in scope.members else []
    paths = {found[code].path for code in codes} | set(people)
    top = await places.find(ctx.conn, code_of(common(paths))) if common(paths) else None
    if top is None or not ctx.may(act, top.path):
        return Refusal("compose.no_unit")
    outermost = {path for path in paths if not any(path != one and path.startswith(one) for one in paths)}
    return top, () if outermost == {top.path} and top.code in codes else tuple(codes)


def _at_once(ctx: Context, order: Order) -> bool:
    """Whether it keeps to no quiet hours: what is urgent, or goes at once, does not."""
    now = isinstance(order.schedule, Once) and order.schedule.at <= ctx.now + SLACK_MS
    return order.urgent or now


def refused(said: Briefing, why: Obstacle, now: datetime) -> Refusal:
    """Why a briefing may not go out so, in the catalogue's words."""
    days = {
        Obstacle.EXPIRED: said.valid_until or now.date(),
        Obstacle.TOO_EARLY: said.not_before,
    }
    return Refusal(f"compose.{why}", {"day": days[why]} if why in days else {})


Found = tuple[Briefing, int | None, Sequence[BriefingFileRow]]


async def _prepared(ctx: Context, slug: str) -> Found | Refusal:
    row = await briefings.latest(ctx.conn, slug) if slug in ctx.house.briefings else None
    if row is None:
        return Refusal("compose.gone")
    return row.briefing, row.id, await briefings.files(ctx.conn, row.id)


async def _written(ctx: Context, own: Written) -> Found | Refusal:
    home = await places.find(ctx.conn, ctx.member.unit) if ctx.member else None
    if ctx.member is None or home is None:
        return Refusal("compose.no_unit")
    if own.document is not None:
        return await _from_word(ctx, own, own.document, home)
    title = " ".join(sanitise(own.title).split())
    text = sanitise(own.text).strip()
    if not title or not text:
        return Refusal("compose.empty")
    marking = secrecy_marking(f"{title}\n{text}\n{own.file[2] if own.file else ''}")
    if marking:
        return Refusal("compose.secret", {"marking": marking})
    questions = asked(typed(title, text).brief)
    if questions.lack is not None:
        return Refusal(f"compose.quiz_{questions.lack}", {"number": questions.wrong})
    said = Body(title=title, brief=questions.text)
    issued = _issued(ctx, own, ctx.member, home, said, questions.checks)
    return issued, None, await _attached(ctx, own)


def _issued(
    ctx: Context, own: Written, author: Member, home: Place, body: Body, checks: tuple[Check, ...]
) -> Briefing:
    return Briefing(
        slug=f"soan-{author.id}-{ctx.now}-{token_hex(3)}",  # two of one instant are two
        topic=own.topic,
        issuer=f"{ctx.house.owner}, {home.name}",
        number="",
        issued_on=ctx.moment.date(),
        source=ctx.house.texts.line("vi", "compose.source", unit=home.name),
        bodies={"vi": body},
        checks=checks,
    )


async def _from_word(ctx: Context, own: Written, document: int, home: Place) -> Found | Refusal:
    """What a Word document says, its pictures and itself as files."""
    said = await documents.of_actor(ctx, document)
    if isinstance(said, Refusal) or ctx.member is None:
        return said if isinstance(said, Refusal) else STALE
    attached: list[BriefingFileRow] = []
    for number in (*said.pictures, document):
        row = await files.get(ctx.conn, number)
        if row is None or row.owner != ctx.member.id:
            return Refusal("word.gone")
        kind: FileKind = "document" if number == document else "photo"
        attached.append(BriefingFileRow(row.id, row.name, kind, inline=False))
    issued = _issued(ctx, own, ctx.member, home, said.body, said.checks)
    text, today = plain_text((*said.body.brief, *said.body.full)), issued.issued_on
    head = {"number": letterhead.number(text), "issued_on": letterhead.day_of_number(text, today) or today}
    return issued.model_copy(update=head), None, attached


def typed(title: str, text: str) -> Body:
    """A text of one's own as it was typed: what an editor writes is text, never markup."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return Body(title=title, brief=tuple(paragraph(part) for part in parts))


async def _attached(ctx: Context, own: Written) -> list[BriefingFileRow]:
    row = await files.get(ctx.conn, own.file[0]) if own.file else None
    if own.file is None or row is None or ctx.member is None or row.owner != ctx.member.id:
        return []
    kinds: dict[str, FileKind] = {"photo": "photo", "audio": "audio"}
    return [BriefingFileRow(row.id, row.name, kinds.get(own.file[1], "document"), inline=True)]
