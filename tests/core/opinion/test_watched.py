"""Digests asked for again and again: what follows of the few reports that came in between.

The watcher knows the program and notes every answer. So each month that may have been is played through the
real rules, and those that look the same to the watcher are what they cannot tell apart. What few of the
reports between two answers say must not be the same in all of these, unless everybody says it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cache
from itertools import permutations, product

import pytest

from bot.core.kernel.values import UnitPath
from bot.core.opinion.digest import of_months
from bot.core.opinion.gathering import Gathering, Seen, placing
from bot.core.opinion.running import Running, Weekly
from bot.core.opinion.steps import Lot, in_steps
from tests.core.opinion.lots import drawn, whole
from tests.core.opinion.test_digest import FORM

PROVINCE, COMMUNE, K = UnitPath("/TW/66/"), UnitPath("/TW/66/1/"), 3
PLACE = placing({"66": "TINH", "1": "XA"})
TOPICS = ("a", "b", "c")
History = tuple[tuple[int, ...], ...]  # of each stretch between two answers: how many reports of each topic


def _splits(count: int, ways: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many reports may be about so many topics."""
    if ways == 1:
        yield (count,)
        return
    for first in range(count + 1):
        for rest in _splits(count - first, ways - 1):
            yield (first, *rest)


def _histories(stretches: Sequence[int]) -> Iterator[History]:
    return product(*[list(_splits(size, len(TOPICS))) for size in stretches])


def _reports(history: History) -> Iterator[list[Seen]]:
    """What is there after each stretch, each from somebody else."""
    seen: list[Seen] = []
    for stretch in history:
        for topic, count in zip(TOPICS, stretch, strict=True):
            for _ in range(count):
                number = len(seen) + 1
                seen.append(Seen(number, str(number), COMMUNE, number, (topic, "FOR")))
        yield list(seen)


def _gives_away(stretches: Sequence[int], watched: Callable[[History], Hashable]) -> list[str]:
    alike: dict[Hashable, list[History]] = defaultdict(list)
    for history in _histories(stretches):
        alike[watched(history)].append(history)
    found = []
    for some in alike.values():
        said = {topic for one in some for stretch in one for topic in range(len(TOPICS)) if stretch[topic]}
        for stretch, topic in product(range(len(stretches)), range(len(TOPICS))):
            counts = {one[stretch][topic] for one in some}
            if len(counts) == 1 and 0 < min(counts) < K and len(said) > 1:
                found.append(f"stretch {stretch}: {counts} of {TOPICS[topic]}, {some[0]}")
    return found


def _month(seen: Sequence[Seen]) -> Hashable:
    """All that is told of a month that is over: figures of both levels, and which texts."""
    gathering = Gathering(FORM, PLACE)
    for one in seen:
        gathering.add(one)
    cells, listed = gathering.published({"topic": TOPICS, "tendency": ("FOR",)}, K, whole)
    figures = [str(of_months(unit, {"2026-10": cells}, FORM)[0]) for unit in (PROVINCE, COMMUNE)]
    texts = Counter((one.row, one.group, one.mark) for one in listed)
    return *figures, frozenset(texts.items())


def _while_it_runs(seen: Sequence[Seen]) -> Hashable:
    running = Running(PLACE, K)
    for one in seen:
        running.add(one)
    return str(running.told())


@pytest.mark.parametrize("stretches", [(3, 1), (3, 2), (3, 3, 1), (3, 3, 2), (1, 3, 2), (2, 2, 2, 1), (4, 4)])
def test_a_month_that_was_watched_gives_nobody_away_who_came_late(stretches: tuple[int, ...]) -> None:
    def watched(history: History) -> Hashable:
        *before, last = _reports(history)
        return *(_while_it_runs(seen) for seen in before), _while_it_runs(last), _month(last)

    assert _gives_away(stretches, watched) == []


def test_the_watcher_sees_through_tables_in_steps() -> None:
    """What the rule is for: with a table each time, however rounded, the late ones would be known."""

    def watched(history: History) -> Hashable:
        *before, last = _reports(history)
        tables = []
        for seen in before:
            counts = Counter(one.values[0] for one in seen)
            tables.append(frozenset((topic, in_steps(count, K)) for topic, count in counts.items()))
        return *tables, _month(last)

    assert _gives_away((3, 3, 1), watched)


def _everything(counts: Sequence[tuple[UnitPath, str, int]], weekly: bool) -> Hashable:
    """All that is told of a month, and of the week in which all of it was reported."""
    seen: list[Seen] = []
    for path, topic, count in counts:
        for _ in range(count):
            seen.append(Seen(len(seen), str(len(seen)), path, len(seen), (topic, "FOR")))
    found: list[Hashable] = []
    for kind in (Gathering, Weekly) if weekly else (Gathering,):
        gathering = kind(FORM, BESIDE)
        for one in seen:
            gathering.add(one)
        cells, listed = gathering.published({"topic": TOPICS, "tendency": ("FOR",)}, K, whole)
        found += [str(of_months(unit, {"2026-10": cells}, FORM)) for unit in (PROVINCE, COMMUNE, OTHER)]
        found.append(frozenset(Counter((one.row, one.group, one.mark) for one in listed).items()))
    return tuple(found)


OTHER = UnitPath("/TW/66/2/")
BESIDE = placing({"66": "TINH", "1": "XA", "2": "XA"})


def _small_ones(most: int, cells: Sequence[tuple[UnitPath, str]], weekly: bool) -> list[tuple[int, ...]]:
    """Which counts give a cell under the threshold away, of those with company enough to be looked at."""
    alike: dict[Hashable, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=len(cells)):
        told = [(*cell, count) for cell, count in zip(cells, counts, strict=True)]
        alike[_everything(told, weekly)].append(counts)
    return [
        some[0]
        for some in alike.values()
        for column in zip(*some, strict=True)
        if len(set(column)) == 1 and 0 < column[0] < K <= sum(some[0]) and max(map(max, some)) <= most - K
    ]


def test_a_month_gives_no_topic_of_few_away_by_what_it_withholds() -> None:
    assert _small_ones(8, [(COMMUNE, topic) for topic in TOPICS], weekly=False) == []


def test_nor_does_it_of_two_communes_by_which_of_their_cells_it_withholds() -> None:
    cells = [(path, topic) for path in (COMMUNE, OTHER) for topic in TOPICS[:2]]
    assert _small_ones(7, cells, weekly=False) == []


def test_how_many_are_quoted_does_not_say_how_few_hold_a_view() -> None:
    """Of two topics and two leanings: that one pair alone is not quoted told how few it is of."""
    most, pairs = 6, list(product(TOPICS[:2], ("FOR", "AGAINST")))
    alike: dict[Hashable, list[Counts]] = defaultdict(list)
    for counts in product(range(most + 1), repeat=len(pairs)):
        gathering = Gathering(FORM, PLACE)
        every = [pair for pair, count in zip(pairs, counts, strict=True) for _ in range(count)]
        for number, pair in enumerate(every):
            gathering.add(Seen(number, str(number), COMMUNE, number, pair))
        cells, listed = gathering.published({"topic": TOPICS[:2], "tendency": ("FOR", "AGAINST")}, K, whole)
        texts = Counter((one.row, one.group, one.mark) for one in listed)
        alike[frozenset(cells), frozenset(texts.items())].append(counts)
    looked_at = [some for some in alike.values() if max(map(max, some)) <= most - K and sum(some[0]) >= K]
    known = [
        (some[0], pairs[place])
        for some in looked_at
        for place, column in enumerate(zip(*some, strict=True))
        if len(set(column)) == 1 and 0 < column[0] < K
    ]
    assert len(looked_at) > 20
    assert known == []


def test_a_unit_of_few_does_not_follow_from_a_week_of_the_other_and_the_month_of_both() -> None:
    assert _small_ones(15, [(COMMUNE, "a"), (OTHER, "a")], weekly=True) == []


def test_in_a_week_what_is_withheld_does_not_say_which_values_there_are() -> None:
    week = Weekly(FORM, BESIDE)
    for number, topic in enumerate(TOPICS):
        week.add(Seen(number, str(number), COMMUNE, number, (topic, "FOR")))
    for number in range(6):
        week.add(Seen(number, str(number), COMMUNE, number, ("a", "FOR")))
    cells, _ = week.published({"topic": (*TOPICS, "d"), "tendency": ("FOR",)}, K, whole)
    figures = of_months(COMMUNE, {"2026-W40": cells}, FORM)[0]
    assert (figures.total, figures.by["topic"]) == (9, {"a": 6, **dict.fromkeys("bcd")})


Counts = tuple[int, ...]  # of each topic


def _of(kind: type[Gathering | Weekly], counts: Counts, lot: Lot) -> Hashable:
    """All that is told of them, be they a week's or a month's."""
    gathering = kind(FORM, PLACE)
    number = 0
    for topic, count in zip(TOPICS, counts, strict=True):
        for _ in range(count):
            gathering.add(Seen(number, str(number), COMMUNE, number, (topic, "FOR")))
            number += 1
    cells, _ = gathering.published({"topic": TOPICS, "tendency": ("FOR",)}, K, lot)
    return frozenset(cells)


@cache
def _weeks(counts: Counts) -> frozenset[Hashable]:
    """What may be told of a week, as the lots fall."""
    coins = product((1, 2, 4), repeat=len(TOPICS))
    return frozenset(_of(Weekly, counts, _falling(dict(zip(TOPICS, some, strict=True)))) for some in coins)


@cache
def _months(counts: Counts) -> frozenset[Hashable]:
    orders = permutations((1, 2, 3))
    return frozenset(
        _of(Gathering, counts, _falling(dict(zip(TOPICS, some, strict=True)))) for some in orders
    )


def _falling(known: dict[str, int]) -> Lot:
    return lambda word: known.get(word[-1], 1)


def test_beside_a_week_and_its_month_no_topic_of_few_is_known() -> None:
    """Neither of the week, nor of the rest of the month, nor of both, however the lots fell."""
    in_week, beside = 8, 4
    alike: dict[Hashable, list[tuple[Counts, Counts]]] = defaultdict(list)
    for week, rest in product(product(range(in_week + 1), repeat=3), product(range(beside + 1), repeat=3)):
        for told in product(_weeks(week), _months(tuple(map(sum, zip(week, rest, strict=True))))):
            alike[told].append((week, rest))
    found = []
    for some in alike.values():
        said = {topic for week, rest in some for topic in range(3) if week[topic] + rest[topic]}
        if any(max(week) > in_week - K or max(rest) == beside for week, rest in some) or len(said) < 2:
            continue
        for topic in range(3):
            counts = [(week[topic], rest[topic], week[topic] + rest[topic]) for week, rest in some]
            known = [set(each) for each in zip(*counts, strict=True)]
            found += [(topic, some) for each in known if len(each) == 1 and 0 < min(each) < K]
    assert found == []


TWO = [(path, topic) for path in (COMMUNE, OTHER) for topic in TOPICS[:2]]
ROWS = (COMMUNE, OTHER, "*")


def _of_two(kind: type[Gathering | Weekly], counts: Counts, lot: Lot) -> Hashable:
    gathering = kind(FORM, BESIDE)
    number = 0
    for (path, topic), count in zip(TWO, counts, strict=True):
        for _ in range(count):
            gathering.add(Seen(number, str(number), path, number, (topic, "FOR")))
            number += 1
    cells, _ = gathering.published({"topic": TOPICS[:2], "tendency": ("FOR",)}, K, lot)
    return frozenset(cell for cell in cells if cell.field in ("*", "topic"))


@cache
def _weeks_of_two(counts: Counts) -> frozenset[Hashable]:
    """As the coins fall, of each commune and of both together, and the lots among equal ones."""
    coins = product((1, 6), (3, 2), (1, 6), (3, 2), (1, 6), (3, 2))

    def falling(some: Sequence[int]) -> Lot:
        known = dict(zip(product(ROWS, TOPICS[:2]), some, strict=True))
        return lambda word: known.get((_row(word), word[-1]), 1)

    return frozenset(_of_two(Weekly, counts, falling(some)) for some in coins)


def _row(word: str) -> str:
    return next((part for part in word.split("\n")[1:] if part in ROWS), "*")


@cache
def _months_of_two(counts: Counts) -> frozenset[Hashable]:
    return frozenset(_of_two(Gathering, counts, drawn(seed)) for seed in range(24))


@pytest.mark.parametrize("most", [6, 7])
def test_nor_is_it_of_two_communes_beside_a_week_and_its_month(most: int) -> None:
    """Of each commune, of both together: in the week, in the rest of the month, in both."""
    alike: dict[Hashable, list[Counts]] = defaultdict(list)
    for history in _splits(most, 8):
        month = tuple(map(sum, zip(history[:4], history[4:], strict=True)))
        for told in product(_weeks_of_two(history[:4]), _months_of_two(month)):
            alike[told].append((*history, *month))
    found = []
    for some in alike.values():
        if len({topic for one in some for topic in range(2) if one[8 + topic] + one[10 + topic]}) < 2:
            continue
        columns = [list(one) + [one[at] + one[at + 2] for at in (0, 1, 4, 5, 8, 9)] for one in some]
        known = [set(each) for each in zip(*columns, strict=True)]
        found += [some[0] for each in known if len(each) == 1 and 0 < min(each) < K]
    assert found == []
