"""A tree becomes another by what was decided: from its day on, and nothing before it changes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people.unit_changes import Change, Impossible, Kind, Tree
from bot.core.people.units import Level, Unit, in_force, paths

DAY = date(2026, 7, 1)
BEFORE = DAY - timedelta(days=1)
TOP = Unit(code="66", name="Tỉnh Đắk Lắk", level=Level.PROVINCE)
LISTED = (
    TOP,
    Unit(code="A", name="Xã A", level=Level.COMMUNE, parent="66"),
    Unit(code="B", name="Xã B", level=Level.COMMUNE, parent="66"),
    Unit(code="C", name="Xã C", level=Level.COMMUNE, parent="66"),
    Unit(code="A1", name="Thôn 1", level=Level.GRASSROOTS, parent="A"),
    Unit(code="A2", name="Thôn 2", level=Level.GRASSROOTS, parent="A"),
)


def change(kind: Kind, unit: str, into: str = "", day: date = DAY, **values: object) -> Change:
    """One line; codes with ";" between."""
    codes = tuple(one for one in unit.split(";") if one), tuple(one for one in into.split(";") if one)
    return Change.model_validate(
        {"day": day, "kind": kind, "units": codes[0], "into": codes[1], "decree": "9/NQ", **values}
    )


def tree(*changes: Change) -> Tree:
    return Tree(listed=LISTED, changes=changes, names=(("Huyện Cũ", ("A", "B")),))


def units(of: Tree, day: date = DAY) -> dict[str, Unit]:
    return {unit.code: unit for unit in of.on(day)}


def standing(of: Tree, day: date = DAY) -> set[str]:
    return {unit.code for unit in of.on(day) if in_force(unit, day)}


def test_units_that_merge_end_and_what_stands_below_them_goes_along() -> None:
    merged = tree(change(Kind.MERGE, "A;B", "C"))
    assert units(merged, BEFORE) == {unit.code: unit for unit in LISTED}
    after = units(merged)
    assert (after["A"].until, after["A"].heirs, after["A"].decree) == (DAY, ("C",), "9/NQ")
    assert standing(merged) == {"66", "C", "A1", "A2"}
    assert (after["A1"].parent, after["A1"].since) == ("C", DAY)
    assert merged.former(DAY) == {"C": ("Xã A", "Xã B", "Huyện Cũ")}
    assert merged.former(BEFORE) == {"A": ("Huyện Cũ",), "B": ("Huyện Cũ",)}


def test_one_of_those_that_merge_may_go_on_under_a_new_name() -> None:
    merged = tree(change(Kind.MERGE, "A;B", "A"), change(Kind.RENAME, "A", name="Phường A"))
    assert standing(merged) == {"66", "A", "C", "A1", "A2"}
    assert units(merged)["A"].name == "Phường A"
    assert merged.former(DAY) == {"A": ("Xã A", "Xã B", "Huyện Cũ")}


def test_a_split_makes_two_and_the_first_has_what_nothing_else_is_said_of() -> None:
    new = [change(Kind.NEW, code, "66", name=f"Xã {code}", level=Level.COMMUNE) for code in ("D", "E")]
    split = tree(change(Kind.SPLIT, "A", "D;E"), change(Kind.MOVE, "A2", "E"), *new)
    after = units(split)
    assert (after["A"].heirs, after["A1"].parent, after["A2"].parent) == (("D", "E"), "D", "E")
    assert split.former(DAY)["D"] == split.former(DAY)["E"] == ("Xã A", "Huyện Cũ")


def test_what_becomes_of_what_it_became_is_found_too() -> None:
    twice = tree(
        change(Kind.MERGE, "A", "B"), change(Kind.MERGE, "B", "C", DAY + timedelta(days=30), decree="10/NQ")
    )
    assert twice.former(DAY) == {"B": ("Xã A", "Huyện Cũ")}
    assert twice.former(date(2027, 1, 1)) == {"C": ("Xã A", "Xã B", "Huyện Cũ")}
    assert (twice.next_after(BEFORE), twice.next_after(DAY)) == (DAY, DAY + timedelta(days=30))
    assert twice.next_after(date(2027, 1, 1)) is None


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (change(Kind.NEW, "A", "66", name="Xã A", level=Level.COMMUNE), "unit"),
        (change(Kind.NEW, "D", "X", name="Xã D", level=Level.COMMUNE), "into"),
        (change(Kind.NEW, "D", "66", level=Level.COMMUNE), "name"),
        (change(Kind.NEW, "D", "66", name="Xã D"), "level"),
        (change(Kind.NEW, "D", "A1", name="Xã D", level=Level.COMMUNE), "level"),
        (change(Kind.RENAME, "A"), "name"),
        (change(Kind.RENAME, "X", name="Xã X"), "unit"),
        (change(Kind.MOVE, "A", "A1"), "level"),
        (change(Kind.MOVE, "A1", "A1"), "into"),
        (change(Kind.MERGE, "A", "A"), "unit"),
        (change(Kind.MERGE, "A", "B;C"), "into"),
        (change(Kind.MERGE, "66", "A"), "into"),
        (change(Kind.SPLIT, "A", "B"), "into"),
        (change(Kind.SPLIT, "A", "A;B"), "into"),
        (change(Kind.CLOSE, "A"), "into"),
        (change(Kind.CLOSE, "A;B", "C"), "unit"),
    ],
)
def test_what_a_tree_does_not_allow_is_refused_by_its_column(wrong: Change, column: str) -> None:
    with pytest.raises(Impossible) as refused:
        tree(wrong).on(DAY)
    assert refused.value.column == column
    assert refused.value.allowed


def test_a_unit_that_has_ended_changes_no_more() -> None:
    with pytest.raises(Impossible):
        tree(change(Kind.MERGE, "A", "B"), change(Kind.RENAME, "A", day=date(2027, 1, 1), name="A")).on(
            date(2027, 1, 1)
        )
    young = change(Kind.NEW, "D", "66", name="Xã D", level=Level.COMMUNE)
    with pytest.raises(Impossible) as refused:
        tree(young, change(Kind.MERGE, "D", "A")).on(DAY)
    assert refused.value.column == "day"


CODES = ("66", "A", "B", "C", "A1", "A2", "D")
CHANGES = st.builds(
    change,
    st.sampled_from(list(Kind)),
    st.lists(st.sampled_from(CODES), min_size=1, max_size=2).map(";".join),
    st.lists(st.sampled_from(CODES), max_size=2).map(";".join),
    st.integers(0, 3).map(lambda days: DAY + timedelta(days=days)),
    name=st.sampled_from(("", "Xã Mới")),
    level=st.sampled_from((None, Level.COMMUNE, Level.GRASSROOTS)),
)


@given(st.lists(CHANGES, max_size=8))
def test_whatever_is_decided_the_units_stay_a_tree_and_nobody_is_left_nowhere(wished: list[Change]) -> None:
    taken: tuple[Change, ...] = ()
    for one in wished:  # as a decree after another: what is impossible is not taken up
        try:
            tree(*taken, one).on(date(2027, 1, 1))
        except Impossible:
            continue
        taken = (*taken, one)
    for day in (BEFORE, *(DAY + timedelta(days=days) for days in range(4))):
        after = units(tree(*taken), day)
        paths(after.values())
        for unit in after.values():
            if in_force(unit, day) and unit.parent is not None:
                assert in_force(after[unit.parent], day)
    assert tree(*taken).on(BEFORE) == LISTED
