"""Counts in whole steps of the threshold, for what is told beside exact counts of other days.

What is withheld, and how much, must not follow from the counts alone: whoever knows this program would read
them from it. So lots are drawn.
"""

from collections.abc import Callable, Mapping

Lot = Callable[[str], int]  # a number drawn for a word, below 2^64: the same each time, foretold by nobody


def by_name(_word: str) -> int:
    """No lot: equal ones go by their names."""
    return 0


def lots(lot: Lot, *about: str) -> Lot:
    """The lots of one table, apart from those of others."""
    return lambda word: lot("\n".join((*about, word)))


def lowered(
    counts: Mapping[str, int], least: Mapping[str, int | None], total: int, threshold: int, lot: Lot
) -> dict[str, int | None]:
    """A table that says of each cell that it has at least so many: whole steps, by lot fewer; None for none.

    `least`: what is told of its parts, of which it tells no less. `total`: as it is told, in whole steps; one
    of them is always left of which no cell tells. So a cell never says that it has hardly more, or less than
    another; beside what is told, exactly, of other days it gives no group of a few away.
    """
    floor = {cell: least.get(cell) or 0 for cell in counts}
    found = {
        cell: max(floor[cell], in_steps(count, threshold) - threshold * _heads(lot(cell)))
        for cell, count in counts.items()
    }
    while sum(found.values()) > max(0, total - threshold):
        free = [cell for cell in found if found[cell] > floor[cell]]
        found[max(free, key=lambda cell: (found[cell], lot(cell)))] -= threshold
    return {cell: count or None for cell, count in found.items()}


def _heads(drawn: int) -> int:
    """How often a coin falls on one side before it falls on the other."""
    return (drawn & -drawn).bit_length() - 1 if drawn else 64


def in_steps(count: int, threshold: int) -> int:
    """How many are told of while reports still arrive: whole groups of the threshold."""
    return count - count % threshold
