"""The tree of units, as values."""

from enum import StrEnum

from bot.core.kernel.values import Frozen


class Level(StrEnum):
    """Where a unit stands in the tree. HUYEN (district) ended on 01/07/2025 and is kept for old data."""

    CENTRAL = "TW"
    PROVINCE = "TINH"
    DISTRICT = "HUYEN"
    COMMUNE = "XA"
    GRASSROOTS = "CO_SO"


class Unit(Frozen):
    """A node of the tree. `code` and `parent` are strings, never numbers; `parent` None at the top."""

    code: str
    name: str
    level: Level
    parent: str | None = None


def paths(units: tuple[Unit, ...]) -> dict[str, str]:
    """Unit code → path from the top, "/TW/66/24169/". A path's prefix is an ancestor.

    Raises ValueError naming a code whose parent is unknown or that stands below itself.
    """
    parents = {unit.code: unit.parent for unit in units}
    found: dict[str, str] = {}
    for code in parents:
        chain: list[str] = []
        at: str | None = code
        while at is not None:
            if at not in parents:
                raise ValueError(f"unit {chain[-1]} stands under {at}, which is not in the list")
            if at in chain:
                raise ValueError(f"unit {at} stands below itself")
            chain.append(at)
            at = parents[at]
        found[code] = "/" + "/".join(reversed(chain)) + "/"
    return found
