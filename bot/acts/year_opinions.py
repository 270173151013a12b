"""A year's opinions as the field counts them: reports, and what was answered, by unit.

For whoever writes a year's review: `of_year` is the one place where these figures come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.acts import closing, digests
from bot.acts.context import Context, Refusal
from bot.core.kernel.values import UnitPath
from bot.core.opinion.digest import Coverage, Figures
from bot.core.opinion.gathering import Place
from bot.core.opinion.steps import in_steps
from bot.storage.opinion import counting


@dataclass(frozen=True, slots=True)
class YearOpinions:
    """What was reported and answered in a year, up to today. Units are paths, as in a digest.

    `reports`: total None below the threshold, in `by_unit` None where withheld, 0 where absent.
    `answers`: reports that desks answered, by unit, in whole steps of the threshold; those with fewer are
    not in it. `topic_answers`: answers given to a whole topic. `names`: of units, by path.
    """

    year: int
    reports: Figures
    coverage: Coverage
    answers: Mapping[UnitPath, int]
    answered: int
    topic_answers: Mapping[UnitPath, int]
    names: Mapping[str, str]


async def of_year(ctx: Context, path: UnitPath, year: int) -> YearOpinions | Refusal:
    """The figures of the unit with this path and all below it; for who may read its digest."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    summed = await digests.read(ctx, path, first, last)
    if isinstance(summed, Refusal):
        return summed
    digest, days = summed.digest, (first.isoformat(), last.isoformat())
    place = await closing.places(ctx.conn)
    every = _by_row(await counting.answered(ctx.conn, path, *days), place)
    threshold = ctx.house.threshold
    stepped = {row: in_steps(count, threshold) for row, count in every.items()}
    return YearOpinions(
        year=year,
        reports=Figures(
            total=digest.total,
            by=digest.by,
            by_unit=digest.by_unit,
            least=digest.least or digest.stepped,
        ),
        coverage=digest.coverage,
        answers={row: count for row, count in stepped.items() if count},
        answered=in_steps(sum(every.values()), threshold),
        topic_answers=_by_row(await counting.topics_answered(ctx.conn, path, *days), place),
        names=summed.names,
    )


def _by_row(counts: Mapping[UnitPath, int], place: Place) -> dict[UnitPath, int]:
    """Counts of units as those of the communes they stand in."""
    found: dict[UnitPath, int] = {}
    for path, count in counts.items():
        row = place(path)[1]
        found[row] = found.get(row, 0) + count
    return found
