"""Nobody can work a small group out of what is published."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.opinion.disclosure import Tally, blurred, in_steps, suppress, together, totals


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
    assert totals({"old": reports(7, 7, 7), "new": reports(7, 7, 7)}, 5) == {
        "*": None,
        "old": None,
        "new": None,
    }
    for others in ((reports(7, 7, 7), reports(8, 8)), (reports(7, 7, 7), reports(7, 8))):
        assert together(others).safe(5)
    assert together([reports(7, 7, 7), reports(7), reports(None)]).safe(
        5
    )  # units apart, and nothing says more


@given(st.lists(st.integers(1, 30), min_size=2, max_size=6), st.integers(3, 7))
@settings(max_examples=300)
def test_no_cell_of_a_table_in_steps_is_known_exactly(counts: list[int], threshold: int) -> None:
    """Whoever knows the total, and that a step hides up to a threshold less one, finds two values of each."""
    steps = {
        str(place): in_steps(count, threshold) if count >= threshold else None
        for place, count in enumerate(counts)
    }
    told = blurred(steps, sum(counts), threshold)
    shown = [count for count in told.values() if count is not None]
    hidden, over = len(told) - len(shown), sum(counts) - sum(shown)
    for _ in shown:
        least = 0 if hidden else max(0, over - (len(shown) - 1) * (threshold - 1))
        assert min(threshold - 1, over - hidden) > least, (counts, told)
    assert all(told[cell] in (count, None) for cell, count in steps.items())


def test_what_adds_up_to_its_total_is_not_told_whole() -> None:
    assert blurred({"a": 5, "b": 5}, 10, 5) == {"a": None, "b": 5}
    assert blurred({"a": 5, "b": 5}, 11, 5) == {"a": 5, "b": 5}
    assert blurred({"a": 10}, 10, 5) == {"a": 10}
