"""Forms: any input is a step, nothing answered is lost, and nobody is ever stuck."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.content import load
from bot.core.opinion.guard import mask
from bot.core.talk.filling import advance
from bot.core.talk.form import (
    PAGE,
    Answer,
    Choice,
    Field,
    Form,
    FormState,
    Given,
    Input,
    Options,
    Pressed,
    Step,
    Typed,
    ask,
    asked,
    current,
    fitted,
    screen,
    shown,
    start,
    takes_file,
    unanswered,
)

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
FORMS = load(Path(__file__).parents[3] / "content").forms
NAMES = [f"Đơn vị {number}" for number in range(20)]
OPTIONS: Options = {
    source: [Choice(value=name, label={"vi": name}) for name in NAMES]
    for source in ("topics", "units", "briefings", "name")
}
COMMANDS = [
    "pick",
    "page",
    "skip",
    "keep",
    "back",
    "cancel",
    "send",
    "mend",
    "line",
    "go_on",
    "start_over",
    "x",
]


def field(key: str, kind: str = "text", **more: object) -> Field:
    words = {"vi": key}
    return Field.model_validate({"key": key, "kind": kind, "label": words, "question": words, **more})


def choice(key: str, *values: str, **more: object) -> Field:
    return field(key, "choice", choices=[{"value": one, "label": {"vi": one}} for one in values], **more)


def form(*fields: Field) -> Form:
    return Form(slug="f", title={"vi": "f"}, fields=fields)


def step(one: Form, state: FormState, given_: Input) -> Step:
    return advance(one, state, given_, OPTIONS, "vi", NOW, mask)


def walk(one: Form, *inputs: Input | str) -> FormState:
    state = start(one, "n")
    for item in inputs:
        state = step(one, state, Typed(item) if isinstance(item, str) else item).state
    return state


def inputs() -> st.SearchStrategy[Input]:
    typed = st.one_of(
        st.integers(-1, 12).map(str),
        st.sampled_from(
            ["hủy", "Bỏ qua", "gửi", "quay lại", "sửa", "giữ nguyên", "mai 7h", "Đơn vị 1", "đơn"]
        ),
        st.text(max_size=30),
        st.just("x" * 5000),
    ).map(Typed)
    pressed = st.builds(
        Pressed,
        st.sampled_from(COMMANDS),
        st.one_of(st.integers(-2, 30).map(str), st.sampled_from(["content", "unit", "at", "", "²"])),
    )
    files = st.builds(Given, st.just("photo:1"), st.text(max_size=9), st.text(max_size=9))
    return st.one_of(typed, pressed, files)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(FORMS)), st.lists(inputs(), max_size=40))
def test_any_input_leads_to_a_screen_one_can_leave(slug: str, given_: list[Input]) -> None:
    one = FORMS[slug]
    state = start(one, "n", {"invited": "no"})
    for item in given_:
        result = step(one, state, item)
        if result.ended == "sent":
            assert unanswered(one, result.state) is None
        if result.ended:
            return
        assert result.state.step >= state.step
        state = FormState.model_validate_json(result.state.model_dump_json())
        assert fitted(one, state) == state
        buttons = [button for row in screen(one, state, OPTIONS, "vi") for button in row]
        assert {"back", "cancel"} & {button.command for button in buttons}
        item_now = current(one, state)
        if item_now is not None:
            assert item_now in asked(one, state)
            assert len(shown(item_now, state, OPTIONS, "vi")) <= PAGE


@settings(max_examples=50, deadline=None)
@given(st.lists(inputs(), max_size=25))
def test_cancel_always_ends(given_: list[Input]) -> None:
    one = FORMS["compose"]
    state = start(one, "n")
    for item in given_:
        result = step(one, state, item)
        state = result.state if result.ended is None else state
    if any(button.command == "cancel" for row in screen(one, state, OPTIONS, "vi") for button in row):
        assert step(one, state, Typed("hủy")).ended == "cancelled"
    assert step(one, state, Pressed("cancel")).ended == "cancelled"


def test_a_typed_number_is_the_button_with_that_number() -> None:
    one = form(choice("a", "x", "y"), field("b", optional=True), field("c"))
    state = walk(one, "2", "1")
    assert state.answers["a"].value == "y"
    assert state.skipped == ("b",)
    assert walk(one, "2", "1", "1").at == "b"  # at a text without suggestions, the first button is back
    assert step(one, walk(one, "2", "1"), Typed("2")).ended == "cancelled"
    assert walk(one, "2", "1", "2024").answers["c"].value == "2024"


def test_a_number_field_takes_numbers_as_people_write_them() -> None:
    one = form(field("n", "number", minimum=1, maximum=5000), field("b"))
    assert walk(one, "1.234").answers["n"] == Answer(value="1234", shown="1.234")
    assert walk(one, "2").answers["n"].value == "2"
    for wrong in ("0", "5001", "x", "-1", "9" * 30, "1,5", "²"):
        result = step(one, start(one, "n"), Typed(wrong))
        assert result.notice == "form.number"
        assert result.values == {"minimum": "1", "maximum": "5.000"}


def test_a_time_in_words_is_understood_and_repeated() -> None:
    one = form(field("at", "moment"), field("clock", "time"), field("b"))
    state = walk(one, "mai 7h", "14h30")
    assert state.answers["at"].shown == "07:00 ngày 03/11/2026"
    assert state.answers["clock"].value == "14:30"
    assert step(one, start(one, "n"), Typed("8:00 1/11/2026")).notice == "form.past"
    assert step(one, start(one, "n"), Typed("lúc nào đó")).notice == "form.moment"


def test_answers_that_no_longer_apply_are_dropped_with_all_that_hung_on_them() -> None:
    one = form(
        choice("a", "yes", "no"),
        choice("b", "x", "y", when={"a": ["yes"]}),
        field("c", when={"b": ["x"]}),
        field("d"),
    )
    state = walk(one, "yes", "x", "words", "end")
    assert set(state.answers) == {"a", "b", "c", "d"}
    state = step(one, state, Pressed("mend")).state
    state = step(one, state, Pressed("line", "a")).state
    state = step(one, state, Typed("no")).state
    assert (set(state.answers), state.at) == ({"a", "d"}, "")


def test_a_mended_answer_opens_the_questions_it_brings() -> None:
    one = form(
        choice("a", "yes", "no"), field("b", when={"a": ["yes"]}), field("c", when={"a": ["yes"]}), field("d")
    )
    state = walk(one, "no", "end", Pressed("mend"), Pressed("line", "a"), "yes")
    assert state.at == "b"
    state = step(one, state, Pressed("back")).state
    result = step(one, state, Pressed("send"))
    assert (result.ended, result.notice, result.state.at) == (None, "form.missing", "b")
    state = step(one, step(one, result.state, Typed("one")).state, Typed("two")).state
    assert state.at == ""
    assert step(one, state, Pressed("send")).ended == "sent"


def test_a_long_list_is_searched_paged_and_left_again() -> None:
    one = form(field("u", "choice", source="units"), field("b"))
    state = walk(one, Pressed("page"))
    assert [item.value for item in shown(one.fields[0], state, OPTIONS, "vi")] == NAMES[7:14]
    result = step(one, start(one, "n"), Typed("don vi 1"))  # an exact name wins over its likes
    assert result.state.answers["u"].value == "Đơn vị 1"
    state = walk(one, "vi 1")
    assert len(shown(one.fields[0], state, OPTIONS, "vi")) == PAGE
    state = step(one, state, Pressed("page")).state
    assert [item.value for item in shown(one.fields[0], state, OPTIONS, "vi")] == [
        "Đơn vị 16",
        "Đơn vị 17",
        "Đơn vị 18",
        "Đơn vị 19",
    ]
    state = step(one, state, Pressed("back")).state
    assert (state.search, state.page, state.at) == ("", 0, "u")


def test_a_search_while_mending_is_left_before_the_line_is() -> None:
    one = form(field("u", "choice", source="units"), field("b"))
    state = walk(one, "Đơn vị 3", "end", Pressed("mend"), Pressed("line", "u"), "vi 1")
    state = step(one, state, Pressed("back")).state
    assert (state.at, state.search, state.mending) == ("u", "", True)
    assert step(one, state, Pressed("back")).state.at == ""


def test_a_picture_with_words_answers_both_questions() -> None:
    one = form(field("text"), field("file", "file", optional=True), field("d"))
    assert takes_file(one, start(one, "n"), with_words=True)
    assert not takes_file(one, start(one, "n"), with_words=False)
    state = walk(one, Given("photo:7", "a.jpg", "Lời kèm"))
    assert (state.answers["text"].value, state.answers["file"].value, state.at) == ("Lời kèm", "photo:7", "d")
    assert not takes_file(one, state, with_words=True)
    assert step(one, state, Given("", "a.jpg")).notice == "form.no_file"


def test_a_confirmation_is_asked_only_when_it_is_wanted() -> None:
    one = form(field("a"), field("count", "number", confirms=True, minimum=1))
    state = walk(one, "words")
    assert state.at == ""
    assert [item.key for item in asked(one, state)] == ["a"]
    wanted = ask(state, "count")
    assert current(one, wanted) is not None
    result = step(one, wanted, Typed("3"))
    assert (result.ended, result.state.answers["count"].value) == ("sent", "3")
    assert step(one, wanted, Pressed("back")).state.at == ""


def test_a_state_is_fitted_to_a_form_that_changed() -> None:
    old, new = form(field("a"), field("b"), field("c")), form(field("a"), field("c"), field("d"))
    state = walk(old, "one")
    assert state.at == "b"
    found = fitted(new, state)
    assert (found.at, set(found.answers), found.step) == ("c", {"a"}, state.step + 1)
    done = fitted(new, walk(old, "one", "two", "three"))
    assert (done.at, set(done.answers)) == ("", {"a", "c"})
    assert step(new, done, Pressed("send")).state.at == "d"


def test_an_offered_form_goes_on_or_starts_over() -> None:
    one = form(field("a"), field("b"))
    offered = walk(one, "words").model_copy(update={"offered": True})
    assert step(one, offered, Typed("1")).state.at == "b"
    anew = step(one, offered, Typed("điền lại")).state
    assert (anew.at, anew.answers, anew.step) == ("a", {}, offered.step + 1)
    for other in (Pressed("pick", "0"), Pressed("send"), Pressed("back")):
        assert step(one, offered, other).notice == "form.stale"


@pytest.mark.parametrize(
    "fields",
    [
        (field("a"), field("a")),
        (field("a", "choice"),),
        (field("a", when={"b": ["x"]}), field("b")),
    ],
)
def test_inconsistent_forms_are_refused(fields: tuple[Field, ...]) -> None:
    with pytest.raises(ValidationError):
        form(*fields)
