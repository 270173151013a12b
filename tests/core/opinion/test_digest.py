"""Digests add up, do not depend on who reported when, and name nobody."""

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.opinion.digest import Breakdown, Digest, DigestText, Opinion, TopicTexts, summarise

START, END = date(2026, 11, 1), date(2026, 11, 30)
HERE = "/TW/66/"


def opinion(**changes: object) -> Opinion:
    values = {
        "topic": "gia-ca",
        "group": "nong-dan",
        "tendency": "DONG_TINH",
        "scale": "nhieu",
        "urgency": "thuong",
        "unit": "/TW/66/24169/",
        "text": "Giá cà phê tăng",
        "proposal": "",
        "day": date(2026, 11, 15),
        **changes,
    }
    return Opinion.model_validate(values)


def digest(*opinions: Opinion, threshold: int = 1) -> Digest:
    return summarise(opinions, HERE, START, END, threshold)


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
    assert found.by_topic == {"gia-ca": 3, "duong-sa": 1}
    assert found.by_tendency == {"DONG_TINH": 3, "BAN_KHOAN": 1}
    assert found.by_group == {"nong-dan": 4}


def test_texts_stand_under_their_topic_without_a_trace() -> None:
    found = digest(opinion(text="b", proposal="sửa"), opinion(text="a", tendency="BAN_KHOAN"))
    assert found.texts == (
        TopicTexts(
            topic="gia-ca",
            texts=(
                DigestText(text="a", proposal="", scale="nhieu", tendency="BAN_KHOAN"),
                DigestText(text="b", proposal="sửa", scale="nhieu", tendency="DONG_TINH"),
            ),
        ),
    )


def test_texts_do_not_tell_what_the_counts_withhold() -> None:
    many = [opinion(text=f"{number:02}") for number in range(12)]
    more = [opinion(text=f"x{number}", topic="duong-sa") for number in range(6)]
    found = digest(*many, *more, opinion(text="y", topic="dien", tendency="BAN_KHOAN"), threshold=5)
    assert found.by_topic == {"gia-ca": 12, "duong-sa": None, "dien": None}
    assert [(group.topic, len(group.texts)) for group in found.texts] == [("gia-ca", 12), (None, 7)]
    assert found.by_tendency == {"DONG_TINH": None, "BAN_KHOAN": None}
    assert {text.tendency for group in found.texts for text in group.texts} == {None}


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
        group=st.sampled_from("gh"),
        unit=st.sampled_from([HERE, "/TW/66/24169/", "/TW/66/24175/B1/"]),
        text=st.sampled_from("xyz"),
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
    assert found.total == len(reported) == sum(len(group.texts) for group in found.texts)
    for breakdown in (found.by_topic, found.by_tendency, found.by_group, found.by_unit):
        assert adds_up(breakdown, found.total)


def adds_up(breakdown: Breakdown, total: int) -> bool:
    published = sum(count for count in breakdown.values() if count)
    return published < total if None in breakdown.values() else published == total
