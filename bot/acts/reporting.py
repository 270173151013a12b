"""A reporter's own reports: what became of them; they are mended, added to, taken back.

None of it is in the audit log, which would name for good who wrote what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.acts import agreeing, desk_notices, desk_words, photos, places
from bot.acts.context import STALE, Context, Refusal
from bot.core.kernel.values import NOWHERE
from bot.core.opinion.alike import is_alike, words_of
from bot.core.opinion.codes import report_code
from bot.core.opinion.desk import MENDABLE, TENDENCY, TOPIC, URGENCY, Urgency, urgency_of
from bot.core.opinion.gathering import headings
from bot.core.people.permissions import Act
from bot.storage import residue
from bot.storage.opinion import authors, counting, desk, taken_back
from bot.storage.opinion.desk import Report, Response
from bot.storage.opinion.opinions import FORM

ALIKE_DAYS = 30  # how far back a report like the new one is looked for
LOOKED_AT = 50
OVER = Refusal("mine.over")  # it was answered or closed meanwhile
LONGEST = 4000  # characters of one answer after additions


@dataclass(frozen=True, slots=True)
class Mine:
    """One of the actor's own reports, with what it says and what was answered.

    `units`: those it tells of, as they were called on its day, by code.
    """

    report: Report
    answers: Mapping[str, str]
    responses: Sequence[Response]
    units: Mapping[str, str]

    @property
    def mendable(self) -> bool:
        """Whether it may still say something else."""
        return self.report.state in MENDABLE


@dataclass(frozen=True, slots=True)
class Told:
    """Whom an urgent report rang for: so many people of a desk, and after how long (ms) it rings again; `up`:
    somebody above hears of it after that.
    """

    desk: str
    heads: int
    wait_ms: int
    up: bool


async def mine(ctx: Context, limit: int = 1000) -> Sequence[Report]:
    """The actor's own reports that are still linked to them, the newest first."""
    return await authors.mine(ctx.conn, ctx.member.id, limit=limit) if ctx.member is not None else ()


async def look(ctx: Context, code: str) -> Mine | Refusal:
    """One of the actor's own reports."""
    report = await _own(ctx, code)
    if report is None:
        return STALE
    said = await desk.answers(ctx.conn, report.id)
    told = await desk_words.units_told(ctx, said, report.day)
    return Mine(report, said, await desk.responses(ctx.conn, report.id), told)


async def mend(ctx: Context, code: str, answers: Mapping[str, str]) -> str | Refusal:
    """A report says this instead, and is new at its desk."""
    report = await _own(ctx, code)
    if report is None:
        return STALE
    return await _mended(ctx, report, answers)


async def supplement(ctx: Context, code: str, answers: Mapping[str, str]) -> str | Refusal:
    """What is written now stands below what an earlier report says, whose choices stay but urgency."""
    report = await _own(ctx, code)
    if report is None or not ctx.may(Act.REPORT):
        return STALE
    before = await desk.answers(ctx.conn, report.id)
    after = dict(before)
    if urgency_of(answers.get(URGENCY, "")) > urgency_of(before.get(URGENCY, "")):
        after[URGENCY] = answers[URGENCY]
    for item in ctx.house.forms[FORM].fields:
        if item.kind == "photo" and answers.get(item.key):
            after[item.key] = answers[item.key]
        more = answers.get(item.key, "")
        if item.mask and more:
            after[item.key] = "\n".join(part for part in (before.get(item.key, ""), more) if part)
            if len(after[item.key]) > LONGEST:
                return Refusal("mine.too_long")
    return await _mended(ctx, report, after)


async def take_back(ctx: Context, code: str) -> str | Refusal:
    """A report is gone from every table, and from a copy that is put back; what was merged into it, and not
    answered, is read by itself."""
    report = await _own(ctx, code)
    if report is None:
        return STALE
    await residue.owe(ctx.conn)
    await taken_back.remember(ctx.conn, report.code, ctx.now)
    for one in await authors.take_back(ctx.conn, report):
        await desk_notices.begin_waiting(ctx, one)
    return report.code


async def like(ctx: Context, answers: Mapping[str, str]) -> str | None:
    """The code of an earlier report of the actor's own, on the same topic, that says the same."""
    if ctx.member is None:
        return None
    written = [item.key for item in ctx.house.forms[FORM].fields if item.mask]
    new = words_of(answers.get(key, "") for key in written)
    since = (ctx.moment.date() - timedelta(days=ALIKE_DAYS)).isoformat()
    for report in await authors.mine(ctx.conn, ctx.member.id, since, LOOKED_AT):
        if report.topic != answers.get("topic", "") or report.state not in MENDABLE:
            continue
        said = await desk.answers(ctx.conn, report.id)
        if is_alike(new, words_of(said.get(key, "") for key in written)):
            return report.code
    return None


async def told(ctx: Context, code: str) -> Told | None:
    """Who was rung for a report of the actor's own that just came to its desk; None if it is not urgent."""
    report = await _own(ctx, code)
    if report is None or report.urgency != Urgency.URGENT:
        return None
    place = await places.find(ctx.conn, report.desk)
    author, path = ctx.member.id if ctx.member else None, place.path if place else NOWHERE
    heads = await desk_notices.within_call(ctx, report.desk, path, author)
    up = await desk_notices.head_above(ctx, path) is not None
    wait = ctx.house.desk.wait_ms[Urgency.URGENT]
    return Told(place.name if place else report.desk, len(heads), wait, up)


async def _own(ctx: Context, code: str) -> Report | None:
    report = await desk.get(ctx.conn, report_code(code) or "")
    if report is None or ctx.member is None:
        return None
    return report if await authors.author(ctx.conn, report.id) == ctx.member.id else None


async def _mended(ctx: Context, report: Report, answers: Mapping[str, str]) -> str | Refusal:
    form = ctx.house.forms[FORM]
    if (refused := await photos.ready(ctx, form, answers)) is not None:
        return refused
    await residue.owe(ctx.conn)
    before, after = await desk.answers(ctx.conn, report.id), photos.as_kept(form, answers)
    if not await authors.mend(ctx.conn, report, form.version, after):
        return OVER
    if any(before.get(key, "") != after.get(key, "") for key in headings(form)):
        # A digest of what is over keeps its headings: the new words would stand below one that is not theirs.
        await counting.unlist(ctx.conn, report.id)
    await photos.attach(ctx, form, answers, report.id)
    fresh = await desk.by_number(ctx.conn, report.id)
    if fresh is not None:
        await desk_notices.begin_waiting(ctx, replace(fresh, state="received"))
        if any(before.get(key, "") != after.get(key, "") for key in (TOPIC, TENDENCY)):
            await agreeing.look(ctx, fresh.unit, after)
    return report.code
