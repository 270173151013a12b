"""Keeps small groups out of published counts, and out of what can be worked out from them."""

from collections.abc import Mapping


def suppress(counts: Mapping[str, int], threshold: int) -> dict[str, int | None]:
    """The counts with None where one is withheld, for a table published together with its total.

    Cells from 1 to `threshold` − 1 are withheld, and the smallest others with them until they hide each
    other: so None does not mean "under the threshold". A threshold up to 1 withholds nothing.

    The guarantee: whoever knows the total, the threshold and the published cells finds at least two values
    for each withheld cell, even when they suppose each to be under the threshold; and the withheld cells
    together are no group under it either. It cannot hold where nothing is left to withhold: a total under
    the threshold is known, and so is a table's only cell. Nor does it cover who knows some cells already.
    Rules: product.md row 23, facts/domain.md §6.4.
    """
    withheld = {cell for cell, count in counts.items() if 0 < count < threshold}
    # Zeros go last: they say nothing about anybody, and are the only company left in a nearly empty table.
    others = sorted(counts.keys() - withheld, key=lambda cell: (counts[cell] == 0, counts[cell], cell))
    while withheld and others and _tells([counts[cell] for cell in withheld], threshold):
        withheld.add(others.pop(0))
    return {cell: None if cell in withheld else count for cell, count in counts.items()}


def _tells(withheld: list[int], threshold: int) -> bool:
    """Whether the withheld cells' sum, which is known, gives one of them away."""
    size, total = len(withheld), sum(withheld)
    # All of them at their least (1) or most (threshold − 1) is one way only to reach the sum.
    return size < 2 or total < threshold or total in (size, size * (threshold - 1))
