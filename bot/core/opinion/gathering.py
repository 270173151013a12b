"""Counts a month's reports once, and says what of them may be told: by whom it was said is dropped here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from bot.core.kernel.values import UnitPath
from bot.core.opinion.disclosure import ALL, Entry, Tally, publish, together, totals
from bot.core.opinion.quoting import Table, quoted_as
from bot.core.opinion.steps import Lot, in_steps, lots
from bot.core.people.units import Level, above, code_of
from bot.core.talk.form import Form

UNANSWERED = ""  # the cell of those who were not asked, or left it out
DUE = "#due"  # beside the fields of a form: how many reporters a unit has
NOTHING = "#nothing"  # and that it said that there was nothing to report
KEPT = 20  # texts kept of what one unit says alike
LISTED = (40, 10)  # texts listed of what is said alike: in a province, in a commune

K = TypeVar("K")
Tables = dict[tuple[str, str], dict[str, int | None]]  # by place and field: what is told of each value
Place = Callable[[UnitPath], tuple[UnitPath, UnitPath]]  # a unit's path → its province's and its commune's


class Seen(NamedTuple):
    """One report as it is counted. `values`: of the counted fields, in the form's order."""

    id: int
    code: str
    path: UnitPath
    author: int | None
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What is told of one count. `row`: a commune's path, ALL for the province; `count` None: withheld."""

    base: str
    row: str
    field: str
    value: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A text that may be told at a place, under `group` and with `mark`; ALL where that is not told."""

    base: str
    row: str
    report: int
    group: str
    mark: str


def placing(levels: Mapping[str, str]) -> Place:
    """Where reports of a unit are counted, by the levels of units (by code).

    A commune with all below it is one row of its province's table; what was reported at a higher unit itself
    is a row of its own.
    """

    def place(path: UnitPath) -> tuple[UnitPath, UnitPath]:
        chain = above(path)
        row = next((one for one in chain if levels.get(code_of(one)) == Level.COMMUNE), path)
        tops = [one for one in chain if levels.get(code_of(one)) == Level.PROVINCE and row.startswith(one)]
        return (tops[-1] if tops else chain[0] if row != path or len(chain) == 1 else row), row

    return place


@dataclass(slots=True)
class _Base:
    """A province while it is counted: reports that say alike in one commune, and some of their texts."""

    said: dict[tuple[str, tuple[str, ...]], Tally] = field(default_factory=dict)
    texts: dict[tuple[str, tuple[str, ...]], list[tuple[str, int]]] = field(default_factory=dict)

    def by(self, name: Callable[[str, tuple[str, ...]], K]) -> dict[K, Tally]:
        """Reports of one commune under one name, counted together."""
        found: dict[K, Tally] = {}
        for (row, values), tally in self.said.items():
            found.setdefault(name(row, values), Tally()).join(tally)
        return found


def counted(form: Form) -> list[str]:
    """The fields of which a digest has a table, in the form's order."""
    return [item.key for item in form.fields if item.counted]


def grouping(form: Form) -> tuple[int | None, int | None]:
    """Places among the counted fields: what texts stand under, and which way people lean."""
    fields = [item for item in form.fields if item.counted]
    marks = [place for place, item in enumerate(fields) if item.beside]
    return (0 if fields else None), (marks[0] if marks else None)


def headings(form: Form) -> list[str]:
    """The fields whose values stand above a text, or beside it."""
    fields = counted(form)
    return [fields[place] for place in grouping(form) if place is not None]


class Gathering:
    """A month's reports, added one by one."""

    def __init__(self, form: Form, place: Place) -> None:
        self._fields = counted(form)
        self._group, self._mark = grouping(form)
        self._place = place
        self._places: dict[UnitPath, tuple[UnitPath, UnitPath]] = {}
        self._bases: dict[UnitPath, _Base] = {}

    def add(self, seen: Seen) -> None:
        """One report more."""
        number, code, path, author, values = seen
        place = self._places.get(path)
        if place is None:
            place = self._places[path] = self._place(path)
        base = self._bases.get(place[0])
        if base is None:
            base = self._bases[place[0]] = _Base()
        key = (place[1], values)
        tally = base.said.get(key)
        if tally is None:
            tally, base.texts[key] = base.said.setdefault(key, Tally()), []
        tally.add(author)
        texts = base.texts[key]
        texts.append((code, number))
        if len(texts) > 3 * KEPT:  # codes are drawn by lot, so these are
            texts.sort()
            del texts[KEPT:]

    def _alike(self, row: str, values: tuple[str, ...]) -> tuple[str, str, str]:
        """What is told apart among the texts of a commune: (row, group, mark)."""
        group, mark = self._group, self._mark
        return row, ALL if group is None else values[group], ALL if mark is None else values[mark]

    def published(
        self, known: Mapping[str, Collection[str]], threshold: int, lot: Lot
    ) -> tuple[list[Cell], list[Listed]]:
        """All that may be told of the month. `known`: the values that each field may have."""
        cells: list[Cell] = []
        listed: list[Listed] = []
        for path, base in sorted(self._bases.items()):
            shown = totals(base.by(lambda row, _: row), threshold, lots(lot, path))
            cells += [Cell(path, row, ALL, ALL, count) for row, count in shown.items()]
            told: Tables = {}
            for at_field, key in enumerate(self._fields):
                table = base.by(lambda row, values, at=at_field: (row, values[at]))  # type: ignore[misc]
                values = {*known.get(key, ()), *(value for _, value in table)}
                entries = publish(table, values, shown, threshold, lots(lot, path, key))
                cells += [
                    Cell(path, *at[:1], key, at[1], count)
                    for at, count in entries.items()
                    if count != 0 and shown[at[0]] is not None
                ]
                for at, count in entries.items():
                    told.setdefault((at[0], key), {})[at[1]] = count
            if shown[ALL] is not None:
                listed += self._texts(path, base, shown, told, threshold, lots(lot, path, "quoted"))
        return cells, listed

    def _texts(
        self,
        path: UnitPath,
        base: _Base,
        shown: Mapping[str, int | None],
        told: Tables,
        threshold: int,
        lot: Lot,
    ) -> list[Listed]:
        """Which texts stand where. Of each group as many are listed as are whole steps."""
        found = []
        every = base.by(self._alike)
        texts: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
        for key, some in base.texts.items():
            texts.setdefault(self._alike(*key), []).extend(some)
        alike_texts = _by_place(texts)
        alike = {row: _at(every, row) for row in shown}
        tables = {row: self._told(row, told) for row in shown}
        names = quoted_as(alike, tables, threshold, lot)
        for row in (row for row in shown if shown[row] is not None):
            for name in sorted(set(names[row].values())):
                of = [key for key, one in names[row].items() if one == name]
                if row != ALL and (name[0] == ALL or (self._mark is not None and name[1] == ALL)):
                    continue  # whose text it is could be told by looking it up in the province's list
                said = sorted(text for key in of for text in alike_texts[row].get(key, ()))
                most = sum(alike[row][key].reports for key in of)
                most = min(in_steps(most, threshold), LISTED[row != ALL])
                found += [Listed(path, row, one, *name) for _, one in said[:most]]
        return found

    def _told(self, row: str, told: Tables) -> tuple[Table, Table]:
        """What is told of groups and of marks; those that nobody said are not there."""
        group, mark = (
            {} if at is None else {value: n for value, n in told[row, self._fields[at]].items() if n != 0}
            for at in (self._group, self._mark)
        )
        return group, mark


def _by_place(
    texts: Mapping[tuple[str, str, str], list[tuple[str, int]]],
) -> dict[str, dict[Entry, list[tuple[str, int]]]]:
    """Texts by row, and all rows together, and by what is said alike there."""
    found: dict[str, dict[Entry, list[tuple[str, int]]]] = {ALL: {}}
    for (row, *entry), some in texts.items():
        for at in (ALL, row):
            found.setdefault(at, {}).setdefault((entry[0], entry[1]), []).extend(some)
    return found


def _at(alike: Mapping[tuple[str, str, str], Tally], row: str) -> dict[Entry, Tally]:
    """What is said alike in one commune, or in all of them."""
    if row != ALL:
        return {key[1:]: one for key, one in alike.items() if key[0] == row}
    found: dict[Entry, list[Tally]] = {}
    for key, one in alike.items():
        found.setdefault(key[1:], []).append(one)
    return {key: together(ones) for key, ones in found.items()}
