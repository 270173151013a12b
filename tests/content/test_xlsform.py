"""Forms as files and as XLSForm workbooks: what goes out comes back, and what cannot come in is named."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pyxform.xls2xform import convert

from bot.content.checks import validated
from bot.content.forms import as_toml
from bot.content.xlsform import read_xlsform
from bot.core.kernel.errors import ContentError
from bot.core.kernel.stray import stray
from bot.core.talk.form import Choice, Field, Form, localized
from bot.core.talk.xlsform import as_tables
from bot.core.talk.xlsform_terms import limits_of, relevant_of, when_of
from bot.reports.workbook import Sheet, workbook
from tests.contents import known

FORMS = known().forms
TOPICS = {"topics": [Choice(value=code, label=one.name) for code, one in known().topics.items()]}
UNITS = {"units": [Choice(value=one.code, label={"vi": one.name}) for one in known().units]}
KINDS = ("choice", "several", "text", "number", "date", "photo", "file", "moment", "time", "schedule")
WORDS = st.text("ạÂđ1?=+-@<>'\"&;:(){}$%", min_size=1, max_size=12).filter(lambda words: not stray(words))


def written(path: Path, form: Form) -> Path:
    tables = as_tables(form, {**TOPICS, **UNITS})
    named = (("survey", tables.survey), ("choices", tables.choices), ("settings", tables.settings))
    path.write_bytes(workbook([Sheet(name, (), rows[0], rows[1:]) for name, rows in named]))
    return path


@st.composite
def fields(draw: st.DrawFn, place: int, before: Sequence[Field]) -> Field:
    kind = draw(st.sampled_from(KINDS))
    words = {"vi": draw(WORDS), **({"en": draw(WORDS)} if draw(st.booleans()) else {})}
    made: dict[str, object] = {
        "key": f"k{place}",
        "kind": kind,
        "label": words,
        "question": {"vi": draw(WORDS)},
    }
    made["help"] = draw(st.sampled_from([{}, {"vi": "Giúp đỡ"}]))
    made["optional"] = draw(st.booleans())
    if kind in ("choice", "several") or (kind in ("text", "date") and draw(st.booleans())):
        values = ["-1", "0"] if kind == "date" else ["A", "B_1", "c-2"]
        made["choices"] = [
            {
                "value": value,
                "label": {"vi": f"{draw(WORDS)}{value}"},
                "words": draw(st.lists(WORDS, max_size=2)),
            }
            for value in values[: draw(st.integers(1, 3))]
        ]
    if kind in ("choice", "several") and draw(st.booleans()):
        made["choices"], made["source"] = [], "topics"
    if kind == "choice":
        made["counted"], made["beside"] = draw(st.booleans()), draw(st.booleans())
    if kind == "text":
        made["mask"] = draw(st.booleans())
        made["min_length"], made["max_length"] = draw(st.integers(0, 9)), draw(st.integers(9, 20_000))
    if kind in ("number", "date"):
        made["minimum"] = draw(st.one_of(st.none(), st.integers(-9 if kind == "date" else 0, 3)))
        made["maximum"] = draw(st.one_of(st.none(), st.integers(3, 900)))
    asked = [one for one in before if one.choices and one.kind in ("choice", "several")]
    if asked and draw(st.booleans()):
        other = draw(st.sampled_from(asked))
        values = [one.value for one in other.choices]
        made["when"] = {
            other.key: draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True))
        }
    if draw(st.integers(0, 5)) == 0:
        made["when"] = {"invited": ["yes", "no"]}
    return Field.model_validate(made)


@st.composite
def any_form(draw: st.DrawFn) -> Form:
    made: list[Field] = []
    for place in range(draw(st.integers(1, 6))):
        made.append(draw(fields(place, made)))
    intro = draw(st.sampled_from([{}, {"vi": "Mở đầu.\n\nĐoạn hai."}]))
    return Form(slug="a-form", title={"vi": "Tên"}, intro=intro, context=("invited",), fields=tuple(made))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(any_form())
def test_a_form_comes_back_as_it_went(tmp_path: Path, form: Form) -> None:
    found, lost = read_xlsform(written(tmp_path / "a.xlsx", form))
    assert (found, lost) == (form, [])


@settings(max_examples=100, deadline=None)
@given(any_form())
def test_a_form_is_read_from_its_file_as_it_was_written(form: Form) -> None:
    assert validated(Form, tomllib.loads(as_toml(form)), "f") == form


@pytest.mark.parametrize("slug", sorted(FORMS))
def test_every_form_of_ours_is_one_that_others_read(tmp_path: Path, slug: str) -> None:
    path = written(tmp_path / "a.xlsx", FORMS[slug])
    assert f'id="{slug}"' in convert(path).xform
    assert read_xlsform(path) == (FORMS[slug], [])
    assert validated(Form, tomllib.loads(as_toml(FORMS[slug])), "f") == FORMS[slug]


def test_a_question_for_a_unit_goes_out_with_the_units_and_comes_back(tmp_path: Path) -> None:
    asked = {"key": "where", "kind": "unit", "label": {"vi": "Nơi"}, "question": {"vi": "Ở đâu?"}}
    form = Form.model_validate({"slug": "a-form", "title": {"vi": "Tên"}, "fields": [asked]})
    assert (form.fields[0].kind, form.fields[0].source) == ("choice", "units")
    path = written(tmp_path / "a.xlsx", form)
    assert "Xã Krông Pắc" in convert(path).xform
    assert read_xlsform(path) == (form, [])
    assert validated(Form, tomllib.loads(as_toml(form)), "f") == form


def theirs(path: Path, survey: list[list[str]], choices: list[list[str]], about: list[list[str]]) -> Path:
    named = (("survey", survey), ("choices", choices), ("settings", about))
    sheets = [Sheet(name, (), rows[0], rows[1:]) for name, rows in named if rows]
    path.write_bytes(workbook(sheets))
    return path


SURVEY = [
    ["type", "name", "label", "label::English (en)", "required", "relevant", "constraint", "appearance"],
    ["start", "start", "", "", "", "", "", ""],
    ["note", "hello", "Chào đồng chí", "Hello", "", "", "", ""],
    ["select_one yesno", "Has-Water", "Có nước không?", "Is there water?", "yes", "", "", "minimal"],
    ["begin_group", "g", "Nhóm", "", "", "${Has-Water} = 'yes'", "", ""],
    ["integer", "people", "Bao nhiêu người?", "", "true()", "", ". > 0 and . < 100", ""],
    ["select multiple uses", "uses", "Dùng làm gì?", "", "", "", "", ""],
    ["end_group", "", "", "", "", "", "", ""],
    ["text", "why", "Vì sao?", "", "", "selected(${uses}, 'drink') or selected(${uses}, 'wash')", "", ""],
    ["decimal", "depth", "Sâu bao nhiêu mét?", "", "", "", "", ""],
    ["geopoint", "place", "Ở đâu?", "", "", "", "", ""],
    ["date", "day", "Ngày nào?", "", "yes", "${people} > 5", ". <= today()", ""],
    ["begin_repeat", "r", "Từng người", "", "", "", "", ""],
    ["text", "name", "Tên ai?", "", "", "", "", ""],
    ["end_repeat", "", "", "", "", "", "", ""],
    ["image", "photo", "Ảnh", "", "", "", "", ""],
]
CHOICES = [
    ["list_name", "name", "label", "label::English (en)"],
    ["yesno", "yes", "Có", "Yes"],
    ["yesno", "no", "Không", "No"],
    ["uses", "drink", "Uống", ""],
    ["uses", "wash", "Giặt", ""],
]
ABOUT = [["form_title", "form_id", "default_language"], ["Nước sạch", "Nuoc Sach 1", "Tiếng Việt (vi)"]]


def test_a_form_of_somebody_elses_comes_in_and_what_does_not_is_named(tmp_path: Path) -> None:
    form, lost = read_xlsform(theirs(tmp_path / "a.xlsx", SURVEY, CHOICES, ABOUT))
    assert (form.slug, form.title, form.intro) == (
        "nuoc-sach-1",
        {"vi": "Nước sạch"},
        {"vi": "Chào đồng chí", "en": "Hello"},
    )
    fields = {item.key: item for item in form.fields}
    assert list(fields) == ["has_water", "people", "uses", "why", "day", "photo"]
    water = fields["has_water"]
    assert (water.kind, water.label["en"], water.optional) == ("choice", "Is there water", False)
    assert [one.label for one in water.choices] == [{"vi": "Có", "en": "Yes"}, {"vi": "Không", "en": "No"}]
    people = fields["people"]
    assert (people.limits, people.when) == ((1, 99), {"has_water": ("yes",)})
    assert (fields["uses"].kind, fields["why"].when) == ("several", {"uses": ("drink", "wash")})
    assert (fields["day"].limits[1], fields["day"].when, fields["photo"].optional) == (0, {}, True)
    assert [(one.sheet, one.line, one.what) for one in lost] == [
        ("survey", 2, "type: start"),
        ("survey", 4, "appearance: minimal"),
        ("survey", 5, "label: Nhóm"),
        ("survey", 10, "type: decimal"),
        ("survey", 11, "type: geopoint"),
        ("survey", 12, "relevant: ${people} > 5"),
        ("survey", 13, "label: Từng người"),
        ("survey", 13, "type: begin_repeat"),
        ("survey", 14, "type: text"),
    ]


NASTY = [
    ["type", "name", "label::English", "label::Tiếng Việt", "hint::Français", "relevant", "nhipcau"],
    ["end", "end", "", "", "", "", ""],
    ["select_one yesno", "water", "Water?", "Có nước không?", "Oui", "", "mask; ho; when.x=1"],
    ["", "alone", "", "Không có loại", "", "", ""],
    ["select_multiple yesno", "m", "Which?", "Những gì?", "", "${water} = ''", ""],
    ["text", "a", "", "Vì sao?", "", "${water} = 'maybe'", ""],
    ["text", "b", "", "Vì sao nữa?", "", "${m} = 'yes'", ""],
]


def test_nothing_of_a_workbook_vanishes_without_a_word(tmp_path: Path) -> None:
    choices = [*CHOICES[:3], ["yesno", "", "Không tên", ""], ["", "x", "", ""], *CHOICES[3:]]
    about = [["form_title", "form_id", "default_language", "style"], ["Nước", "n", "Tiếng Việt", "pages"]]
    form, lost = read_xlsform(theirs(tmp_path / "a.xlsx", NASTY, choices, about))
    assert [item.when for item in form.fields] == [{}, {}, {}, {}]
    assert form.fields[0].question == {"vi": "Có nước không?", "en": "Water?"}
    assert [(one.sheet, one.line, one.what) for one in lost] == [
        ("choices", 4, "list_name: yesno"),
        ("choices", 4, "label: Không tên"),
        ("choices", 5, "name: x"),
        ("survey", 2, "type: end"),
        ("survey", 3, "hint::français: Oui"),
        ("survey", 3, "nhipcau: ho"),
        ("survey", 3, "nhipcau: when.x"),
        ("survey", 4, "name: alone"),
        ("survey", 4, "label::tiếng việt: Không có loại"),
        ("survey", 5, "relevant: ${water} = ''"),
        ("survey", 6, "relevant: ${water} = 'maybe'"),
        ("survey", 7, "relevant: ${m} = 'yes'"),
        ("choices", 6, "list_name: uses"),
        ("settings", 2, "style: pages"),
    ]


def test_columns_and_names_that_stand_twice_are_named(tmp_path: Path) -> None:
    survey = [
        ["type", "name", "label", "label", "relevant", ""],
        ["select_one yesno", "a", "A", "Khác", "", "Không đầu cột"],
        ["select_one yesno", "a", "A lần hai", "", "", ""],
        ["text", "b", "B", "", "${a} = 'yes'", ""],
    ]
    about = [["form_title", "form_id", "title_<b>", "title_en"], ["Nước", "n", "x", "Water"]]
    form, lost = read_xlsform(theirs(tmp_path / "a.xlsx", survey, CHOICES[:3], about))
    assert [(item.key, item.when) for item in form.fields] == [("a", {}), ("a_2", {}), ("b", {})]
    assert form.title == {"vi": "Nước", "en": "Water"}
    assert [(one.sheet, one.line, one.what) for one in lost] == [
        ("survey", 2, "column 4 label: Khác"),
        ("survey", 2, "column 6: Không đầu cột"),
        ("survey", 3, "name: a"),
        ("survey", 4, "relevant: ${a} = 'yes'"),
        ("settings", 2, "title_<b>: x"),
    ]


def test_other_sheets_are_named_as_not_read(tmp_path: Path) -> None:
    sheets = [
        Sheet("Ghi chú", (), ["a"], [["b"]]),
        Sheet("Survey", (), ["type", "name", "label"], [["text", "a", "A"]]),
        Sheet("entities", (), ["list_name"], [["trees"]]),
    ]
    (tmp_path / "a.xlsx").write_bytes(workbook(sheets))
    form, lost = read_xlsform(tmp_path / "a.xlsx")
    assert [item.key for item in form.fields] == ["a"]
    assert lost == [("Ghi chú", 0, "the whole sheet"), ("entities", 0, "the whole sheet")]


def test_a_form_in_another_language_alone_is_shown_in_it() -> None:
    assert localized({"en": "Why?"}, "vi") == localized({"vi": "", "en": "Why?"}, "vi") == "Why?"


@pytest.mark.parametrize(
    ("required", "optional", "lost"),
    [
        ("TRUE", False, False),
        ("Có", False, False),
        ("bắt buộc", False, False),
        ("x", False, False),
        ("", True, False),
        ("FALSE", True, False),
        ("Không", True, False),
        ("${b} = 'x'", False, True),
        ("có thể", False, True),
    ],
)
def test_whether_an_answer_is_required_is_read_or_named(
    tmp_path: Path, required: str, optional: bool, lost: bool
) -> None:
    survey = [["type", "name", "label", "required"], ["text", "a", "A", required]]
    form, left = read_xlsform(theirs(tmp_path / "a.xlsx", survey, [], ABOUT))
    assert form.fields[0].optional is optional
    assert [one.what for one in left] == ([f"required: {required}"] if lost else [])


@pytest.mark.parametrize(
    ("survey", "key"),
    [
        ([], "survey"),
        ([["type", "name", "label"]], "survey"),
        ([["type", "name"], ["geopoint", "a"]], "fields"),
        (
            [["type", "name", "label"], ["text", "b", "B"], ["select_one x", "a", "A"]],
            "sheet survey, row 3 (select_one x): choices",
        ),
        (
            [["type", "name", "label", "constraint"], ["integer", "a", "A", ". > 9 and . < 2"]],
            "sheet survey, row 2 (integer): minimum",
        ),
    ],
)
def test_what_is_no_form_is_refused_by_place(tmp_path: Path, survey: list[list[str]], key: str) -> None:
    path = theirs(tmp_path / "a.xlsx", survey, CHOICES, ABOUT)
    with pytest.raises(ContentError) as refused:
        read_xlsform(path)
    assert refused.value.key == key


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 no")
    with pytest.raises(ContentError, match="no workbook"):
        read_xlsform(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("relevant", "when"),
    [
        ("${a} = 'x'", {"a": ("x",)}),
        ('${a}="x y" and selected( ${b} , "z" )', {"a": ("x y",), "b": ("z",)}),
        ("(${a} = 'x' or ${a} = 'y') and ${b} = 'z'", {"a": ("x", "y"), "b": ("z",)}),
        ("${a} = 'x' or ${a} = 'y'", {"a": ("x", "y")}),
        ("(${a} = 'and')", {"a": ("and",)}),
        ("${a} = 'x' or ${a} = 'y' and ${b} = 'z'", None),  # `and` goes first
        ("${a} = 'x' or ${b} = 'y'", None),
        ("not(${a} = 'x')", None),
        ("${a} != 'x'", None),
        ("${a} = 'x' and ${a} = 'y'", None),
        ("${a} = 'x' and", None),
        ("(${a} = 'x'", None),
        ("${a} = 5", None),
        ("(" * 500 + "${a} = 'x'", None),
        ("${a} = 'x' and " * 200, None),
    ],
)
def test_when_a_question_is_asked_is_understood_whole_or_not_at_all(relevant: str, when: object) -> None:
    assert when_of(relevant) == when


def test_values_with_a_quote_come_back() -> None:
    when = {"a": ("Xã Ea H'Leo", "x"), "b": ("y",)}
    assert when_of(relevant_of(when, {"a": "choice", "b": "several"})) == when


@pytest.mark.parametrize(
    ("constraint", "kind", "limits"),
    [
        (". >= 1 and . <= 9", "number", {"minimum": 1, "maximum": 9}),
        (". > 1 and . < 9", "number", {"minimum": 2, "maximum": 8}),
        ("string-length(.) <= 500", "text", {"max_length": 500}),
        (". >= today() - 30 and . <= today()", "date", {"minimum": -30, "maximum": 0}),
        (". <= today() + 7", "date", {"maximum": 7}),
        ("regex(., '^0')", "text", None),
        (". >= 1 or . <= 9", "number", None),
        (". <= today()", "number", None),
        (". > 5", "time", None),
        (". >= 1", "choice", None),
        ("string-length(.) <= 5", "number", None),
    ],
)
def test_what_is_taken_is_understood_whole_or_not_at_all(constraint: str, kind: str, limits: object) -> None:
    assert limits_of(constraint, kind) == limits


def test_a_key_that_no_button_could_hold_is_refused() -> None:
    for key in ("", "a b", "ă", "x" * 25, "1a", "a:b"):
        with pytest.raises(ValidationError):
            Field.model_validate({"key": key, "kind": "text", "label": {}, "question": {}})
