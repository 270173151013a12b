"""A run's figures: gathered by unit, small groups kept apart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.kernel.values import NOWHERE, UnitPath
from bot.core.people.units import is_within


@dataclass(frozen=True, slots=True)
class UnitCount:
    """A run's rows of one unit's members. `path` is None for members who were erased since."""

    path: UnitPath | None
    audience: int
    read: int
    uncertain: int
    failed: int


def total(counts: Mapping[str, int]) -> UnitCount:
    """A whole run's figures, from its rows by state."""
    everybody = sum(count for state, count in counts.items() if state != "acknowledged")
    failed = counts["failed"] + counts["abandoned"]
    return UnitCount(None, everybody, counts["acknowledged"], counts["uncertain"], failed)


def child_of(path: UnitPath, top: UnitPath) -> UnitPath:
    """The path of the unit directly below `top` that contains `path`, or `top` itself."""
    step = path.removeprefix(top).partition("/")[0]
    return UnitPath(f"{top}{step}/") if step else top


def gather(
    rows: Iterable[UnitCount], top: UnitPath, threshold: int
) -> tuple[list[UnitCount], UnitCount | None]:
    """Figures by the units directly below `top`, the behind first; small groups apart, merged into one.

    What is merged is no small group itself, else the run's total would tell it: the smallest of the others
    joins it.
    """
    groups: dict[UnitPath | None, UnitCount] = {}
    for row in rows:
        path = child_of(row.path, top) if row.path and is_within(row.path, top) else None
        groups[path] = _sum(path, groups.get(path), row)
    small = [one for path, one in groups.items() if path is None or one.audience < threshold]
    shown = sorted((one for one in groups.values() if one not in small), key=lambda one: one.audience)
    while small and shown and sum(one.audience for one in small) < threshold:
        small.append(shown.pop(0))
    merged: UnitCount | None = None
    for one in small:
        merged = _sum(None, merged, one)
    return sorted(
        shown, key=lambda one: (one.read / one.audience, -one.audience, one.path or NOWHERE)
    ), merged


def _sum(path: UnitPath | None, before: UnitCount | None, one: UnitCount) -> UnitCount:
    if before is None:
        return UnitCount(path, one.audience, one.read, one.uncertain, one.failed)
    return UnitCount(
        path,
        before.audience + one.audience,
        before.read + one.read,
        before.uncertain + one.uncertain,
        before.failed + one.failed,
    )
