"""Digests add up, do not depend on who reported when, and name nobody."""

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.opinion.digest import Breakdown, Digest, DigestText, GroupTexts, Opinion, summarise
from bot.core.talk.form import Field, Form

START, END = date(2026, 11, 1), date(2026, 11, 30)
HERE = "/TW/66/"


def asked(key: str, kind: str = "choice", **more: object) -> Field:
    choices = [{"value": "x", "label": {"vi": "x"}}] if kind == "choice" else []
    words = {"label": {"vi": key}, "question": {"vi": key}}
    return Field.model_validate({"key": key, "kind": kind, "choices": choices, **words, **more})


FORM = Form(
    slug="opinion",
    title={"vi": "f"},
    fields=(
        asked("topic", counted=True),
        asked("people", counted=True),
        asked("tendency", counted=True, beside=True),
        asked("scale", beside=True),
        asked("content", "text", mask=True),
        asked("proposal", "text", mask=True, optional=True),
    ),
)


def opinion(unit: str = "/TW/66/24169/", day: date = date(2026, 11, 15), **changes: str) -> Opinion:
    answers = {
        "topic": "gia-ca",
        "people": "nong-dan",
        "tendency": "DONG_TINH",
        "scale": "nhieu",
        "content": "Giá cà phê tăng",
        **changes,
    }
    return Opinion(unit=unit, day=day, answers=answers)


def digest(*opinions: Opinion, threshold: int = 1, form: Form = FORM) -> Digest:
    return summarise(opinions, form, HERE, START, END, threshold)


def test_counts_the_subtree_and_the_period_only() -> None:
    found = digest(
        opinion(),
        opinion(unit="/TW/66/24169/B1/", day=START),
        opinion(unit=HERE, day=END, topic="duong-sa"),
        opinion(unit="/TW/66/24175/", tendency="BAN_KHOAN"),
        opinion(unit="/TW/67/1/"),
        opinion(unit="/TW/"),
        opinion(day=date(2026, 10, 31)),
        opinion(day=date(2026, 12, 1)),
    )
    assert found.total == 4
    assert found.by_unit == {HERE: 1, "/TW/66/24169/": 2, "/TW/66/24175/": 1}
    assert found.by["topic"] == {"gia-ca": 3, "duong-sa": 1}
    assert found.by["tendency"] == {"DONG_TINH": 3, "BAN_KHOAN": 1}
    assert found.by["people"] == {"nong-dan": 4}


def test_texts_stand_under_their_group_without_a_trace() -> None:
    found = digest(opinion(content="b", proposal="sửa"), opinion(content="a", tendency="BAN_KHOAN"))
    assert found.texts == (
        GroupTexts(
            group="gia-ca",
            texts=(
                DigestText(words={"content": "a"}, beside={"tendency": "BAN_KHOAN", "scale": "nhieu"}),
                DigestText(
                    words={"content": "b", "proposal": "sửa"},
                    beside={"tendency": "DONG_TINH", "scale": "nhieu"},
                ),
            ),
        ),
    )


def test_below_the_threshold_nothing_is_told_but_that() -> None:
    few = digest(*[opinion(content=f"{number}") for number in range(4)], threshold=5)
    assert (few.total, few.by, few.by_unit, few.texts) == (None, {}, {}, ())
    assert digest(*[opinion(content=f"{number}") for number in range(5)], threshold=5).total == 5
    assert digest(threshold=5).total == 0


def test_who_was_not_asked_is_a_cell_of_their_own() -> None:
    more = FORM.model_copy(update={"fields": (*FORM.fields, asked("mood", counted=True))})
    reported = [opinion(mood="x") if number < 7 else opinion() for number in range(13)]
    assert digest(*reported, threshold=5, form=more).by["mood"] == {"x": 7, "": 6}


def test_what_is_counted_and_its_order_are_the_forms() -> None:
    turned = FORM.model_copy(update={"fields": tuple(reversed(FORM.fields))})
    assert list(digest(opinion()).by) == ["topic", "people", "tendency"]
    assert list(digest(opinion(), form=turned).by) == ["tendency", "people", "topic"]


def test_texts_do_not_tell_what_the_counts_withhold() -> None:
    many = [opinion(content=f"{number:02}") for number in range(12)]
    more = [opinion(content=f"x{number}", topic="duong-sa") for number in range(6)]
    found = digest(*many, *more, opinion(content="y", topic="dien", tendency="BAN_KHOAN"), threshold=5)
    assert found.by["topic"] == {"gia-ca": 12, "duong-sa": None, "dien": None}
    assert [(group.group, len(group.texts)) for group in found.texts] == [("gia-ca", 12), (None, 7)]
    assert found.by["tendency"] == {"DONG_TINH": None, "BAN_KHOAN": None}
    assert [text for group in found.texts for text in group.texts if "tendency" in text.beside] == []


def test_json_says_from_and_to() -> None:
    value = digest(opinion()).model_dump(mode="json", by_alias=True)
    assert (value["from"], value["to"], value["total"]) == ("2026-11-01", "2026-11-30", 1)


def test_nothing_reported() -> None:
    assert digest().total == 0
    assert digest().texts == ()
    assert digest().by_unit == {}


opinions = st.lists(
    st.builds(
        opinion,
        topic=st.sampled_from("ab"),
        tendency=st.sampled_from("cd"),
        scale=st.sampled_from("ef"),
        people=st.sampled_from("gh"),
        unit=st.sampled_from([HERE, "/TW/66/24169/", "/TW/66/24175/B1/"]),
        content=st.sampled_from("xyz"),
        day=st.dates(START, END),
    ),
    max_size=25,
)


@given(opinions, st.randoms(use_true_random=False), st.integers(1, 6))
@settings(max_examples=100)
def test_the_order_of_arrival_leaves_no_trace(
    reported: list[Opinion], chance: Random, threshold: int
) -> None:
    shuffled = list(reported)
    chance.shuffle(shuffled)
    found = digest(*reported, threshold=threshold)
    assert found.model_dump_json() == digest(*shuffled, threshold=threshold).model_dump_json()
    dumped = found.model_dump_json(exclude={"by_unit", "unit", "start", "end"})
    assert not any(trace in dumped for trace in ("24169", "24175", "2026-11"))


@given(opinions, st.integers(1, 6))
@settings(max_examples=100)
def test_counts_sum_up(reported: list[Opinion], threshold: int) -> None:
    found = digest(*reported, threshold=threshold)
    if 0 < len(reported) < threshold:
        assert found.total is None
        return
    assert found.total == len(reported) == sum(len(group.texts) for group in found.texts)
    for breakdown in (*found.by.values(), found.by_unit):
        assert adds_up(breakdown, found.total)


def adds_up(breakdown: Breakdown, total: int) -> bool:
    published = sum(count for count in breakdown.values() if count)
    return published < total if None in breakdown.values() else published == total
