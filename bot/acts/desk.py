"""The desk of a unit: reports are opened, verified, returned, merged, passed on, answered, closed.

Who may is an editor or administrator of the very unit at which a report stands. A desk that had it before
still sees it. Each opening is in the audit log; who wrote a report is nowhere in here.

`seen`: how the report stood when the actor read it (`Opened.seen`). What was mended, returned or answered
since is not dealt with unread; without it nothing is compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.acts import desk_notices, desk_words, photos, places
from bot.acts.context import STALE, Context, Refusal
from bot.acts.desk_list import SEARCHED, Listed, beginnings, listed, named, own, sorted_out
from bot.acts.places import Place
from bot.core.opinion.codes import report_code
from bot.core.opinion.desk import WAITING, Wanted, sight
from bot.core.opinion.guard import mask
from bot.core.people.members import Member
from bot.core.people.permissions import Act
from bot.storage.opinion import desk as stored
from bot.storage.opinion.desk import Report, Response

__all__ = ["SEARCHED", "Done", "Listed", "Opened", "Report", "beginnings", "listed", "sorted_out"]

LONGEST = 1000  # characters of an answer or a reason
ELSEWHERE = Refusal("desk.elsewhere")  # somebody was quicker, or it is over
CHANGED = Refusal("desk.changed")  # it says something else by now, or a desk has spoken
LIKE = 6  # reports of the same topic that one may be merged with


@dataclass(frozen=True, slots=True)
class Opened:
    """One report as its desk reads it. `here`: it stands at the reader's desk; `up`: there is one above.

    `units`: those it tells of, as they were called on its day, by code.
    """

    report: Report
    place: Place | None
    answers: Mapping[str, str]
    responses: Sequence[Response]
    merged: Sequence[Report]
    here: bool
    up: bool
    units: Mapping[str, str]

    @property
    def seen(self) -> str:
        """How it stands, for what is done with it from this screen."""
        return sight(self.answers, len(self.responses))


@dataclass(frozen=True, slots=True)
class Done:
    """A report after what was done with it; `masked`: what was taken out of the words that were typed."""

    report: Report
    place: Place | None
    masked: Sequence[str] = ()


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
    await ctx.note(Act.OPEN_REPORT, f"report:{report.code}", f"unit:{own(ctx) or report.desk}")
    answers = await stored.answers(ctx.conn, report.id)
    return Opened(
        report,
        await places.find(ctx.conn, report.unit),
        answers,
        await stored.responses(ctx.conn, report.id),
        await _merged(ctx, report, here),
        here,
        here and await _above(ctx, report) is not None,
        await desk_words.units_told(ctx, answers, report.day),
    )


async def photos_of(ctx: Context, code: str) -> list[int] | Refusal:
    """The photos of a report that the actor may open: files made for them, for an hour. In the audit log."""
    report = await stored.get(ctx.conn, report_code(code) or "")
    if report is None or not (await _may(ctx, Act.OPEN_REPORT, report) or await _passed_from(ctx, report)):
        return STALE
    await ctx.note(Act.OPEN_REPORT, f"report:{report.code}", f"unit:{own(ctx) or report.desk}")
    return await photos.for_actor(ctx, report.id)


async def standing(ctx: Context, act: Act, code: str) -> str | None:
    """The `seen` of a report as it stands now at the actor's desk; None where it stands there no more."""
    report = await _at_desk(ctx, act, code)
    return None if isinstance(report, Refusal) else await _sight(ctx, report)


async def passed(ctx: Context, code: str) -> bool:
    """Whether a report went from the actor's desk to another, and may still be read there."""
    report = await stored.get(ctx.conn, report_code(code) or "")
    return report is not None and await _passed_from(ctx, report)


async def verify(ctx: Context, code: str, seen: str = "") -> Done | Refusal:
    """What a report says was looked into and is so."""
    return await _moved(ctx, Act.VERIFY, code, seen, "verified")


async def give_back(ctx: Context, code: str, reason: str, seen: str = "") -> Done | Refusal:
    """Return a report to be mended: whoever wrote it hears why, and sends it again."""
    return await _moved(ctx, Act.GIVE_BACK, code, seen, "returned", ("return", reason), "mine.returned")


async def answer(ctx: Context, code: str, words: str, seen: str = "") -> Done | Refusal:
    """Answer a report, and with it those that were merged into it."""
    return await _moved(ctx, Act.ANSWER, code, seen, "answered", ("answer", words), "mine.answered")


async def close(ctx: Context, code: str, seen: str = "") -> Done | Refusal:
    """Nothing more is to be done; whoever wrote it hears so."""
    return await _moved(ctx, Act.CLOSE, code, seen, "closed", None, "mine.closed")


async def forward(ctx: Context, code: str, seen: str = "") -> Done | Refusal:
    """Pass a report on to the next desk above, where it is new; this desk still sees it."""
    report = await _at_desk(ctx, Act.FORWARD, code, seen)
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
    return STALE if place is None else Listed(place, {}, others, await named(ctx, others), len(others))


async def merge(ctx: Context, code: str, into: str, seen: str = "", seen_other: str = "") -> Done | Refusal:
    """One report is answered with another that says the same; at once, where that is answered already."""
    report = await _at_desk(ctx, Act.MERGE, code, seen)
    other = await _at_desk(ctx, Act.MERGE, into, seen_other)
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
    ctx: Context,
    act: Act,
    code: str,
    seen: str,
    to: str,
    said: tuple[str, str] | None = None,
    told: str = "",
) -> Done | Refusal:
    report = await _at_desk(ctx, act, code, seen)
    if isinstance(report, Refusal):
        return report
    response: Response | None = None
    masked: tuple[str, ...] = ()
    if said is not None:
        clean = mask(said[1].strip())
        if not clean.text or len(clean.text) > LONGEST:
            return Refusal("form.empty") if not clean.text else Refusal("desk.too_long", {"maximum": LONGEST})
        unit = own(ctx) or report.desk
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


async def _at_desk(ctx: Context, act: Act, code: str, seen: str = "") -> Report | Refusal:
    """The report, where it stands at the actor's own desk, as it was seen there."""
    report = await stored.get(ctx.conn, report_code(code) or "")
    if report is None or not await _may(ctx, act, report):
        return STALE
    return CHANGED if seen and await _sight(ctx, report) != seen else report


async def _sight(ctx: Context, report: Report) -> str:
    said = await stored.answers(ctx.conn, report.id)
    return sight(said, len(await stored.responses(ctx.conn, report.id)))


async def _may(ctx: Context, act: Act, report: Report) -> bool:
    """No one above or below looks in: the desk is that very unit's."""
    place = await places.find(ctx.conn, report.desk)
    here = ctx.member is None or ctx.member.unit == report.desk
    return place is not None and here and ctx.may(act, place.path)


async def _passed_from(ctx: Context, report: Report) -> bool:
    able = ctx.member is not None and ctx.may(Act.OPEN_REPORT, ctx.member.path)
    return able and await stored.had(ctx.conn, report.id, own(ctx))


async def _merged(ctx: Context, report: Report, here: bool) -> Sequence[Report]:
    """What was merged into a report: a desk that had it before sees those alone that stood there too."""
    found = await stored.merged(ctx.conn, report.id)
    return [one for one in found if here or await stored.had(ctx.conn, one.id, own(ctx))]
