"""How far a correction has come: what was edited, told and noted, and which copies are left."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts.context import Context
from bot.acts.runs import Run
from bot.core.guidance.figures import UnitCount, gather
from bot.core.kernel.values import NOWHERE, Ms, UnitPath
from bot.storage.delivery import correcting
from bot.storage.guidance import corrections


@dataclass(frozen=True, slots=True)
class Report:
    """How far a correction has come. `at` in ms UTC; `recalled`: it was taken back, not mended.

    `edited` messages in place, `told` by a message, `noted` by people; `left`: copies that came and are
    not changed where they stand, by unit, small groups merged into the one without a path. `planning`: how
    many of them can be is not known yet.
    """

    at: Ms
    recalled: bool
    words: tuple[str, str] | None
    edited: int
    told: int
    noted: int
    left: Sequence[tuple[UnitPath, int]]
    planning: bool


async def recalled(ctx: Context, run: Run) -> bool:
    """Whether a run was taken back: nobody is asked to read it any more."""
    return await corrections.taken_back(ctx.conn, run.id)


async def report(ctx: Context, run: Run) -> Report | None:
    """How far the last correction of a run has come; None where there was none."""
    row = await corrections.of_run(ctx.conn, run.id)
    if row is None:
        return None
    edited, told, known = await correcting.reached(ctx.conn, run.id, row.at)
    missing = [
        UnitCount(one.path, one.audience - one.read, 0, 0, 0)
        for one in await correcting.left(ctx.conn, run.id, row.at)
        if one.audience > one.read
    ]
    shown, small = gather(missing, run.path, ctx.house.threshold)
    left = [(one.path or NOWHERE, one.audience) for one in shown] + (
        [(NOWHERE, small.audience)] if small else []
    )
    words = (row.old_words, row.new_words) if row.old_words and row.new_words else None
    planning = await correcting.planning(ctx.conn, run.id, row.at)
    return Report(row.at, row.new_id is None, words, edited, told, known, left, planning)
