"""How a tree of units becomes another: renamed, moved, merged, split, founded, closed, each from a day on.

A change never touches what was: a unit that ends stays in the list with the day and what it became.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from bot.core.kernel.values import Frozen
from bot.core.people.unit_names import JUST, bare
from bot.core.people.units import DEPTH, Level, Unit, heirs_of, in_force


class Kind(StrEnum):
    """What happens to a unit; on one day in this order, so that what is founded may receive."""

    NEW = "new"
    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    CLOSE = "close"


ORDER = {kind: place for place, kind in enumerate(Kind)}


class Change(Frozen):
    """One line of a decree. `units` and `into` are codes.

    `into`: the unit it stands under (new, move), what it becomes (merge, split), who takes over (close; may
    be nobody). `name` and `level`: those of a new unit, or what it is called from then on.
    """

    day: date
    kind: Kind
    units: tuple[str, ...]
    into: tuple[str, ...] = ()
    name: str = ""
    level: Level | None = None
    decree: str = ""


class Impossible(ValueError):
    """A change that the tree of that day does not allow: the column that is wrong, and what is allowed."""

    def __init__(self, column: str, found: str, allowed: str) -> None:
        super().__init__(f"{column}: found {found!r}; allowed: {allowed}")
        self.column, self.found, self.allowed = column, found, allowed


class Tree(Frozen):
    """Units as they are listed, and the changes decided since, in any order.

    `names`: old names of what ended before there was a list, each with the codes of what it became.
    """

    listed: tuple[Unit, ...] = ()
    changes: tuple[Change, ...] = ()
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def on(self, day: date) -> tuple[Unit, ...]:
        """Every unit there is or was, as it stands on a day. Raises Impossible."""
        state = {unit.code: unit for unit in self.listed}
        for change in in_order(one for one in self.changes if one.day <= day):
            apply(state, change)
        return tuple(state.values())

    def next_after(self, day: date) -> date | None:
        """The first day after this one on which something changes."""
        return min((one.day for one in self.changes if one.day > day), default=None)

    def former(self, day: date) -> Mapping[str, Sequence[str]]:
        """Code of a unit in force → the names that lead to it and are no unit's any more.

        Where another unit is called so now but for its level ("Huyện Krông Pắc"), it holds with its level.
        """
        units = {unit.code: unit for unit in self.on(day)}
        called: dict[str, set[str]] = {}
        for unit in units.values():
            if in_force(unit, day):
                called.setdefault(bare(unit.name), set()).add(unit.code)
        found: dict[str, dict[str, None]] = {}
        for name, code in self._once(units, day):
            for heir in heirs_of(units, code, day):
                if name != units[heir].name:
                    other = called.get(bare(name), set()) - {heir}
                    found.setdefault(heir, {})[f"{JUST}{name}" if other else name] = None
        return {code: tuple(names) for code, names in found.items()}

    def _once(self, units: Mapping[str, Unit], day: date) -> Iterable[tuple[str, str]]:
        state = {unit.code: unit for unit in self.listed}
        for change in in_order(one for one in self.changes if one.day <= day):
            if change.kind is Kind.RENAME:
                yield state[change.units[0]].name, change.units[0]
            apply(state, change)
        yield from ((unit.name, code) for code, unit in units.items() if not in_force(unit, day))
        yield from ((name, code) for name, became in self.names for code in became)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """The earlier first; on one day by kind, then as they are given."""
    return sorted(changes, key=lambda one: (one.day, ORDER[one.kind]))


def apply(state: dict[str, Unit], change: Change) -> None:
    """Make one change, on its day. Raises Impossible, having changed nothing."""
    match change.kind:
        case Kind.NEW:
            _found(state, change)
        case Kind.RENAME:
            unit = _standing(state, change, "unit", _one(change, "unit"))
            if not change.name:
                raise Impossible("name", "", "the new name")
            state[unit.code] = _from(unit, change, name=change.name, level=change.level or unit.level)
        case Kind.MOVE:
            _move(state, change)
        case Kind.MERGE:
            _merge(state, change)
        case Kind.SPLIT:
            _split(state, change)
        case Kind.CLOSE:
            _close(state, change)


def _found(state: dict[str, Unit], change: Change) -> None:
    code = _one(change, "unit")
    if code in state:
        raise Impossible("unit", code, "a code that no unit has or had")
    if not change.name or change.level is None:
        column = "level" if change.name else "name"
        raise Impossible(column, "", "a new unit has a name and a level")
    parent = _standing(state, change, "into", _one(change, "into"))
    unit = Unit(
        code=code,
        name=change.name,
        level=change.level,
        parent=parent.code,
        since=change.day,
        decree=change.decree,
    )
    _fits(unit, parent)
    state[code] = unit


def _move(state: dict[str, Unit], change: Change) -> None:
    unit = _standing(state, change, "unit", _one(change, "unit"))
    parent = _standing(state, change, "into", _one(change, "into"))
    _fits(unit, parent)
    _apart(state, unit, parent)
    state[unit.code] = _from(unit, change, parent=parent.code)


def _merge(state: dict[str, Unit], change: Change) -> None:
    heir = _standing(state, change, "into", _one(change, "into"))
    ending = [_standing(state, change, "unit", code) for code in change.units if code != heir.code]
    if not ending:
        raise Impossible("unit", ";".join(change.units), "at least one unit other than the one it becomes")
    for unit in ending:
        _end(state, unit, change, (heir,))


def _split(state: dict[str, Unit], change: Change) -> None:
    unit = _standing(state, change, "unit", _one(change, "unit"))
    heirs = tuple(_standing(state, change, "into", code) for code in change.into)
    if len(heirs) < 2:
        raise Impossible(
            "into", ";".join(change.into), "two units or more, the one where its people stay first"
        )
    _end(state, unit, change, heirs)


def _close(state: dict[str, Unit], change: Change) -> None:
    unit = _standing(state, change, "unit", _one(change, "unit"))
    heirs = (_standing(state, change, "into", _one(change, "into")),) if change.into else ()
    _end(state, unit, change, heirs)


def _end(state: dict[str, Unit], unit: Unit, change: Change, heirs: tuple[Unit, ...]) -> None:
    """It ends that day; what stands below it goes to the first of what it became."""
    if unit.since is not None and change.day <= unit.since:
        raise Impossible(
            "day", change.day.isoformat(), f"a day after {unit.since}, since when {unit.name} is"
        )
    if unit.code in {heir.code for heir in heirs}:
        raise Impossible(
            "into", unit.code, "other units: what goes on needs no line, what leaves it is moved"
        )
    for heir in heirs:
        _apart(state, unit, heir)
    below = [one for one in state.values() if one.parent == unit.code and in_force(one, change.day)]
    if below and not heirs:
        raise Impossible("into", "", f"the unit that takes over what stands below it ({below[0].name})")
    for one in below:
        _fits(one, heirs[0])
    for one in below:
        state[one.code] = _from(one, change, parent=heirs[0].code)
    codes = tuple(heir.code for heir in heirs)
    ended = {"until": change.day, "decree": change.decree, "heirs": codes}
    state[unit.code] = unit.model_copy(update=ended)


def _one(change: Change, column: str) -> str:
    codes = change.units if column == "unit" else change.into
    if len(codes) != 1:
        raise Impossible(column, ";".join(codes), "one unit")
    return codes[0]


def _standing(state: Mapping[str, Unit], change: Change, column: str, code: str) -> Unit:
    unit = state.get(code)
    if unit is None or not in_force(unit, change.day):
        raise Impossible(column, code, f"a unit that there is on {change.day}")
    return unit


def _apart(state: Mapping[str, Unit], unit: Unit, other: Unit) -> None:
    """Another unit neither is this one nor stands below it."""
    at: str | None = other.code
    while at is not None:
        if at == unit.code:
            raise Impossible("into", other.code, f"a unit that does not stand below {unit.name}")
        at = state[at].parent


def _fits(unit: Unit, parent: Unit) -> None:
    if DEPTH[parent.level] > DEPTH[unit.level]:
        raise Impossible("level", unit.level, f"{parent.level} or below it, under {parent.name}")


def _from(unit: Unit, change: Change, **values: object) -> Unit:
    """The unit as it is from the day of a change on."""
    return unit.model_copy(update={**values, "since": change.day, "decree": change.decree or unit.decree})
