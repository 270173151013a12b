"""Which quotations say both what they are about and which way people lean, so that no few are known by it.

As many are quoted as are whole steps. Beside the tables of topics and of leanings, that says of each pair
about how many said both; where one pair alone is not quoted, how few said it would be known.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import product

from bot.core.opinion.disclosure import ALL, Entry, Tally, hidden_within, tells, together
from bot.core.opinion.steps import Lot, lots

MINORITY = 4  # less than one in so many
Table = Mapping[str, int | None]  # what is told of each value, None withheld; of those not there nobody spoke


def quoted_as(
    alike: Mapping[str, Mapping[Entry, Tally]],
    told: Mapping[str, tuple[Table, Table]],
    threshold: int,
    lot: Lot,
) -> dict[str, dict[Entry, Entry]]:
    """By place, (group, mark) → as what it is quoted: both, the mark of a minority, the group, neither.

    `alike`: who said each, in a province (ALL) and its communes; `told`: the tables of groups and of marks.
    What too few said is not there.
    """
    pairs = _Pairs(alike, told, threshold, lot).named()
    return {place: _names(alike[place], told[place], pairs[place], threshold) for place in alike}


def _names(
    alike: Mapping[Entry, Tally], told: tuple[Table, Table], pairs: Collection[Entry], threshold: int
) -> dict[Entry, Entry]:
    rest = dict(alike)
    names: dict[Entry, Entry] = {}

    def settle(of: Iterable[Entry], name: Entry) -> None:
        of = list(of)
        if of and together(rest[pair] for pair in of).safe(threshold):
            names.update(dict.fromkeys(of, name))
            for pair in of:
                del rest[pair]

    for pair in sorted(pairs):
        settle([pair], pair)
    for mark in sorted(minority(told[1], sum(one.reports for one in alike.values()))):
        settle((pair for pair in rest if pair[1] == mark), (ALL, mark))
    for group in sorted({pair[0] for pair in rest}):
        if told[0].get(group):
            settle((pair for pair in rest if pair[0] == group), (group, ALL))
    settle(list(rest), (ALL, ALL))
    return names


def minority(counts: Table, total: int) -> set[str]:
    """The answers that few gave, of those whose count is told."""
    return {value for value, count in counts.items() if count and count * MINORITY < total}


class _Pairs:
    """The pairs of every place, of which some are hidden; more are, until it holds."""

    def __init__(
        self,
        alike: Mapping[str, Mapping[Entry, Tally]],
        told: Mapping[str, tuple[Table, Table]],
        threshold: int,
        lot: Lot,
    ) -> None:
        self._told, self._threshold, self._lot = told, threshold, lot
        self._cells = {
            place: {pair: alike[place].get(pair, Tally()) for pair in product(*told[place])}
            for place in alike
        }
        self._hidden = {place: self._unsafe(place) for place in alike}

    def named(self) -> dict[str, set[Entry]]:
        """Those that are left."""
        pairs = sorted({pair for cells in self._cells.values() for pair in cells})
        while any([*map(self._close, self._cells), *map(self._close_over_places, pairs)]):
            pass
        return {place: cells.keys() - self._hidden[place] for place, cells in self._cells.items()}

    def _unsafe(self, place: str) -> set[Entry]:
        groups, marks = self._told[place]
        return {
            pair
            for pair, one in self._cells[place].items()
            if not one.reports
            or not one.safe(self._threshold)
            or groups[pair[0]] is None
            or marks[pair[1]] is None
        }

    def _close(self, place: str) -> bool:
        """Hide more in one place, beside its tables; whether there was something to hide."""
        hidden, told = self._hidden[place], self._told[place]
        self._hidden[place] = hidden_within(
            self._cells[place], hidden, told, self._threshold, lots(self._lot, place)
        )
        return len(self._hidden[place]) > len(hidden)

    def _close_over_places(self, pair: Entry) -> bool:
        """The same for one pair, in the communes beside the province."""
        if pair in self._hidden[ALL]:
            return False
        counts = {
            place: cells[pair].reports
            for place, cells in self._cells.items()
            if place != ALL and pair in cells
        }
        hidden = {place for place in counts if pair in self._hidden[place]}
        if not hidden or not tells([counts[place] for place in hidden], self._threshold):
            return False
        free = counts.keys() - hidden
        self._hidden[min(free, key=lambda place: (counts[place], self._lot(place)), default=ALL)].add(pair)
        return True
