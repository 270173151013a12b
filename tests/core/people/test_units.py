"""The tree: what is within, what is above, and when."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people.units import Level, Unit, above, in_force, is_within, paths


def unit(code: str, parent: str | None = None, **dates: date) -> Unit:
    return Unit(code=code, name=code, level=Level.COMMUNE, parent=parent, **dates)


def test_a_path_names_every_unit_above() -> None:
    assert paths([unit("b", "a"), unit("a"), unit("c", "b")]) == {"a": "/a/", "b": "/a/b/", "c": "/a/b/c/"}
    assert above("/a/b/") == ["/a/", "/a/b/"]
    assert above("") == []


@pytest.mark.parametrize("units", [[unit("a", "b")], [unit("a", "a")], [unit("a", "b"), unit("b", "a")]])
def test_a_list_that_is_no_tree_is_refused(units: list[Unit]) -> None:
    with pytest.raises(ValueError, match="unit"):
        paths(units)


def test_a_chain_is_refused_by_its_depth_at_once() -> None:
    chain = [unit(f"u{n}", f"u{n - 1}" if n else None) for n in range(30_000)]
    for listed in (chain, chain[::-1]):
        with pytest.raises(ValueError, match="levels deep"):
            paths(listed)
    assert len(paths(chain[:32])) == 32


def test_no_path_is_within_nothing_and_holds_nothing() -> None:
    assert not is_within("/a/", "")
    assert not is_within("", "/a/")
    assert not is_within("/ab/", "/a/")
    assert is_within("/a/b/", "/a/")


@given(st.lists(st.text("ab", min_size=1, max_size=2), min_size=1, max_size=6))
def test_a_unit_is_within_exactly_those_above_it(codes: list[str]) -> None:
    path = "/" + "/".join(codes) + "/"
    assert all(is_within(path, top) for top in above(path))
    assert above(path)[-1] == path


def test_a_unit_is_in_force_from_its_first_day_to_the_day_before_its_end() -> None:
    one = unit("a", since=date(2025, 7, 1), until=date(2026, 9, 20))
    days = (date(2025, 6, 30), date(2025, 7, 1), date(2026, 9, 19), date(2026, 9, 20))
    assert [in_force(one, day) for day in days] == [False, True, True, False]
    assert in_force(unit("b"), date.min)
