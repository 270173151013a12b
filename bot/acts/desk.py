"""The desk of a unit: reports are listed, opened, verified, returned, merged, passed on, answered, closed.

Who may is an editor or administrator of the very unit at which a report stands. A desk that had it before
still sees it. Each opening is in the audit log; who wrote a report is nowhere in here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.acts import desk_notices, photos, places
from bot.acts.context import STALE, Context, Operator, Refusal
from bot.acts.places import Place
from bot.core.opinion.codes import report_code
from bot.core.opinion.desk import EVERYTHING, OVER, WAITING, Wanted
from bot.core.opinion.guard import mask
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.storage.opinion import desk as stored
from bot.storage.opinion.desk import SEARCHED, Report, Response

__all__ = ["SEARCHED", "Done", "Listed", "Opened", "Report"]

LONGEST = 1000  # characters of an answer or a reason
ELSEWHERE = Refusal("desk.elsewhere")  # somebody was quicker, or it is over
LIKE = 6  # reports of the same topic that one may be merged with


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a desk. `counts` by state, of all that is wanted, where they are known; `places` by code.

    `total`: how many there are; where they are not counted, more than are shown where there are more.
    """

    place: Place
    counts: Mapping[str, int]
    rows: Sequence[Report]
    places: Mapping[str, Place]
    total: int
    cut: bool = False  # words were looked for in the first SEARCHED reports alone


@dataclass(frozen=True, slots=True)
class Opened:
    """One report as its desk reads it. `here`: it stands at the reader's desk; `up`: there is one above."""

    report: Report
    place: Place | None
    answers: Mapping[str, str]
    responses: Sequence[Response]
    merged: Sequence[Report]
    here: bool
    up: bool


@dataclass(frozen=True, slots=True)
class Done:
    """A report after what was done with it; `masked`: what was taken out of the words that were typed."""

    report: Report
    place: Place | None
    masked: Sequence[str] = ()


async def listed(
    ctx: Context,
    unit: str = "",
    show: str = "open",
    wanted: Wanted = EVERYTHING,
    skip: int = 0,
    limit: int = 7,
) -> Listed | Refusal:
    """A page of the desk: `show` is open, over or passed. `unit`: of which unit, for the operator."""
    place = await places.find(ctx.conn, unit if isinstance(ctx.actor, Operator) else _own(ctx))
    if place is None or not ctx.may(Act.DESK, place.path):
        return STALE
    if show == "passed":
        rows = await stored.passed_on(ctx.conn, place.code, skip, limit + 1)
        total = skip + len(rows)
        return Listed(place, {}, rows[:limit], await _named(ctx, rows), total)
    states = OVER if show == "over" else WAITING
    counts = await stored.counts(ctx.conn, place.code, wanted)
    if wanted.words:
        rows = await stored.found(ctx.conn, place.code, counts, states, wanted, skip, limit + 1)
        cut = sum(counts.get(state, 0) for state in states) > SEARCHED
        return Listed(place, {}, rows[:limit], await _named(ctx, rows), skip + len(rows), cut)
    rows = await stored.page(ctx.conn, place.code, counts, states, wanted, skip, limit)
    total = sum(counts.get(state, 0) for state in states)
    return Listed(place, counts, rows, await _named(ctx, rows), total)


async def sorted_out(ctx: Context, by: str) -> Mapping[str, int] | Refusal:
    """How many reports wait at the actor's desk, by "topic" or by "unit", the most first."""
    place = await places.find(ctx.conn, _own(ctx))
    if place is None or not ctx.may(Act.DESK, place.path):
        return STALE
    found = await stored.by(ctx.conn, place.code, by, WAITING)
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


async def look(ctx: Context, code: str) -> Opened | Refusal:
    """Open a report: from then on its clock rests. Every time it is in the audit log."""
    report = await stored.get(ctx.conn, report_code(code) or "")
    here = report is not None and await _may(ctx, Act.OPEN_REPORT, report)
    passed = report is not None and not here and await _passed_from(ctx, report)
    if report is None or not (here or passed):
        return STALE
    if here and await stored.move(ctx.conn, report, "opened", Act.OPEN_REPORT):
        await stored.rest(ctx.conn, report.id)
        report = replace(report, state="opened", since=None)
    await ctx.note(Act.OPEN_REPORT, f"report:{report.code}", f"unit:{_own(ctx) or report.desk}")
    return Opened(
        report,
        await places.find(ctx.conn, report.unit),
        await stored.answers(ctx.conn, report.id),
        await stored.responses(ctx.conn, report.id),
        await _merged(ctx, report, here),
        here,
        here and await _above(ctx, report) is not None,
    )


async def photos_of(ctx: Context, code: str) -> list[int] | Refusal:
    """The photos of a report that the actor may open: files made for them, for an hour. In the audit log."""
    report = await stored.get(ctx.conn, report_code(code) or "")
    if report is None or not (await _may(ctx, Act.OPEN_REPORT, report) or await _passed_from(ctx, report)):
        return STALE
    await ctx.note(Act.OPEN_REPORT, f"report:{report.code}", f"unit:{_own(ctx) or report.desk}")
    return await photos.for_actor(ctx, report.id)


async def verify(ctx: Context, code: str) -> Done | Refusal:
    """What a report says was looked into and is so."""
    return await _moved(ctx, Act.VERIFY, code, "verified")


async def give_back(ctx: Context, code: str, reason: str) -> Done | Refusal:
    """Return a report to be mended: whoever wrote it hears why, and sends it again."""
    return await _moved(ctx, Act.GIVE_BACK, code, "returned", ("return", reason), "mine.returned")


async def answer(ctx: Context, code: str, words: str) -> Done | Refusal:
    """Answer a report, and with it those that were merged into it."""
    return await _moved(ctx, Act.ANSWER, code, "answered", ("answer", words), "mine.answered")


async def close(ctx: Context, code: str) -> Done | Refusal:
    """Nothing more is to be done; whoever wrote it hears so."""
    return await _moved(ctx, Act.CLOSE, code, "closed", None, "mine.closed")


async def forward(ctx: Context, code: str) -> Done | Refusal:
    """Pass a report on to the next desk above, where it is new; this desk still sees it."""
    report = await _at_desk(ctx, Act.FORWARD, code)
    if isinstance(report, Refusal):
        return report
    head = await _above(ctx, report)
    if head is None:
        return Refusal("desk.nobody_above")
    if not await stored.pass_on(ctx.conn, report, head.unit, Act.FORWARD):
        return ELSEWHERE
    passed = replace(report, state="received", desk=head.unit)
    await desk_notices.begin_waiting(ctx, passed)
    await ctx.note(Act.FORWARD, f"report:{report.code}", f"unit:{report.desk} to unit:{head.unit}")
    return Done(passed, await places.find(ctx.conn, head.unit))


async def mergeable(ctx: Context, code: str) -> Listed | Refusal:
    """Other reports at the same desk and of the same topic, into which this one may be merged."""
    report = await _at_desk(ctx, Act.MERGE, code)
    if isinstance(report, Refusal):
        return report
    wanted = Wanted(topic=report.topic)
    counts = await stored.counts(ctx.conn, report.desk, wanted)
    rows = await stored.page(ctx.conn, report.desk, counts, WAITING, wanted, 0, LIKE + 1)
    others = [one for one in rows if one.id != report.id][:LIKE]
    place = await places.find(ctx.conn, report.desk)
    return STALE if place is None else Listed(place, {}, others, await _named(ctx, others), len(others))


async def merge(ctx: Context, code: str, into: str) -> Done | Refusal:
    """One report is answered with another that says the same; at once, where that is answered already."""
    report, other = await _at_desk(ctx, Act.MERGE, code), await _at_desk(ctx, Act.MERGE, into)
    if isinstance(report, Refusal) or isinstance(other, Refusal):
        return report if isinstance(report, Refusal) else other  # type: ignore[return-value]
    if other.id == report.id or other.desk != report.desk or other.state in ("merged", "closed"):
        return Refusal("desk.not_with")
    concerned = [replace(report, state="merged"), *await stored.merged(ctx.conn, report.id)]
    if not await stored.merge(ctx.conn, report, other.id):
        return ELSEWHERE
    await stored.rest(ctx.conn, report.id)
    said = await stored.responses(ctx.conn, other.id) if other.state == "answered" else ()
    if answered := [one for one in said if one.kind == "answer"]:
        await desk_notices.said(ctx, concerned, "mine.answered", answered[-1])
    await ctx.note(Act.MERGE, f"report:{report.code}", f"into report:{other.code}")
    return Done(concerned[0], await places.find(ctx.conn, report.unit))


async def _moved(
    ctx: Context, act: Act, code: str, to: str, said: tuple[str, str] | None = None, told: str = ""
) -> Done | Refusal:
    report = await _at_desk(ctx, act, code)
    if isinstance(report, Refusal):
        return report
    response: Response | None = None
    masked: tuple[str, ...] = ()
    if said is not None:
        clean = mask(said[1].strip())
        if not clean.text or len(clean.text) > LONGEST:
            return Refusal("form.empty") if not clean.text else Refusal("desk.too_long", {"maximum": LONGEST})
        unit = _own(ctx) or report.desk
        response = Response(said[0], clean.text, unit, ctx.moment.date().isoformat())
        masked = clean.found
    if not await stored.move(ctx.conn, report, to, act):
        return ELSEWHERE
    await stored.rest(ctx.conn, report.id)
    after = replace(report, state=to, since=None)
    concerned = [after, *(await stored.merged(ctx.conn, report.id) if to in ("answered", "closed") else ())]
    if told:
        await desk_notices.said(ctx, concerned, told, response)
    await ctx.note(act, f"report:{report.code}", f"unit:{report.desk}")
    return Done(after, await places.find(ctx.conn, report.unit), masked)


async def _above(ctx: Context, report: Report) -> Member | None:
    place = await places.find(ctx.conn, report.desk)
    return await desk_notices.head_above(ctx, place.path) if place is not None else None


def _own(ctx: Context) -> str:
    return ctx.member.unit if ctx.member is not None else ""


async def _at_desk(ctx: Context, act: Act, code: str) -> Report | Refusal:
    """The report, where it stands at the actor's own desk."""
    report = await stored.get(ctx.conn, report_code(code) or "")
    return report if report is not None and await _may(ctx, act, report) else STALE


async def _may(ctx: Context, act: Act, report: Report) -> bool:
    """No one above or below looks in: the desk is that very unit's."""
    place = await places.find(ctx.conn, report.desk)
    own = ctx.member is None or ctx.member.unit == report.desk
    return place is not None and own and ctx.may(act, place.path)


async def _passed_from(ctx: Context, report: Report) -> bool:
    own = ctx.member is not None and ctx.may(Act.OPEN_REPORT, ctx.member.path)
    return own and await stored.had(ctx.conn, report.id, _own(ctx))


async def _merged(ctx: Context, report: Report, here: bool) -> Sequence[Report]:
    """What was merged into a report: a desk that had it before sees those alone that stood there too."""
    found = await stored.merged(ctx.conn, report.id)
    return [one for one in found if here or await stored.had(ctx.conn, one.id, _own(ctx))]


async def _named(ctx: Context, rows: Sequence[Report]) -> dict[str, Place]:
    found = {code: await places.find(ctx.conn, code) for code in {row.unit for row in rows}}
    return {code: place for code, place in found.items() if place is not None}
