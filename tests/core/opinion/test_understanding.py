"""What is told of answers: whole groups of the threshold, of units that are large enough, and nobody else."""

from hypothesis import given
from hypothesis import strategies as st

from bot.core.opinion.understanding import Count, Understood, told, understood

K = 5
TOP = "/TW/66/"
PATHS = (f"{TOP}1/", f"{TOP}1/a/", f"{TOP}2/", TOP, "/TW/67/")
counts = st.lists(
    st.builds(
        Count,
        st.sampled_from(PATHS),
        st.integers(0, 1),
        st.integers(0, 2),
        st.integers(1, 30),
    ),
    max_size=20,
    unique_by=lambda one: one[:3],
)


@given(counts)
def test_every_figure_is_a_whole_number_of_groups_and_no_more_than_there_are(rows: list[Count]) -> None:
    for question, one in enumerate(understood(rows, (3, 3), (0, 2), TOP, K)):
        own = [row for row in rows if row.question == question and row.path.startswith(TOP)]
        whole = sum(row.people for row in own)
        assert one.answered == (None if 0 < whole < K else whole - whole % K)
        shown = [count for count in one.choices if count]
        shown += [figure for unit in one.units for figure in (unit.answered, unit.right) if figure]
        assert all(figure % K == 0 and figure >= K for figure in shown)
        assert sum(unit.answered for unit in one.units) <= whole
        assert sum(count or 0 for count in one.choices) <= whole


def test_a_small_group_and_what_is_elsewhere_are_not_told() -> None:
    rows = [Count(PATHS[0], 0, 0, 4), Count(PATHS[2], 0, 1, 7), Count(PATHS[4], 0, 0, 50)]
    (one,) = understood(rows, (2,), (0,), TOP, K)
    assert one.answered == 10
    assert list(one.choices) == [None, 5]
    assert [(unit.path, unit.answered, unit.right) for unit in one.units] == [(PATHS[2], 5, 0)]
    assert one.share(0) == 0
    assert understood([Count(PATHS[0], 0, 0, 4)], (2,), (0,), TOP, K) == [Understood(None, [None, None], ())]
    assert understood([], (2,), (0,), TOP, K) == [Understood(0, [None, None], ())]


def test_a_group_is_told_from_the_threshold_on() -> None:
    assert [told(count, K) for count in (0, 1, 4, 5, 9, 10)] == [0, None, None, 5, 5, 10]
