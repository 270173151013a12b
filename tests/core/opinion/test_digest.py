"""What digests tell: months that are over as they were, what still runs in steps, and nobody by name."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.opinion.digest import (
    DigestText,
    Figures,
    added,
    apart,
    by_field,
    digest_of,
    of_months,
    texts_of,
)
from bot.core.opinion.disclosure import ALL
from bot.core.opinion.gathering import Cell, Gathering, Listed, Seen, placing
from bot.core.opinion.periods import period, span
from bot.core.opinion.running import Running, Weekly
from bot.core.talk.form import Field, Form
from tests.core.opinion.lots import whole

HERE, EA_KAO, THUOT = "/TW/66/", "/TW/66/24169/", "/TW/66/24133/"
LEVELS = {"TW": "TW", "66": "TINH", "67": "TINH", "24169": "XA", "24133": "XA", "B1": "CO_SO", "643": "HUYEN"}
place = placing(LEVELS)


def asked(key: str, kind: str = "choice", **more: object) -> Field:
    choices = [{"value": "x", "label": {"vi": "x"}}] if kind == "choice" else []
    words = {"label": {"vi": key}, "question": {"vi": key}}
    return Field.model_validate({"key": key, "kind": kind, "choices": choices, **words, **more})


FORM = Form(
    slug="opinion",
    title={"vi": "f"},
    fields=(
        asked("topic", counted=True),
        asked("tendency", counted=True, beside=True),
        asked("content", "text", mask=True),
    ),
)


def said(
    count: int, unit: str = EA_KAO, topic: str = "gia-ca", tendency: str = "FOR", people: int = 2
) -> list[Seen]:
    """So many reports of one unit, by so many people."""
    return [Seen(0, "", unit, hash(unit) + place % people, (topic, tendency)) for place in range(count)]


def numbered(*reports: Sequence[Seen]) -> list[Seen]:
    whole = [one for some in reports for one in some]
    return [one._replace(id=place, code=f"DL-{place * 7919 % 1000:03}") for place, one in enumerate(whole)]


def told(*reports: Sequence[Seen], threshold: int = 5) -> tuple[list[Cell], list[Listed]]:
    gathering = Gathering(FORM, place)
    for one in numbered(*reports):
        gathering.add(one)
    return gathering.published({"tendency": ["FOR", "AGAINST"]}, threshold, whole)


def month(*reports: Sequence[Seen], unit: str = HERE) -> Figures:
    return of_months(unit, {"2026-10": told(*reports)[0]}, FORM)[0]


def test_a_month_that_is_over_is_told_exactly() -> None:
    found = month(said(7), said(6, THUOT, "duong-sa", "AGAINST"))
    assert (found.total, found.least) == (13, False)
    assert found.by == {"topic": {"duong-sa": 6, "gia-ca": 7}, "tendency": {"AGAINST": 6, "FOR": 7}}
    assert found.by_unit == {EA_KAO: 7, THUOT: 6}
    assert month(said(7), said(6, THUOT), unit=EA_KAO).by["topic"] == {"gia-ca": 7}
    assert month(said(7), said(6, THUOT), unit="/TW/").by_unit == {HERE: 13}


def test_a_week_that_is_over_is_told_in_steps() -> None:
    reports = numbered(
        said(13), said(7, THUOT, "duong-sa", "AGAINST"), said(4, HERE), said(9, THUOT, people=1)
    )
    weekly = Weekly(FORM, place)
    for one in reports:
        weekly.add(one)
    cells, listed = weekly.published({}, 5, whole)
    found, coverage = of_months(HERE, {"2026-W44": cells}, FORM)
    assert (found.total, found.by_unit) == (30, {EA_KAO: 10, THUOT: 15, HERE: None})
    assert found.by == {"topic": {"duong-sa": 5, "gia-ca": 20}, "tendency": {"AGAINST": 5, "FOR": 20}}
    assert set(coverage.reported) == {EA_KAO, THUOT, HERE}
    assert Counter(one.row for one in listed) == {ALL: 25, EA_KAO: 5, THUOT: 5}
    below = of_months(EA_KAO, {"2026-W44": cells}, FORM)[0]
    assert (below.total, below.by) == (10, {"topic": {"gia-ca": 5}, "tendency": {"FOR": 5}})


def test_of_few_reports_and_of_one_author_nothing_is_told() -> None:
    assert month(said(4)) == Figures(total=None)
    assert month(said(9, people=1)) == Figures(total=None)
    assert month(said(9, people=1), unit=EA_KAO) == Figures(total=None)
    assert month() == Figures(total=0)
    assert [cell.count for cell in told(said(9, people=1))[0]] == [None, None]
    assert told(said(9, people=1))[1] == []
    unknown = [one._replace(author=None) for one in said(9)]  # the link is cut: one unit is not told of
    assert month(unknown, unit=EA_KAO).total is None
    assert month(unknown, [one._replace(path=THUOT) for one in unknown]).total == 18  # of two units it is


def test_a_part_cannot_be_taken_from_the_whole() -> None:
    found = month(said(20), said(3, THUOT))
    assert (found.total, found.by_unit) == (23, {EA_KAO: None, THUOT: None})
    assert month(said(20), said(3, THUOT), unit=EA_KAO).total is None
    topics = month(said(20), said(20, THUOT), said(3, THUOT, "dien"), said(3, EA_KAO, "dien"))
    assert topics.by["topic"] == {"dien": 6, "gia-ca": 40}
    below = month(said(20), said(20, THUOT), said(3, THUOT, "dien"), said(3, EA_KAO, "dien"), unit=THUOT)
    assert below.by["topic"] == {"dien": None, "gia-ca": None}


def test_months_are_added_and_what_is_withheld_in_one_is_left_out() -> None:
    months = {"2026-09": told(said(7))[0], "2026-10": told(said(3))[0], "2026-11": []}
    found, coverage = of_months(HERE, months, FORM)
    assert (found.total, found.by["topic"], found.least) == (7, {"gia-ca": 7}, True)
    assert coverage.reported == (EA_KAO,)
    assert added([Figures(total=None), Figures(total=0)], FORM).total is None


def test_a_field_that_is_counted_from_now_on_has_no_table_of_months_before() -> None:
    cells = told(said(9))[0]
    before = [one for one in cells if one.field != "tendency"]
    both = of_months(HERE, {"2026-09": before, "2026-10": cells}, FORM)[0]
    assert (both.total, both.by) == (18, {"topic": {"gia-ca": 18}, "tendency": {}})
    assert added([both, Figures(total=5)], FORM).by == both.by


def test_fields_add_up_the_topics_that_are_told_and_no_other() -> None:
    fields = {"quoc-hoi": "Chính trị", "nghi-quyet": "Chính trị", "gia-ca": "Kinh tế", "tet": "Văn hóa"}
    topics = {"quoc-hoi": 7, "nghi-quyet": None, "gia-ca": 5, "tet": None, "khac": 6}
    assert by_field(topics, fields) == {"": 6, "Chính trị": 7, "Kinh tế": 5, "Văn hóa": None}


def test_of_what_still_runs_there_is_a_total_in_whole_steps_alone() -> None:
    running = Running(place, 5)
    for one in numbered(said(6), said(7, THUOT, "duong-sa", "AGAINST")):
        running.add(one)
    assert running.told() == (Figures(total=10), {EA_KAO, THUOT})
    alone = Running(place, 5)
    for one in said(9, people=1):
        alone.add(one)
    assert alone.told() == (Figures(total=None), {EA_KAO})
    assert Running(place, 5).told() == (Figures(total=0), set())


def test_texts_are_listed_in_steps_and_small_groups_without_their_marks() -> None:
    listed = told(said(12), said(8, THUOT), said(6, topic="dien"), said(2, THUOT, "dien", "AGAINST"))[1]
    here = [(one.group, one.mark) for one in listed if one.row == ALL]
    assert (here.count(("gia-ca", ALL)), here.count(("dien", ALL))) == (20, 5)
    assert {mark for _, mark in here} == {ALL}  # two are against, so no way is told
    more = told(said(12), said(8, THUOT), said(7, topic="dien"), said(6, THUOT, "dien", "AGAINST"))[1]
    marked = [(one.group, one.mark) for one in more if one.row == ALL]
    assert [marked.count(("dien", mark)) for mark in ("FOR", "AGAINST")] == [5, 5]
    assert {one.row for one in listed} <= {ALL, EA_KAO, THUOT}


def test_views_of_few_have_their_section() -> None:
    cells, listed = told(
        said(30), said(20, THUOT), said(3, THUOT, "dien", "AGAINST"), said(3, topic="x", tendency="AGAINST")
    )
    assert [(one.group, one.mark) for one in listed if one.row == ALL].count((ALL, "AGAINST")) == 5
    texts = [
        (one.group, DigestText(words={"content": str(one.report)}, beside={"tendency": one.mark}))
        for one in listed
        if one.row == ALL
    ]
    meant = period(date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 2))
    made = digest_of(HERE, meant, 5, [of_months(HERE, {"": cells}, FORM)[0]], FORM, texts=texts_of(texts))
    main, few = apart(made, FORM)
    assert sum(len(group.texts) for group in few) == 5
    assert {text.beside["tendency"] for group in main for text in group.texts} == {"FOR"}


def test_reports_are_counted_at_the_commune_they_lie_in() -> None:
    assert place("/TW/66/24169/B1/") == (HERE, EA_KAO)
    assert place("/TW/66/643/24169/") == (HERE, "/TW/66/643/24169/")
    assert place("/TW/66/643/") == (HERE, "/TW/66/643/")
    assert (place(HERE), place("/TW/")) == ((HERE, HERE), ("/TW/", "/TW/"))
    assert place("/24169/B1/") == ("/24169/", "/24169/")
    found = month(said(7), said(6, "/TW/66/24169/B1/"), said(5, HERE), said(5, "/TW/67/"))
    assert found.by_unit == {EA_KAO: 13, HERE: 5}


@given(
    st.lists(
        st.tuples(
            st.sampled_from([EA_KAO, THUOT, HERE]),
            st.sampled_from("ab"),
            st.sampled_from("cd"),
            st.integers(0, 3),
        ),
        max_size=60,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_the_order_of_arrival_leaves_no_trace(rows: list[tuple[str, str, str, int]], chance: Random) -> None:
    reports = numbered([Seen(0, "", unit, author, (topic, lean)) for unit, topic, lean, author in rows])
    shuffled = list(reports)
    chance.shuffle(shuffled)
    found = []
    for some in (reports, shuffled):
        gathering = Gathering(FORM, place)
        for one in some:
            gathering.add(one)
        cells, listed = gathering.published({}, 5, whole)
        found.append((sorted(cells, key=repr), sorted(listed, key=repr)))
    assert found[0] == found[1]


def test_texts_are_sorted_by_what_they_say() -> None:
    texts = texts_of(
        [("b", DigestText(words={"content": word}, beside={})) for word in "zax"]
        + [(ALL, DigestText(words={"content": "q"}, beside={}))]
    )
    assert [(one.group, [text.words["content"] for text in one.texts]) for one in texts] == [
        ("b", ["a", "x", "z"]),
        (None, ["q"]),
    ]


def test_json_says_from_and_to() -> None:
    meant = period(date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 2))
    value = digest_of(HERE, meant, 5, [], FORM).model_dump(mode="json", by_alias=True)
    assert (value["from"], value["to"], value["total"]) == ("2026-10-01", "2026-10-31", 0)


def test_periods_by_name() -> None:
    today = date(2026, 11, 4)  # a Wednesday
    assert span("week", today) == (date(2026, 11, 2), today)
    assert span("last_week", today) == (date(2026, 10, 26), date(2026, 11, 1))
    assert span("last_month", date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert span("quarter", today) == (date(2026, 10, 1), today)
    assert span("last_quarter", date(2026, 3, 31)) == (date(2025, 10, 1), date(2025, 12, 31))
    assert span("last_year", today) == (date(2025, 1, 1), date(2025, 12, 31))
    with pytest.raises(KeyError):
        span("day", today)
