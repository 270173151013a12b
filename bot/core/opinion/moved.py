"""What was told of a unit that stands elsewhere by now, by the paths of today."""

from collections.abc import Iterable

from bot.core.kernel.values import UnitPath
from bot.core.opinion.digest import Coverage, Digest
from bot.core.opinion.disclosure import ALL
from bot.core.opinion.gathering import Cell
from bot.core.people.units import rebased


def cells(found: Iterable[Cell], old: UnitPath, new: UnitPath) -> list[Cell]:
    """Kept cells of a unit and all below it. The province in which they were counted stays."""
    return [
        Cell(
            rebased(UnitPath(one.base), old, new),
            one.row if one.row == ALL else rebased(UnitPath(one.row), old, new),
            one.field,
            one.value,
            one.count,
        )
        for one in found
    ]


def digest(one: Digest, path: UnitPath) -> Digest:
    """A digest as it was drawn up, its unit at this path now."""
    if one.unit == path:
        return one

    def now(paths: Iterable[UnitPath]) -> tuple[UnitPath, ...]:
        return tuple(rebased(each, one.unit, path) for each in paths)

    cover = one.coverage
    coverage = Coverage(
        due=now(cover.due),
        reported=now(cover.reported),
        nothing=now(cover.nothing),
        silent=now(cover.silent),
    )
    by_unit = {rebased(UnitPath(each), one.unit, path): count for each, count in one.by_unit.items()}
    return one.model_copy(update={"unit": path, "by_unit": by_unit, "coverage": coverage})
