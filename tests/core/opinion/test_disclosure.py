"""Nobody can work a small group out of what is published."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.opinion.disclosure import Tally, suppress, together, totals
from bot.core.opinion.steps import in_steps, lowered
from tests.core.opinion.lots import drawn


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 7, "b": 9}, {"a": 7, "b": 9}),
        ({"a": 2, "b": 9, "c": 7, "d": 12}, {"a": None, "b": 9, "c": None, "d": 12}),
        ({"a": 2, "b": 7, "c": 7}, {"a": None, "b": None, "c": 7}),  # a tie goes by name
        ({"a": 2, "b": 4, "c": 9}, {"a": None, "b": None, "c": 9}),
        ({"a": 1, "b": 1, "c": 9, "d": 20}, {"a": None, "b": None, "c": None, "d": 20}),  # 2 is 1 + 1
        ({"a": 4, "b": 4, "c": 9, "d": 20}, {"a": None, "b": None, "c": None, "d": 20}),  # 8 is 4 + 4
        ({"a": 2, "b": 9}, {"a": None, "b": None}),
        ({"a": 3, "b": 0, "c": 0}, {"a": None, "b": None, "c": None}),
        ({"a": 9, "b": 0}, {"a": 9, "b": 0}),
        ({"a": 3}, {"a": None}),
        ({}, {}),
    ],
)
def test_table_with_threshold_five(counts: dict[str, int], expected: dict[str, int | None]) -> None:
    assert suppress(counts, 5) == expected
    assert suppress(dict(reversed(counts.items())), 5) == expected


@pytest.mark.parametrize("threshold", [-1, 0, 1])
def test_a_threshold_up_to_one_withholds_nothing(threshold: int) -> None:
    assert suppress({"a": 1, "b": 0}, threshold) == {"a": 1, "b": 0}


def ways(cells: int, total: int, least: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every way to fill that many cells with that sum."""
    if cells == 0:
        if total == 0:
            yield ()
        return
    for value in range(least, min(most, total) + 1):
        for others in ways(cells - 1, total - value, least, most):
            yield value, *others


tables = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 9), max_size=5)


@given(tables, st.integers(2, 6))
@settings(max_examples=300, deadline=None)
def test_no_withheld_cell_can_be_worked_out(counts: dict[str, int], threshold: int) -> None:
    shown = suppress(counts, threshold)
    assert all(count in (None, counts[cell]) for cell, count in shown.items())
    assert all(shown[cell] is None for cell, count in counts.items() if 0 < count < threshold)
    published = [count for count in shown.values() if count is not None]
    size, rest = len(shown) - len(published), sum(counts.values()) - sum(published)
    if size == 0 or len(counts) == 1:
        return
    everything_goes = not any(published)
    # Zeros are withheld only when everything else is, so elsewhere a withheld cell has at least one.
    assert_ambiguous(size, rest, 0 if everything_goes else 1, rest)
    assert size >= 2
    if not everything_goes:
        assert rest >= threshold
        assert_ambiguous(size, rest, 1, threshold - 1)


def assert_ambiguous(size: int, rest: int, least: int, most: int) -> None:
    possible = list(ways(size, rest, least, most))
    assert not possible or all(len(set(values)) >= 2 for values in zip(*possible, strict=True))


@given(tables, st.integers(2, 6))
def test_a_table_without_small_cells_is_published_whole(counts: dict[str, int], threshold: int) -> None:
    large = {cell: count for cell, count in counts.items() if count == 0 or count >= threshold}
    assert suppress(large, threshold) == large


def reports(*authors: int | None) -> Tally:
    found = Tally()
    for one in authors:
        found.add(one)
    return found


def test_one_person_who_moved_is_not_several() -> None:
    assert not together([reports(7, 7, 7), reports(7, 7)]).safe(5)
    assert totals({"old": reports(7, 7, 7), "new": reports(7, 7, 7)}, 5, drawn(0)) == {
        "*": None,
        "old": None,
        "new": None,
    }
    for others in ((reports(7, 7, 7), reports(8, 8)), (reports(7, 7, 7), reports(7, 8))):
        assert together(others).safe(5)
    assert together([reports(7, 7, 7), reports(7), reports(None)]).safe(
        5
    )  # units apart, and nothing says more


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40)), st.integers(3, 7), st.integers())
@settings(max_examples=300)
def test_a_lowered_table_tells_of_less_in_steps_and_leaves_one(
    counts: dict[str, int], threshold: int, seed: int
) -> None:
    total = in_steps(sum(counts.values()), threshold)
    told = lowered(counts, {}, total, threshold, drawn(seed))
    for cell, count in told.items():
        assert count is None or (0 < count <= counts[cell] and count % threshold == 0)
    assert sum(count or 0 for count in told.values()) <= max(0, total - threshold)
    more = {cell: count + 3 * threshold for cell, count in counts.items()}
    above = lowered(more, told, in_steps(sum(more.values()), threshold), threshold, drawn(seed + 1))
    assert all((above[cell] or 0) >= (count or 0) for cell, count in told.items())


def test_how_many_steps_are_left_out_is_a_throw_of_coins() -> None:
    told = [lowered({"a": 500, "b": 99}, {}, 700, 5, drawn(seed))["a"] or 0 for seed in range(400)]
    assert 150 < told.count(500) < 250
    assert 60 < told.count(495) < 140
    assert min(told) < 485


def test_of_equal_cells_it_is_by_lot_which_hides_a_small_one() -> None:
    assert {str(suppress({"a": 2, "b": 7, "c": 7}, 5, lot=drawn(seed))) for seed in range(20)} == {
        str({"a": None, "b": None, "c": 7}),
        str({"a": None, "b": 7, "c": None}),
    }
