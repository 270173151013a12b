"""Questions of understanding: asked of who confirmed, counted by unit; nobody sees who answered what.

Answering leaves no line in the audit log, and what is said afterwards is the same whatever was picked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.acts import places, runs
from bot.acts.context import STALE, Context, Refusal
from bot.acts.runs import Run
from bot.core.guidance.briefing import Check
from bot.core.kernel.values import DAY_MS
from bot.core.opinion import understanding as rules
from bot.core.opinion.understanding import Understood
from bot.core.people.permissions import Act
from bot.core.people.units import code_of
from bot.storage.delivery import readings
from bot.storage.guidance import briefings, broadcasts
from bot.storage.opinion import understanding as stored
from bot.storage.opinion.understanding import Put


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is a member's turn: number (from 1) of so many, about a delivery."""

    delivery: int
    number: int
    of: int
    check: Check


@dataclass(frozen=True, slots=True)
class Answered:
    """The question that was answered, and the next one."""

    asked: Asked
    following: Asked | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How far a run was understood, question by question; `names`: of units below, by path."""

    run: Run
    checks: Sequence[Check]
    questions: Sequence[Understood]
    names: dict[str, str]


async def following(ctx: Context, delivery_id: int) -> Asked | None:
    """The next question of a briefing that the member confirmed; None where there is none."""
    if ctx.member is None or not ctx.may(Act.UNDERSTAND):
        return None
    found = await readings.tapped(ctx.conn, delivery_id, ctx.member.id)
    if found is None or found.acknowledged_at is None:
        return None
    if ctx.now - found.acknowledged_at > rules.OPEN_DAYS * DAY_MS:
        return None
    row = await briefings.get(ctx.conn, found.briefing_id)
    checks = row.briefing.checks if row else ()
    if not checks:
        return None
    done = await stored.answered(ctx.conn, found.run_id, ctx.member.id)
    return Asked(delivery_id, done + 1, len(checks), checks[done]) if done < len(checks) else None


async def answer(ctx: Context, delivery_id: int, number: int, choice: int) -> Answered | Refusal:
    """Count one answer (question and choice from 1), once a person; what was picked is kept of nobody."""
    asked, me = await following(ctx, delivery_id), ctx.member
    if asked is None or me is None or not 1 <= choice <= len(asked.check.choices):
        return STALE
    found = await readings.tapped(ctx.conn, delivery_id, me.id)
    if found is None or number != asked.number:
        return Refusal("quiz.answered") if number < asked.number else STALE
    until = (ctx.moment.date() + timedelta(days=rules.KEPT_DAYS)).isoformat()
    if not await stored.mark(ctx.conn, found.run_id, me.id, number - 1, until):
        return Refusal("quiz.answered")
    size = len(asked.check.choices)
    put = Put(found.run_id, found.briefing_id, number - 1, size, me.unit, me.path)
    await stored.count(ctx.conn, put, choice - 1, ctx.house.threshold)
    return Answered(asked, await following(ctx, delivery_id))


async def figures(ctx: Context, run_id: int) -> Figures | Refusal:
    """How far a run was understood by the people whom the actor may follow; no small group is shown."""
    run = await runs.seen(ctx, run_id, Act.UNDERSTOOD)
    row = await broadcasts.get(ctx.conn, run.plan.id) if run else None
    said = await briefings.get(ctx.conn, row.briefing_id) if row else None
    if run is None or said is None:
        return STALE
    checks, top = said.briefing.checks, run.cut or run.path
    if not checks:
        return Refusal("quiz.none")
    counts = await stored.counts(ctx.conn, run_id, said.id, top)
    sizes, right = [len(one.choices) for one in checks], [one.right for one in checks]
    shown = rules.understood(counts, sizes, right, top, ctx.house.threshold)
    names: dict[str, str] = {}
    for path in {unit.path for one in shown for unit in one.units}:
        place = await places.find(ctx.conn, code_of(path))
        names[path] = place.name if place else code_of(path)
    return Figures(run, checks, shown, names)
