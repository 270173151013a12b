"""What is told of a period that still runs, and of a week: whole steps of the threshold.

A period that runs is asked for again and again. Any table of it, however rounded, would tell whoever notes
each answer what the few reports in between said. How many there are is all that is told until it is over.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from bot.core.kernel.values import UnitPath
from bot.core.opinion.digest import Breakdown, Figures
from bot.core.opinion.disclosure import ALL, Tally, blurred, in_steps, together
from bot.core.opinion.gathering import KEPT, Cell, Listed, Place, Seen, counted, grouping
from bot.core.talk.form import Form


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
        whole = together(self._units.values())
        if not whole.reports:
            return Figures(total=0), reported
        total = in_steps(whole.reports, self._threshold) if whole.safe(self._threshold) else None
        return Figures(total=total), reported


class _Week:
    """A unit's reports of a week that is over, in the order they came, as tables in whole steps."""

    def __init__(self, unit: str, form: Form, place: Place, threshold: int) -> None:
        self._unit, self._place, self._threshold = unit, place, threshold
        self._fields = counted(form)
        self._group = grouping(form)[0]

    def told(
        self, everything: Iterable[Seen], known: Mapping[str, Collection[str]]
    ) -> tuple[Figures, list[tuple[str, int]]]:
        """Figures, and (group, report) of each text that may be listed. `known`: the values of each field.

        Where something is withheld, so is every value that nobody said: how many there are would tell.
        """
        everything = sorted(everything, key=lambda one: one.id)
        seen = everything[: in_steps(len(everything), self._threshold)]
        if not everything:
            return Figures(total=0), []
        whole = self._steps(seen, lambda one: ALL)
        if not whole.get(ALL):
            return Figures(total=None), []
        by = {}
        for place, key in enumerate(self._fields):
            table = self._steps(seen, lambda one, place=place: one.values[place])  # type: ignore[misc]
            by[key] = _among_all(table, known.get(key, ()))
        by_unit = _among_all(self._steps(seen, self._below), {self._below(one) for one in everything})
        figures = Figures(total=whole[ALL], by=by, by_unit={} if set(by_unit) == {self._unit} else by_unit)
        return figures, self._texts(seen, by)

    def _below(self, seen: Seen) -> str:
        base, row = self._place(seen.path)
        return row if base == self._unit or not base.startswith(self._unit) else base

    def _steps(self, seen: Iterable[Seen], name: Callable[[Seen], str]) -> Breakdown:
        tallies: dict[str, dict[str, Tally]] = {}
        for one in seen:
            units = tallies.setdefault(name(one), {})
            units.setdefault(one.path, Tally()).add(one.author)
        found: Breakdown = {}
        for cell, units in sorted(tallies.items()):
            whole = together(units.values())
            found[cell] = in_steps(whole.reports, self._threshold) if whole.safe(self._threshold) else None
        everything = sum(one.reports for units in tallies.values() for one in units.values())
        return blurred(found, everything, self._threshold)

    def _texts(self, seen: Iterable[Seen], by: Mapping[str, Breakdown]) -> list[tuple[str, int]]:
        if self._group is None:
            return []
        shown = by[self._fields[self._group]]
        found: dict[str, list[Seen]] = {group: [] for group, count in shown.items() if count}
        for one in seen:
            group = one.values[self._group]
            if group in found and len(found[group]) < (shown[group] or 0):
                found[group].append(one)
        return [
            (group, one.id)
            for group, ones in found.items()
            for one in sorted(ones, key=lambda one: one.code)[:KEPT]
        ]


def _among_all(table: Breakdown, every: Collection[str]) -> Breakdown:
    return {**dict.fromkeys(every), **table} if None in table.values() else table


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
        self, known: Mapping[str, Collection[str]], threshold: int
    ) -> tuple[list[Cell], list[Listed]]:
        """All that may be told of the week. `known`: the values that each field may have."""
        cells: list[Cell] = []
        listed: list[Listed] = []
        for base, rows in sorted(self._seen.items()):
            everything = [seen for some in rows.values() for seen in some]
            for row, some in ((ALL, everything), *sorted(rows.items())):
                week = _Week(base if row == ALL else row, self._form, self._place, threshold)
                figures, texts = week.told(some, known)
                cells.append(Cell(base, row, ALL, ALL, figures.total))
                for key, table in figures.by.items():
                    cells += [Cell(base, row, key, value, count) for value, count in table.items()]
                listed += [Listed(base, row, report, group, ALL) for group, report in texts]
        return cells, listed
