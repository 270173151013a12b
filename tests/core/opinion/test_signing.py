"""What travels with a digest on its way up: counts, views of few, marks where one was left out."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.core.opinion.digest import Coverage, Digest, DigestText, GroupTexts
from bot.core.opinion.signing import (
    Below,
    Obstacle,
    Part,
    Signing,
    Sources,
    Words,
    carried,
    due_below,
    edited,
    gathered,
    named,
    obstacle,
    suggested,
    untold,
    views_of,
    without,
)
from tests.core.opinion.test_digest import EA_KAO, FORM, HERE, THUOT

NAMES = st.sampled_from(("a=FOR", "b=AGAINST", "*=AGAINST", "c=UNCLEAR"))


def digest(**more: object) -> Digest:
    texts = tuple(
        GroupTexts(group=group, texts=(DigestText(words={"content": "x"}, beside={"tendency": lean}),))
        for group, lean in (("gia-ca", "FOR"), ("duong-sa", "AGAINST"), (None, "AGAINST"))
    )
    by = {"topic": {"gia-ca": 20, "duong-sa": 6, "": 9, "tet": None}, "tendency": {"FOR": 29, "AGAINST": 6}}
    days = {"start": date(2026, 10, 1), "end": date(2026, 10, 31)}
    given = {"unit": HERE, "threshold": 5, "total": 35, "by": by, "texts": texts, **days, **more}
    return Digest.model_validate(given)


def test_views_of_few_are_named_by_topic_and_lean() -> None:
    assert views_of(digest(), FORM) == ("*=AGAINST", "duong-sa=AGAINST")
    assert named("duong-sa=AGAINST", FORM) == (("topic", "duong-sa"), ("tendency", "AGAINST"))
    assert named("*=AGAINST", FORM) == (("tendency", "AGAINST"),)
    few = digest().texts[1:]
    assert [group.group for group in without(few, FORM, {"duong-sa=AGAINST"})] == [None]


def test_themes_are_suggested_by_what_is_told_alone() -> None:
    assert suggested(digest(), FORM) == ("gia-ca", "duong-sa")  # nothing withheld, nothing unanswered


def test_units_directly_below_should_send_theirs() -> None:
    coverage = Coverage(due=(EA_KAO, f"{THUOT}B1/", HERE))
    assert due_below(digest(coverage=coverage)) == [THUOT, EA_KAO]
    above = digest(unit="/TW/", coverage=coverage)
    assert due_below(above) == [HERE]


def below(
    unit: str, state: str, *views: str, total: int | None = 10, left_out: int = 0, alone: int = 0
) -> Below:
    return Below(
        unit=unit, state=state, total=total, least=False, views=views, left_out=left_out, alone=alone
    )


def test_what_came_is_counted_and_who_is_silent_is_named() -> None:
    found = gathered(
        ["/a/", "/b/", "/c/", "/d/"],
        [
            below("/a/", "forwarded", "x=AGAINST", "y=AGAINST", left_out=2),
            below("/b/", "forwarded", "x=AGAINST", total=None),
            below("/c/", "endorsed", "x=AGAINST"),
            below("/d/", "draft", "y=AGAINST"),
        ],
    )
    assert (found.due, found.endorsed, found.forwarded, found.silent) == (4, 3, 2, ("/d/",))
    assert (found.reports, found.least, found.left_out) == (10, True, 2)
    assert carried(found, ()) == {"x=AGAINST": 2}  # of one unit alone: how many, and no more
    assert untold(found, ()) == 1
    assert carried(found, ("x=AGAINST",)) == {}


def test_a_view_of_one_unit_is_counted_two_levels_up_as_well() -> None:
    province = gathered(["/a/"], [below("/a/", "forwarded", "x=AGAINST")])
    state = Signing(state="forwarded", words=Words(), sources=province, views=("z=AGAINST",))
    alone = untold(province, state.views)
    top = gathered(["/p/"], [below("/p/", "forwarded", *state.kept, alone=alone)])
    assert (top.views, top.alone) == ({"z=AGAINST": 1}, 1)
    assert untold(top, ()) == 2
    assert untold(top, ("z=AGAINST",)) == 1


@given(st.sets(NAMES), st.dictionaries(NAMES, st.integers(1, 4)), st.dictionaries(NAMES, st.just("lý do")))
def test_no_view_is_lost_without_a_mark(
    own: set[str], views: dict[str, int], reasons: dict[str, str]
) -> None:
    sources = Sources(views=views)
    words = edited(Words(), {}, left_out=reasons)
    state = Signing(state="draft", words=words, sources=sources, views=tuple(sorted(own)))
    of_one_unit = {view for view, count in views.items() if count < 2} - own
    assert untold(sources, own) == len(of_one_unit)
    assert {*state.kept, *words.left_out, *of_one_unit} >= {*own, *views}
    assert not {*state.kept} & words.left_out.keys()


def test_an_edit_keeps_what_it_does_not_name() -> None:
    words = edited(Words(), {Part.OPENING: "a"}, ["x", "x"], {"v": "w"})
    again = edited(words, {Part.PROPOSALS: "b"}, left_out={"v": ""})
    assert again == Words(parts={Part.OPENING: "a", Part.PROPOSALS: "b"}, themes=("x",))


def test_who_may_endorse() -> None:
    assert obstacle("draft", 1, 1, "member:2", {"member:1"}, by_another=True) is None
    assert obstacle("draft", 1, 1, "member:1", {"member:1"}, by_another=False) is None
    assert obstacle("draft", 1, 1, "member:1", {"member:1"}, by_another=True) is Obstacle.OWN
    assert obstacle("draft", 2, 1, "member:2", {"member:1"}, by_another=True) is Obstacle.EDITED
    assert obstacle("endorsed", 1, 1, "member:2", {"member:1"}, by_another=True) is Obstacle.OVER
