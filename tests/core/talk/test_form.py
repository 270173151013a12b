"""Forms: any input is a step, nothing answered is lost, and nobody is ever stuck."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.content import load
from bot.content.checks import validated
from bot.core.kernel.errors import ContentError
from bot.core.opinion.guard import mask
from bot.core.talk.filling import advance
from bot.core.talk.form import Answer, Choice, Field, Form, FormState, Options, Step
from bot.core.talk.hearing import heard
from bot.core.talk.inputs import Edited, Given, Input, Other, Pressed, Typed
from bot.core.talk.offer import Choice as Offered
from bot.core.talk.place import (
    PAGE,
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
from bot.core.talk.taps.screens import Press

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
CONTENT = load(Path(__file__).parents[3] / "content")
FORMS = CONTENT.forms
NAMES = [f"Đơn vị {number}" for number in range(20)]
OPTIONS: Options = {
    source: [Choice(value=name, label={"vi": name}) for name in NAMES]
    for source in ("topics", "units", "briefings", "name")
}
COMMANDS = [
    "pick",
    "done",
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
    "drop",
    "stay",
    "x",
]


def field(key: str, kind: str = "text", **more: object) -> Field:
    words = {"vi": key}
    return Field.model_validate({"key": key, "kind": kind, "label": words, "question": words, **more})


def choice(key: str, *values: str, **more: object) -> Field:
    return field(key, "choice", choices=[{"value": one, "label": {"vi": one}} for one in values], **more)


def several(key: str, *values: str, **more: object) -> Field:
    return field(key, "several", choices=[{"value": one, "label": {"vi": one}} for one in values], **more)


DAY = {"label": {"vi": "ngày"}}


def days(*values: str) -> list[dict[str, object]]:
    return [{"value": one, "label": {"vi": f"ngày {one}"}} for one in values]


def form(*fields: Field) -> Form:
    return Form(slug="f", title={"vi": "f"}, fields=fields)


def step(one: Form, state: FormState, given_: Input) -> Step:
    if isinstance(given_, Typed):
        given_ = heard(one, state, offered(one, state), given_, CONTENT.words)
    return advance(one, state, given_, OPTIONS, "vi", NOW, mask)


def offered(one: Form, state: FormState) -> tuple[Offered, ...]:
    """The screen's buttons as a chat shows them."""
    item = current(one, state)
    picks = shown(item, state, OPTIONS, "vi") if item else ()
    return tuple(
        Offered(
            label(one, picks, button),
            Press(state.nonce, state.step, button.command, button.argument).encode(),
        )
        for row in screen(one, state, OPTIONS, "vi")
        for button in row
    )


def label(one: Form, picks: Sequence[Choice], button: Pressed) -> str:
    if button.command == "pick":
        return picks[int(button.argument)].label["vi"]
    if button.command == "line":
        return next(item.label["vi"] for item in one.fields if item.key == button.argument)
    return CONTENT.texts.line("vi", f"form.{button.command}")


def walk(one: Form, *inputs: Input | str) -> FormState:
    state = start(one, "n")
    for item in inputs:
        state = step(one, state, Typed(item) if isinstance(item, str) else item).state
    return state


def inputs() -> st.SearchStrategy[Input]:
    typed = st.one_of(
        st.integers(-1, 12).map(str),
        st.sampled_from(
            [
                *("hủy", "Bỏ qua", "gửi", "quay lại", "sửa", "giữ nguyên", "mai 7h", "Đơn vị 1", "đơn"),
                *("1, 3", "2 và 4", "x1; x8", "xong", "hôm qua", "1/11", "31/2/2026"),
            ]
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


def everything() -> Form:
    """A form with a question of every kind, and questions that hang on the answers."""
    return form(
        several("several", *(f"x{number}" for number in range(9))),
        field("text", when={"several": ["x1", "x8"]}, min_length=3),
        field("date", "date", minimum=-7, maximum=0, choices=days("-1", "0")),
        several("more", "y0", "y1", optional=True, when={"several": ["x2"]}),
        field("number", "number", when={"more": ["y1"]}),
        field("at", "moment", optional=True),
        field("file", "file", optional=True),
    )


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["", *sorted(FORMS)]), st.lists(inputs(), max_size=40))
def test_any_input_leads_to_a_screen_one_can_leave(slug: str, given_: list[Input]) -> None:
    one = FORMS[slug] if slug else everything()
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
        assert {"back", "cancel", "drop"} & {button.command for button in buttons}
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
    cancelled = {"cancel": "hủy", "drop": "có"}
    here = {button.command for row in screen(one, state, OPTIONS, "vi") for button in row}
    for given_ in (
        Pressed("cancel"),
        *(Typed(word) for command, word in cancelled.items() if command in here),
    ):
        result = step(one, state, given_)
        if result.ended is None:  # it asked first
            assert state.answers
            result = step(one, result.state, Pressed("drop"))
        assert result.ended == "cancelled"


def test_cancel_asks_once_where_answers_would_be_lost() -> None:
    one = form(choice("a", *(f"x{number}" for number in range(10))), field("b"))
    assert step(one, start(one, "n"), Pressed("cancel")).ended == "cancelled"
    state = walk(one, "1", "quay lại", Pressed("page"))
    asked_ = step(one, state, Typed("❌ Hủy"))
    assert asked_.ended is None
    assert [[button.command for button in row] for row in screen(one, asked_.state, OPTIONS, "vi")] == [
        ["drop"],
        ["stay"],
    ]
    for no in ("2", "Không, điền tiếp", "không", "tiếp tục"):
        back = step(one, asked_.state, Typed(no)).state
        assert (back.at, back.page, back.answers) == (state.at, state.page, state.answers)
    for yes in ("1", "co, bo", "có", "hủy"):
        assert step(one, asked_.state, Typed(yes)).ended == "cancelled"
    assert step(one, asked_.state, Typed("x3")).notice == "form.use_choices"


def test_nothing_is_dropped_where_a_form_that_was_left_is_gone_on_with() -> None:
    one = form(choice("a", "x"), field("b"))
    left = walk(one, "1").model_copy(update={"offered": True})
    asked_ = step(one, left, Pressed("cancel")).state
    assert asked_.cancelling
    back = step(one, asked_, Pressed("stay")).state
    assert (back.at, back.offered, back.cancelling) == ("b", False, False)


@pytest.mark.parametrize(
    ("at", "words", "command"),
    [
        ("choice", "❗ Khẩn", "pick"),
        ("choice", "khan", "pick"),
        ("choice", "↩️ Quay lại", "back"),
        ("choice", "❌ HỦY", "cancel"),
        ("choice", "Xem thêm", "page"),
        ("text", "Bỏ qua.", "skip"),
        ("text", "↩️ quay lai", "back"),
        ("text", "không có", "skip"),
        ("kept", "Giữ nguyên", "keep"),
        ("number", "↩️ Quay lại", "back"),
        ("moment", "❌ Hủy", "cancel"),
        ("file", "bo qua", "skip"),
        ("", "✅ Gửi", "send"),
        ("", "✅ gui", "send"),
        ("", "Gửi", "send"),
        ("", "✏️ Sửa", "mend"),
        ("menu", "choice", "line"),
        ("menu", "↩️ Quay lại", "back"),
        ("left", "Điền tiếp", "go_on"),
        ("left", "Điền lại từ đầu", "start_over"),
        ("drop", "Có, bỏ", "drop"),
        ("drop", "khong, dien tiep", "stay"),
    ],
)
def test_a_label_typed_with_or_without_sign_and_diacritics_is_its_button(
    at: str, words: str, command: str
) -> None:
    names = ("❗ Khẩn", *(f"x{number}" for number in range(9)))
    one = form(
        choice("choice", *names),
        field("text", optional=True),
        field("number", "number"),
        field("moment", "moment"),
        field("file", "file", optional=True),
    )
    fields = {item.key: item.key for item in one.fields} | {"kept": "text"}
    state = FormState(
        form="f",
        nonce="n",
        at=fields.get(at, ""),
        answers={"text": Answer(value="a", shown="a")} if at == "kept" else {},
        mend_menu=at == "menu",
        offered=at == "left",
        cancelling=at == "drop",
    )
    found = heard(one, state, offered(one, state), Typed(words), CONTENT.words)
    assert isinstance(found, Pressed)
    assert found.command == command


def test_a_text_is_kept_as_it_was_typed_beside_what_is_suggested() -> None:
    one = form(field("a", source="name"), field("b"))
    assert walk(one, "đơn vị 1").answers["a"].value == "đơn vị 1"
    assert walk(one, "2").answers["a"].value == "Đơn vị 1"


def test_a_choice_has_other_words_too() -> None:
    one = form(
        field("a", "choice", choices=[{"value": "y", "label": {"vi": "Đồng ý"}, "words": ["có", "vâng"]}])
    )
    assert walk(one, "Có ").at == ""
    assert walk(one, "không").at == "a"
    assert walk(one, "🙂").at == "a"


def test_a_name_is_found_however_its_gaps_are_written() -> None:
    one = form(choice("a", "Xã Ea H'Leo", "Xã Ea Kao"), field("b"))
    for words in ("ea hleo", "Ea H’leo", "eahleo", "xã ea h leo"):
        assert walk(one, words).answers["a"].value == "Xã Ea H'Leo"


@pytest.mark.parametrize(
    ("kind", "notice"),
    [
        ("choice", "choice"),
        ("several", "choice"),
        ("date", "words"),
        ("text", "words"),
        ("number", "words"),
        ("moment", "words"),
        ("file", "file"),
    ],
)
def test_what_can_be_no_answer_is_told_by_kind(kind: str, notice: str) -> None:
    item = field("a", kind, source="units")
    result = step(form(item), start(form(item), "n"), Other("nhãn dán"))
    assert (result.notice, result.values) == (f"form.want_{notice}_not", {"what": "nhãn dán"})


def test_an_edited_message_is_mended_where_its_answer_can_be() -> None:
    one = form(choice("a", "x"), field("b"))
    assert step(one, start(one, "n"), Edited()).notice == "form.edited"
    assert step(one, walk(one, "1"), Edited()).notice == "form.edited_back"
    assert step(one, walk(one, "1", "y"), Edited()).notice == "form.edited_mend"
    asked_ = walk(one, "1", "❌ Hủy")
    assert step(one, asked_, Edited()).notice == "form.edited"


def test_a_typed_number_is_the_button_with_that_number() -> None:
    one = form(choice("a", "x", "y"), field("b", optional=True), field("c"))
    state = walk(one, "2", "1")
    assert state.answers["a"].value == "y"
    assert state.skipped == ("b",)
    assert walk(one, "2", "1", "1").at == "b"  # at a text without suggestions, the first button is back
    assert step(one, walk(one, "2", "1"), Typed("2")).state.cancelling
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
    assert state.answers["at"].shown == "07:00 thứ Ba 03/11/2026"
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


@pytest.mark.parametrize(
    ("count", "pages"), [(7, [7]), (8, [7, 1]), (10, [7, 3]), (14, [7, 7]), (15, [7, 7, 1])]
)
def test_more_is_offered_while_there_is_more(count: int, pages: list[int]) -> None:
    one = form(choice("a", *(f"x{number}" for number in range(count))), field("b"))
    state = start(one, "n")
    for place, choices in enumerate(pages, start=1):
        assert len(shown(one.fields[0], state, OPTIONS, "vi")) == choices
        assert ("page" in commands(one, state)) is (place < len(pages))
        state = step(one, state, Pressed("page")).state


def test_a_number_in_a_word_is_looked_for_on_the_last_page_of_a_list_too() -> None:
    one = form(choice("a", "Hai Bà Trưng", *(f"x{number}" for number in range(10))), field("b"))
    state = walk(one, Pressed("page"))
    assert heard(one, state, offered(one, state), Typed("hai"), CONTENT.words) == Typed("hai")


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


def test_the_first_question_says_that_nothing_is_before_it() -> None:
    one = form(field("a"), field("b"))
    result = step(one, start(one, "n"), Pressed("back"))
    assert (result.ended, result.notice, result.state.at) == (None, "form.first", "a")
    result = step(one, walk(one, "said"), Pressed("back"))
    assert (result.notice, result.state.at) == (None, "a")


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
    assert step(one, state, Given("", "a.jpg")).notice == "form.want_words_not"


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


def long_text(most: int) -> Form:
    return form(field("a", max_length=most), field("b"), choice("c", "x", "y"))


def pieces(one: Form, *words: str, apart_s: int = 1) -> Step:
    """Typed one after the other, so many seconds apart."""
    found = Step(start(one, "n"))
    for place, piece in enumerate(words):
        now = NOW + timedelta(seconds=place * apart_s)
        found = advance(one, found.state, Typed(piece), OPTIONS, "vi", now, mask)
    return found


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (["x" * 2000, "yz"], "x" * 2000 + "yz"),  # cut within a word
        (["😀" * 1000, "yz"], "😀" * 1000 + "yz"),
        (["x" * 4096, "yz"], "x" * 4096 + "yz"),
        (["x" * 1990, "yz"], "x" * 1990 + " yz"),  # cut at a blank, which the app left out
        (["x" * 1990 + "\n", "yz"], "x" * 1990 + "\nyz"),
        (["x" * 2000, " yz"], "x" * 2000 + " yz"),
        (["x" * 2000, "y" * 2000, "z"], "x" * 2000 + "y" * 2000 + "z"),
    ],
)
def test_a_text_that_an_app_cut_is_one_answer(words: list[str], whole: str) -> None:
    done = pieces(long_text(6000), *words)
    assert (done.state.answers["a"].value, done.state.at) == (whole, "b")
    assert done.notice == "form.joined"
    assert "b" not in done.state.answers


def test_what_comes_after_a_text_that_no_app_cut_answers_the_next_question() -> None:
    for first, apart in (("x" * 1800, 1), ("x" * 2400, 1), ("x" * 2000, 15)):
        done = pieces(long_text(6000), first, "yz", apart_s=apart)
        assert (done.state.answers["a"].value, done.state.answers["b"].value) == (first, "yz")


def test_the_rest_at_the_summary_is_no_mending_and_what_is_too_long_is_asked_again() -> None:
    alone = form(field("a", max_length=6000))
    done = pieces(alone, "x" * 2000, "yz")
    assert (done.state.answers["a"].value, done.state.at) == ("x" * 2000 + "yz", "")
    done = pieces(long_text(2100), "x" * 2000, "y" * 101)
    assert (done.notice, done.state.at, done.values["length"]) == ("form.too_long", "a", "2.101")
    assert pieces(long_text(2100), "x" * 2000, "y" * 101, "z").notice == "form.too_long"


def test_several_are_ticked_one_after_the_other_and_taken_back() -> None:
    one = form(several("a", "x", "y", "z"), field("b"))
    state = walk(one, "2", Pressed("pick", "0"))
    assert (state.at, state.picked) == ("a", ("y", "x"))
    state = step(one, state, Typed("x")).state
    assert state.picked == ("y",)
    state = step(one, step(one, state, Typed("z")).state, Typed("xong")).state
    assert (state.at, state.answers["a"]) == ("b", Answer(value="y z", shown="y, z"))


@pytest.mark.parametrize(
    "words", ["1, 3", "1 3", "1;3", "1 và 3", "x, z", "3 , x", "1, 3, 1", "x\nz", "x + 3"]
)
def test_several_are_named_at_once(words: str) -> None:
    one = form(several("a", "x", "y", "z"), field("b"))
    assert walk(one, words).answers["a"] == Answer(value="x z", shown="x, z")


@pytest.mark.parametrize("words", ["1, 9", "0, 1", "x, q", ",", "9" * 5000, "²", "1 " * 200 + "9"])
def test_what_names_none_of_several_is_no_answer(words: str) -> None:
    one = form(several("a", "x", "y", "z"), field("b"))
    result = step(one, start(one, "n"), Typed(words))
    assert (result.state.at, result.state.answers, result.notice) == ("a", {}, "form.use_several")


def test_nothing_ticked_is_no_answer_unless_it_may_be() -> None:
    one = form(several("a", "x", "y"), several("b", "x", "y", optional=True), field("c"))
    assert "done" not in commands(one, start(one, "n"))
    assert step(one, start(one, "n"), Pressed("done")).notice == "form.pick_some"
    state = walk(one, "1", Pressed("done"), "1")
    assert "done" in commands(one, state)
    state = step(one, step(one, state, Typed("1")).state, Pressed("done")).state
    assert (state.at, state.skipped, set(state.answers)) == ("c", ("b",), {"a"})


def commands(one: Form, state: FormState) -> set[str]:
    return {button.command for row in screen(one, state, OPTIONS, "vi") for button in row}


def test_ticks_hold_over_pages_and_while_one_is_asked_whether_to_drop() -> None:
    one = form(several("a", *(f"x{number}" for number in range(10))), field("b"))
    state = walk(one, "không rõ", "1", Pressed("page"), "x8", "không rõ")
    assert state.picked == ("x0", "x8")
    one = form(field("t"), one.fields[0])
    state = walk(one, "words", "1", Pressed("page"), Pressed("cancel"), Pressed("stay"))
    assert (state.picked, state.page) == (("x0",), 1)


def test_mending_several_begins_with_what_was_picked() -> None:
    one = form(several("a", "x", "y", "z"), field("b", when={"a": ["z"]}))
    state = walk(one, "1, 2", Pressed("mend"), Pressed("line", "a"), "3")
    assert (state.at, state.picked) == ("a", ("x", "y", "z"))
    assert step(one, state, Pressed("done")).state.at == "b"
    assert step(one, state, Pressed("back")).state.answers["a"].value == "x y"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("hôm nay", "2026-11-02"),
        ("hôm qua", "2026-11-01"),
        ("Hom kia.", "2026-10-31"),
        ("1/11/2026", "2026-11-01"),
        ("01-11-2026", "2026-11-01"),
        ("1.11.2026", "2026-11-01"),
        ("2026-11-01", "2026-11-01"),
        ("1/11", "2026-11-01"),
        ("ngày 1 tháng 11 năm 2026", "2026-11-01"),
        ("ngày 31 tháng 10", "2026-10-31"),
        ("30-10", "2026-10-30"),
        ("1", "2026-11-01"),  # the number of a choice
        ("Hôm nay", "2026-11-02"),
    ],
)
def test_a_day_is_written_as_people_write_it(words: str, day: str) -> None:
    days = [{"value": "-1", "label": {"vi": "Hôm trước"}}]
    one = form(field("a", "date", minimum=-7, maximum=0, choices=days), field("b"))
    assert walk(one, words).answers["a"].value == day


def test_a_day_without_its_year_is_the_one_that_is_allowed() -> None:
    past, ahead = field("a", "date", maximum=0), field("a", "date", minimum=0)
    assert walk(form(past, field("b")), "25/12").answers["a"].value == "2025-12-25"
    assert walk(form(ahead, field("b")), "5/1").answers["a"].value == "2027-01-05"


@pytest.mark.parametrize(
    "words", ["31/2/2026", "lúc nào đó", "13/13", "0/0/0", "32", "²/²", "1/11/26", "9" * 999]
)
def test_what_is_no_day_is_asked_again(words: str) -> None:
    one = form(field("a", "date"), field("b"))
    result = step(one, start(one, "n"), Typed(words))
    assert (result.notice, result.state.at) == ("form.day", "a")


def test_a_day_outside_what_is_allowed_is_told_the_span() -> None:
    one = form(field("a", "date", minimum=-7, maximum=0), field("b"))
    for words in ("mai", "3/11/2026", "ngày mai", "1/1/2020"):
        result = step(one, start(one, "n"), Typed(words))
        if words != "mai":
            assert result.notice == "form.day_outside"
            assert result.values == {"first": "26/10/2026", "last": "02/11/2026"}


def test_a_text_too_short_is_asked_again() -> None:
    one = form(field("a", min_length=5), field("b"))
    assert step(one, start(one, "n"), Typed("chưa")).notice == "form.too_short"
    assert walk(one, "chưa rõ").at == "b"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ((field("a"), choice("a", "x")), "fields.1.key"),
        ((field("a", when={"b": ["x"]}), field("b")), "fields.0.when.b"),
        ((field("a", when={"a": ["x"]}),), "fields.0.when.a"),
        ((choice("a", "x"), field("b", when={"a": ["y"]})), "fields.1.when.a"),
        ((field("a"), field("b", when={"a": []})), "fields.1.when.a"),
        ((choice("a", "x", "x"),), "fields.0.choices"),
        ((several("a", "x y"),), "fields.0.choices"),
        ((field("a", "several"),), "fields.0.choices"),
        ((choice("a", "x", ends=["y"]),), "fields.0.ends"),
        ((field("a", "number", minimum=5, maximum=4),), "fields.0.minimum"),
        ((field("a", min_length=5, max_length=4),), "fields.0.min_length"),
        ((several("a", "x", counted=True),), "fields.0.kind"),
        ((field("a", "date", choices=[DAY | {"value": "hôm nay"}]),), "fields.0.choices"),
        ((field("a", "date", minimum=-36_501),), "fields.0.minimum"),  # no such day can be counted to
        ((field("a", "number", maximum=1_000_000_000),), "fields.0.maximum"),
        ((field("a", "number", minimum=-5, maximum=-1),), "fields.0.maximum"),
        ((choice("a", "x", ""),), "fields.0.choices"),
        ((choice("a", "x "),), "fields.0.choices"),
        ((choice("a", "x" * 101),), "fields.0.choices"),
        ((field("a", "choice", choices=[DAY | {"value": one} for one in "xy"]),), "fields.0.choices"),
        ((field("a", "choice", choices=[{"value": "x", "label": {"vi": "v" * 201}}]),), "fields.0.choices"),
        ((field("a", question={"vi": "v" * 2001}),), "fields.0.question"),
        ((field("a", "unit", counted=True),), "fields.0.counted"),
        ((field("a", "unit", beside=True),), "fields.0.beside"),
        ((field("a", "unit"), choice("b", "x", when={"a": ["66"]}, counted=True)), "fields.1.counted"),
        (
            (
                field("a", "unit"),
                choice("b", "x", when={"a": ["66"]}),
                choice("c", "y", when={"b": ["x"]}, counted=True),
            ),
            "fields.2.counted",
        ),
    ],
)
def test_a_form_that_cannot_be_right_is_refused_at_its_place(fields: tuple[Field, ...], place: str) -> None:
    tables = {"slug": "f", "title": {"vi": "f"}, "fields": [one.model_dump() for one in fields]}
    with pytest.raises(ContentError) as refused:
        validated(Form, tables, "forms/f.toml")
    assert (refused.value.file, refused.value.key) == ("forms/f.toml", place)
