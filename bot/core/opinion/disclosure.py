"""Keeps small groups out of published counts, and out of what can be worked out from them.

A number is told of no fewer reports than the threshold, and of no single author. What is withheld cannot be
worked out: neither from its table, nor from the unit above or the others beside it. Rules: product.md row 23.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.opinion.bridges import bridges
from bot.core.opinion.steps import Lot, by_name, in_steps

ALL = "*"  # the row of all units together, and the column of all values: totals
ROW, COLUMN = 0, 1
ALONE = 5  # with fewer, a unit that has one other beside it is not broken down, whatever the threshold


@dataclass(slots=True)
class Tally:
    """How many reports, and whether they are known to be of several authors.

    `author`: one of them, to tell another by; None while none is known. It is never published or kept.
    """

    reports: int = 0
    author: int | None = None
    several: bool = False

    def add(self, author: int | None) -> None:
        """One report more; the author None where it is not known (any more)."""
        self.reports += 1
        if author is not None:
            self.several |= self.author not in (None, author)
            self.author = author

    def join(self, other: "Tally") -> None:
        """Another group of the same unit: its authors may be the same."""
        known = None not in (self.author, other.author)
        self.several |= other.several or (known and self.author != other.author)
        self.reports += other.reports
        self.author = other.author if self.author is None else self.author

    def take(self, other: "Tally") -> None:
        """Another group, of another unit: whoever reports there is somebody else, or has moved there."""
        moved = self.author is not None and self.author == other.author
        self.several |= other.several or bool(self.reports and other.reports and not moved)
        self.reports += other.reports
        self.author = other.author if self.author is None else self.author

    def safe(self, threshold: int) -> bool:
        """Whether it may be told as it is."""
        return not self.reports or (self.reports >= threshold and self.several)


Entry = tuple[str, str]  # row and column of a table, ALL where it is a total


def suppress(
    counts: Mapping[str, int], threshold: int, unsafe: Collection[str] = (), lot: Lot = by_name
) -> dict[str, int | None]:
    """The counts with None where one is withheld, for a line published together with its total.

    Cells from 1 to `threshold` − 1 are withheld, `unsafe` ones too, and the smallest others with them until
    they hide each other: so None does not mean "under the threshold". A threshold up to 1 withholds nothing.
    Of equal ones `lot` chooses: where it goes by name, that the first is shown tells that it is larger.

    The guarantee: whoever knows the total, the threshold and the published cells finds at least two values
    for each withheld cell, even when they suppose each to be under the threshold; and the withheld cells
    together are no group under it either. It cannot hold where nothing is left to withhold: a total under
    the threshold is known, and so is a table's only cell. Nor does it cover who knows some cells already.
    """
    withheld = {cell for cell, count in counts.items() if 0 < count < threshold or cell in unsafe}
    # Zeros go last: they say nothing about anybody, and are the only company left in a nearly empty table.
    others = sorted(
        counts.keys() - withheld, key=lambda cell: (counts[cell] == 0, counts[cell], lot(cell), cell)
    )
    while withheld and others and tells([counts[cell] for cell in withheld], threshold):
        withheld.add(others.pop(0))
    return {cell: None if cell in withheld else count for cell, count in counts.items()}


def tells(withheld: Collection[int], threshold: int) -> bool:
    """Whether the withheld cells' sum, which is known, gives one of them away."""
    size, total = len(withheld), sum(withheld)
    # All of them at their least (1) or most (threshold − 1) is one way only to reach the sum.
    return size < 2 or total < threshold or total in (size, size * (threshold - 1))


def totals(units: Mapping[str, Tally], threshold: int, lot: Lot) -> dict[str, int | None]:
    """How many reports each unit has, and all of them (ALL); None where it is withheld."""
    whole = together(units.values())
    unsafe = {unit for unit, one in units.items() if not one.safe(threshold)}
    shown = suppress({unit: one.reports for unit, one in units.items()}, threshold, unsafe, lot)
    hidden = [unit for unit, count in shown.items() if count is None]
    others = sorted(units.keys() - set(hidden), key=lambda unit: (units[unit].reports, lot(unit)))
    while hidden and others and _told([units[unit] for unit in hidden], threshold):
        hidden.append(others.pop(0))
    # Where even all of them do not hide each other, nothing is told of any.
    if not whole.safe(threshold) or (hidden and _told([units[unit] for unit in hidden], threshold)):
        return {ALL: None, **dict.fromkeys(units)}
    return {ALL: whole.reports, **shown, **dict.fromkeys(hidden)}


def _told(hidden: Sequence[Tally], threshold: int) -> bool:
    """Whether their sum, which is known, gives away how many one of these units has.

    While a period runs, the whole steps of each that is safe are told, and who reported. Where all are at
    their least or at their most, the rest is known. One report from it, too, or that nothing is told would
    say so.
    """
    if tells([one.reports for one in hidden], threshold):
        return True
    over, under = 0, 0
    for one in hidden:
        steps = in_steps(one.reports, threshold) if one.safe(threshold) else 0
        over += one.reports - (steps or 1)
        under += max(0, steps + threshold - 1 - one.reports)
        if one.reports >= threshold and not steps:
            under += threshold  # how many it has at most is told by nothing
    return min(over, under) < 2


def together(tallies: Iterable[Tally]) -> Tally:
    """Groups of different units as one."""
    whole = Tally()
    for one in tallies:
        whole.take(one)
    return whole


def publish(
    cells: Mapping[Entry, Tally],
    values: Collection[str],
    shown_totals: Mapping[str, int | None],
    threshold: int,
    lot: Lot,
) -> dict[Entry, int | None]:
    """One breakdown of every unit and of all together: by (unit, value), units and ALL as in `shown_totals`.

    `cells`: those with reports; `values`: all that there may be. None is withheld. A unit whose total is
    withheld has no breakdown. Nor have two, alone, of which one has under ALONE: there are too few ways to
    make so few up. The units' tables and that of all together are judged as one: the sums along both its ways
    are known wherever they are published.
    """
    units = [unit for unit in shown_totals if unit != ALL]
    columns = sorted(values)
    tallies = {(unit, value): cells.get((unit, value), Tally()) for unit in units for value in columns}
    for value in columns:
        tallies[ALL, value] = together(tallies[unit, value] for unit in units)
    counts = {at: one.reports for at, one in tallies.items()}
    counts |= {(unit, ALL): sum(counts[unit, value] for value in columns) for unit in (*units, ALL)}
    withheld = {at for at, one in tallies.items() if not one.safe(threshold)}
    bare = [unit for unit in units if shown_totals[unit] is None]
    if len(units) == 2 and min(shown_totals[unit] or 0 for unit in units) < ALONE:
        bare = units
    withheld |= {(unit, value) for unit in bare for value in columns}
    fixed = {(unit, ALL) for unit, shown in shown_totals.items() if shown is None}
    unsafe = {at for at in withheld if counts[at] and not tallies[at].safe(threshold)}
    nowhere = {value for value in columns if not counts[ALL, value]}
    if any(unit == ALL for unit, _ in unsafe):  # which values nobody said would tell of those that few did
        withheld |= {(unit, value) for unit, _ in unsafe for value in nowhere}
    else:  # nobody said them, and everybody knows: they hide nothing
        columns = [value for value in columns if value not in nowhere]
    table = _Table(counts, [*units, ALL], [*columns, ALL], withheld | fixed, lot)
    table.close(unsafe, threshold)
    return {at: None if at in table.withheld else counts[at] for at in tallies}


def hidden_within(
    cells: Mapping[Entry, Tally],
    hidden: Collection[Entry],
    told: tuple[Mapping[str, int | None], Mapping[str, int | None]],
    threshold: int,
    lot: Lot,
) -> set[Entry]:
    """The `hidden` cells of a table and others that hide them, beside what is told of rows and of columns."""
    counts = {at: one.reports for at, one in cells.items()}
    fixed = {(row, ALL) for row, count in told[0].items() if count is None}
    fixed |= {(ALL, column) for column, count in told[1].items() if count is None}
    unsafe = {at for at, one in cells.items() if not one.safe(threshold)}
    table = _Table(counts, sorted(told[0]), sorted(told[1]), {*hidden, *fixed}, lot)
    table.close(unsafe, threshold)
    return table.withheld - fixed


def _nearly(withheld: Collection[int], threshold: int) -> bool:
    """Whether withheld cells of a table are all at their least or at their most, or one report from it.

    A week tells whole steps of them; and withholding more at the very bound alone would tell of it.
    """
    least = sum(in_steps(count, threshold) or 1 for count in withheld if count)
    most = sum(in_steps(count, threshold) + threshold - 1 for count in withheld)
    return min(sum(withheld) - least, most - sum(withheld)) < 2


class _Table:
    """Counts with their totals in both ways, of which some entries are withheld; more are, until it holds."""

    def __init__(
        self,
        counts: Mapping[Entry, int],
        rows: list[str],
        columns: list[str],
        withheld: set[Entry],
        lot: Lot,
    ) -> None:
        self.counts = counts
        self.withheld = withheld
        self._lot = lot
        self._lines = [(ROW, one) for one in rows] + [(COLUMN, one) for one in columns]
        self._rows, self._columns = rows, columns

    def close(self, unsafe: set[Entry], threshold: int) -> None:
        """Withhold more until no line tells a withheld entry, and no unsafe one can be worked out."""
        while self._close_lines(threshold):
            pass
        for known in sorted(unsafe & set(bridges(self.withheld))):
            if self._more((ROW, known[0])) or self._more((COLUMN, known[1])):
                self.close(unsafe, threshold)
                return

    def _close_lines(self, threshold: int) -> bool:
        found = False
        for line in self._lines:
            hidden = [at for at in self._along(line) if at in self.withheld]
            if not hidden or self._total(line) in self.withheld:
                continue
            parts = [self.counts[at] for at in hidden]
            if any(parts) and (tells(parts, threshold) or _nearly(parts, threshold)):
                found |= self._more(line)
        return found

    def _more(self, line: tuple[int, str]) -> bool:
        """Withhold the least entry of a line that is still published, zeros last; not its total."""
        free = [at for at in self._along(line) if at not in self.withheld]
        if not free:
            return False
        self.withheld.add(min(free, key=self._least))
        return True

    def _least(self, at: Entry) -> tuple[bool, int, int]:
        return self.counts[at] == 0, self.counts[at], self._lot(" ".join(at))

    def _along(self, line: tuple[int, str]) -> list[Entry]:
        way, name = line
        if way == ROW:
            return [(name, column) for column in self._columns if column != ALL]
        return [(row, name) for row in self._rows if row != ALL and name != ALL]

    def _total(self, line: tuple[int, str]) -> Entry:
        return (line[1], ALL) if line[0] == ROW else (ALL, line[1])
