"""What is told of a period that still runs, and of a week: whole steps of the threshold.

A period that runs is asked for again and again. Any table of it, however rounded, would tell whoever notes
each answer what the few reports in between said. How many there are is all that is told until it is over.
Of a week that is over there are tables. They stand beside those of months, which are exact, and say of each
cell only that it has at least so many (`lowered`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.core.kernel.values import UnitPath
from bot.core.opinion.digest import Breakdown, Figures
from bot.core.opinion.disclosure import ALL, Tally, together
from bot.core.opinion.gathering import KEPT, Cell, Listed, Place, Seen, counted, grouping
from bot.core.opinion.steps import Lot, in_steps, lots, lowered
from bot.core.people.units import code_of
from bot.core.talk.form import Form

Tables = dict[str, Breakdown]


class Running:
    """What still runs: how many reports there are, in whole steps of the threshold."""

    def __init__(self, place: Place, threshold: int) -> None:
        self._place, self._threshold = place, threshold
        self._units: dict[UnitPath, Tally] = {}

    def add(self, seen: Seen) -> None:
        """One report more."""
        self._units.setdefault(seen.path, Tally()).add(seen.author)

    def told(self) -> tuple[Figures, set[UnitPath]]:
        """How many, None where they are too few to be told of; and the units that reported."""
        reported = {self._place(path)[1] for path in self._units}
        rows: dict[str, list[Tally]] = {}  # by code: a unit that moved is one
        for path, some in self._units.items():
            rows.setdefault(code_of(self._place(path)[1]), []).append(some)
        whole = together(self._units.values())
        if not whole.reports:
            return Figures(total=0), reported
        parts = [_told(together(some), self._threshold) or 0 for some in rows.values()]
        return Figures(total=_together(_told(whole, self._threshold), parts)), reported


class _Week:
    """Reports of a week that is over, of one commune or a whole province, as they are told."""

    def __init__(self, form: Form, threshold: int, everything: Sequence[Seen]) -> None:
        self._threshold, self._everything = threshold, everything
        self._fields = counted(form)
        self._group = grouping(form)[0]
        self.total = self._told(everything)

    def tables(self, known: Mapping[str, Collection[str]], least: Tables, lot: Lot) -> Tables:
        """By field, the cells of which something is told, among all values. `least`: of which it is anyhow.

        Every value that may be said stands there, as if withheld: who said none would tell of the others.
        """
        found: Tables = {}
        for place, key in enumerate(self._fields):
            said: dict[str, list[Seen]] = {}
            for one in self._everything:
                said.setdefault(one.values[place], []).append(one)
            counts = {value: len(ones) if self._told(ones) else 0 for value, ones in said.items()}
            told = lowered(counts, least.get(key, {}), self.total or 0, self._threshold, lots(lot, key))
            if any(told.values()):
                found[key] = {**dict.fromkeys(known.get(key, ())), **told}
        return found

    def texts(self, tables: Tables) -> list[tuple[str, int]]:
        """(group, report) of as many texts as are told of, by lot: codes are drawn so."""
        if self._group is None:
            return []
        left = {group: count or 0 for group, count in tables.get(self._fields[self._group], {}).items()}
        found: dict[str, list[int]] = {}
        for one in sorted(self._everything, key=lambda one: one.code):
            ones = found.setdefault(one.values[self._group], [])
            if len(ones) < min(KEPT, left.get(one.values[self._group], 0)):
                ones.append(one.id)
        return [(group, report) for group, ones in found.items() for report in ones]

    def _told(self, some: Iterable[Seen]) -> int | None:
        units: dict[UnitPath, Tally] = {}
        for one in some:
            units.setdefault(one.path, Tally()).add(one.author)
        return _told(together(units.values()), self._threshold)


class Weekly:
    """A week's reports, added one by one: told of once it is over, province by province."""

    def __init__(self, form: Form, place: Place) -> None:
        self._form, self._place = form, place
        self._seen: dict[str, dict[str, list[Seen]]] = {}  # province → commune

    def add(self, seen: Seen) -> None:
        """One report more."""
        base, row = self._place(seen.path)
        self._seen.setdefault(base, {}).setdefault(row, []).append(seen)

    def published(
        self, known: Mapping[str, Collection[str]], threshold: int, lot: Lot
    ) -> tuple[list[Cell], list[Listed]]:
        """All that may be told of the week. `known`: the values that each field may have."""
        cells: list[Cell] = []
        listed: list[Listed] = []
        for base, rows in sorted(self._seen.items()):
            least: Tables = {}
            below: list[int] = []
            everything = [seen for some in rows.values() for seen in some]
            for row, some in (*sorted(rows.items()), (ALL, everything)):  # a province tells of no fewer
                week = _Week(self._form, threshold, some)
                if row == ALL:
                    week.total = _together(week.total, below)
                below.append(week.total or 0)
                tables = week.tables(known, least if row == ALL else {}, lots(lot, base, row))
                cells.append(Cell(base, row, ALL, ALL, week.total))
                for key, table in tables.items():
                    cells += [Cell(base, row, key, value, count) for value, count in table.items()]
                    parts = least.setdefault(key, {})
                    parts |= {value: (parts.get(value) or 0) + (count or 0) for value, count in table.items()}
                listed += [Listed(base, row, report, group, ALL) for group, report in week.texts(tables)]
        return cells, listed


def _told(whole: Tally, threshold: int) -> int | None:
    """Whole steps of them; None where nothing may be told."""
    return in_steps(whole.reports, threshold) if whole.safe(threshold) else None


def _together(total: int | None, parts: Sequence[int]) -> int | None:
    """What is told of a province, beside what is told of its communes.

    Of two, if one is told, it is no more than of each: how many the other has would follow, and from the
    month what the few reports beside that week said.
    """
    return sum(parts) if len(parts) == 2 and any(parts) else total
