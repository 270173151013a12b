"""The tree of units at a date, as values. Here alone is said what "within" and "above" mean."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from bot.core.kernel.values import Frozen, UnitPath

DEEPEST = 32  # levels: a chain longer than any administration is a mistake, and costs its square


class Level(StrEnum):
    """Where a unit stands in the tree. HUYEN (district) ended on 01/07/2025 and is kept for old data."""

    CENTRAL = "TW"
    PROVINCE = "TINH"
    DISTRICT = "HUYEN"
    COMMUNE = "XA"
    GRASSROOTS = "CO_SO"


class Unit(Frozen):
    """A node of the tree. `code` and `parent` are strings, never numbers; `parent` None at the top.

    In force from `since` to the day before `until`, by `decree`; None: as far back or ahead as we know.
    `heirs`: of one that has ended, the codes of what it became; the first has what nothing else is said of.
    """

    code: str
    name: str
    level: Level
    parent: str | None = None
    since: date | None = None
    until: date | None = None
    decree: str = ""
    heirs: tuple[str, ...] = ()


def in_force(unit: Unit, day: date) -> bool:
    """Whether there is such a unit on a day."""
    return (unit.since is None or unit.since <= day) and (unit.until is None or day < unit.until)


DEPTH = {level: depth for depth, level in enumerate(Level)}


def heirs_of(units: Mapping[str, Unit], code: str, day: date) -> tuple[str, ...]:
    """The codes of the units in force on a day that a unit is, or has become. None where it simply ended."""
    found, left = dict[str, None](), [code]
    seen: set[str] = set()
    while left:
        at = left.pop(0)
        if at in seen or at not in units:
            continue
        seen.add(at)
        if in_force(units[at], day):
            found[at] = None
        else:
            left = [*units[at].heirs, *left]
    return tuple(found)


def is_within(path: UnitPath, top: UnitPath) -> bool:
    """Whether a unit's path is that of `top` or of a unit below it. No path is within nothing."""
    return bool(top) and path.startswith(top)


def code_of(path: UnitPath) -> str:
    """The code of the unit a path ends with: "/TW/66/" → "66"."""
    return path.rstrip("/").rpartition("/")[2]


def rebased(path: UnitPath, old: UnitPath, new: UnitPath) -> UnitPath:
    """A path at or below `old`, as it is now that `old` has become `new`; any other as it is."""
    return UnitPath(new + path[len(old) :]) if path.startswith(old) else path


def above(path: UnitPath) -> list[UnitPath]:
    """The paths of the unit itself and of all above it, the highest first: "/TW/66/" → "/TW/", "/TW/66/"."""
    return [UnitPath(path[: place + 1]) for place, letter in enumerate(path) if letter == "/" and place]


def paths(units: Iterable[Unit]) -> dict[str, UnitPath]:
    """Unit code → path from the top, "/TW/66/24169/". A path's prefix is an ancestor.

    Raises ValueError naming a code whose parent is unknown, that stands below itself, or too deep.
    """
    parents = {unit.code: unit.parent for unit in units}
    found: dict[str, UnitPath] = {}
    for code in parents:
        if code not in found:
            _walk(code, parents, found)
    return found


def _walk(code: str, parents: dict[str, str | None], found: dict[str, UnitPath]) -> None:
    """The path of a unit, and of those above it that have none yet: each unit is visited once."""
    chain: list[str] = []
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at not in found:
        if at not in parents:
            raise ValueError(f"unit {chain[-1]} stands under {at}, which is not in the list")
        if at in seen:
            raise ValueError(f"unit {at} stands below itself")
        chain.append(at)
        seen.add(at)
        at = parents[at]
        if len(chain) > DEEPEST:
            raise ValueError(f"unit {code} stands more than {DEEPEST} levels deep")
    path = found[at] if at is not None else UnitPath("/")
    if path.count("/") - 1 + len(chain) > DEEPEST:
        raise ValueError(f"unit {code} stands more than {DEEPEST} levels deep")
    for one in reversed(chain):
        path = found[one] = UnitPath(f"{path}{one}/")
