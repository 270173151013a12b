"""What words mean by the choices of a screen."""

import pytest

from bot.core.talk.message import Button
from bot.core.talk.offer import asks, choices, is_number, meant, numbers, open_numbers, sought, sure
from bot.core.talk.tap import decode
from bot.core.talk.taps.reading import Confirm, Quiz, Seek
from bot.core.talk.taps.reports import OnMine
from bot.core.talk.taps.screens import Go, Press
from bot.core.talk.words import Words, phrases, table

READ, SEND, LINK = Confirm(7), Press("a1", 2, "send"), Button(label="Trang", url="https://example.org")
KNOWN = Words(buttons=table({"read": ["đã xem"], "send": ["gửi đi"]}.items()))
OFFERED = choices([[Button.of("✅ Đã đọc", READ)], [LINK, Button.of("✅ Gửi", SEND)]])


@pytest.mark.parametrize(
    "words",
    [
        *("1", "1.", " 1) ", "đã xem", "✅ Đã đọc", "đã đọc", "DA DOC.", "Đã  đọc", "đã đọc 👍"),
        *("(1)", "số 1", "Số 1 ạ", "chọn 1", "1️⃣", "①", "１", "1 nhé", "dạ 1 ạ", "1!"),
        *("ddax ddocj", "đax đọc", "da4 d9oc5"),
        *("1. ✅ Đã đọc", "1) đã đọc", "(1) Đã đọc", "1: đã đọc", "1 - Đã đọc", "1/ da doc"),
        *("❶", "⑴", "１．", "bấm Đã đọc", "dạ đã đọc ạ", "ok em chọn đã đọc nhé", "nút “Đã đọc”"),
    ],
)
def test_a_number_and_a_label_are_the_button_they_name(words: str) -> None:
    assert meant(OFFERED, words, KNOWN) == READ


@pytest.mark.parametrize(
    "words",
    [
        "0",
        "4",
        "12",
        "2",
        "1 2",
        "đọc",
        "✅",
        "",
        "Trang",
        "1,5",
        "-1",
        "2. Đã đọc",
        "¹",
        "1. Gửi",
        "bấm",
        "dạ 1. x",
    ],
)
def test_other_words_mean_none_of_them(words: str) -> None:
    assert meant(OFFERED, words, KNOWN) is None


def test_a_label_that_two_buttons_have_means_neither() -> None:
    two = choices([[Button.of("Mở", Go("toi"))], [Button.of("Mở", Go("tim"))]])
    assert meant(two, "mở", KNOWN) is None
    assert meant(two, "2", KNOWN) == Go("tim")


def test_yes_is_the_button_that_begins_with_it() -> None:
    sure = choices([[Button.of("Có, gộp lại", Go("toi"))], [Button.of("↩️ Quay lại", Go("tim"))]])
    assert meant(sure, "có ạ", KNOWN) == meant(sure, "co", KNOWN) == Go("toi")
    assert meant(sure, "ok", KNOWN) is None
    two = choices([[Button.of("Có, gộp lại", Go("toi"))], [Button.of("Có, gỡ", Go("tim"))]])
    assert meant(two, "có", KNOWN) is None


def test_a_forms_screen_is_known_by_its_buttons() -> None:
    assert asks(OFFERED, "a1", 2)
    assert not asks(OFFERED, "a1", 3)
    assert not asks(OFFERED, "b1", 2)


def test_a_number_alone_is_a_number() -> None:
    assert is_number(" 2. ")
    assert not any(
        is_number(words) for words in ("", "02", "2 giờ", "100", "hai", "mục 2 thôn 5", "-2", "2,5")
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Thẻ căn cước!", Seek("the_can_cuoc")),
        ("x" * 4000, Seek("x" * 48)),
        ("một hai ba bốn năm sáu bảy tám chín", Seek("mot_hai_ba_bon_nam_sau_bay_tam")),
        ("nghiêng " * 8, Seek("nghieng_nghieng_nghieng_nghieng_nghieng_nghieng")),
        ("2026", None),
        ("👍", None),
        ("ភាសា", None),
    ],
)
def test_a_search_fits_on_a_button(words: str, found: Seek | None) -> None:
    assert sought(words) == found
    assert found is None or decode(found.encode()) == found


@pytest.mark.parametrize(
    ("words", "place"),
    [
        *(("một", 1), ("mot", 1), ("Hai.", 2), ("số ba", 3), ("BỐN", 4), ("nam", 5)),
        *(("sáu", 6), ("muoi", 10), ("bà", None), ("nằm", None), ("hai ba", None), ("mười một", None)),
    ],
)
def test_a_number_in_a_word_is_a_number_with_its_marks_or_without_any(words: str, place: int | None) -> None:
    ten = choices([[Button.of(f"Mục {letter}", Go(letter))] for letter in "abcdefghij"])
    assert meant(ten, words, KNOWN) == (None if place is None else Go("abcdefghij"[place - 1]))
    assert numbers(words) is (place is not None)
    assert meant(ten, words, KNOWN, spelled=False) is None


def test_a_word_of_a_label_is_no_number() -> None:
    pages = [[Button.of(label, Go(name))] for label, name in (("Một", "b"), ("Trang sau", "a"))]
    assert meant(choices([*pages, *pages[:1] * 4]), "sau", KNOWN) is None
    assert meant(choices(pages), "một", KNOWN) == Go("b")


@pytest.mark.parametrize(
    ("words", "choice"),
    [
        *(("b", 2), ("B.", 2), ("đáp án c", 3), ("thu bay", 2), ("Chủ nhật", 3), ("hai", 2)),
        *(("d", None), ("thứ", None), ("thu", None), ("2024", None), ("bảy ngày", None)),
    ],
)
def test_a_question_of_understanding_is_answered_by_letter_and_by_its_own_words(
    words: str, choice: int | None
) -> None:
    labels = ("Thứ Sáu, 09/02/2024", "Thứ Bảy, 10/02/2024", "Chủ nhật, 11/02/2024")
    rows = [[Button.of(label, Quiz(7, 1, place))] for place, label in enumerate(labels, start=1)]
    offered = choices([*rows, [Button.of("Để sau", Quiz(7, 1, 0))]])
    assert meant(offered, words, KNOWN) == (None if choice is None else Quiz(7, 1, choice))


def test_what_is_no_link_has_a_number_that_may_be_typed() -> None:
    assert open_numbers(OFFERED) == [1, 3]


@pytest.mark.parametrize("words", ["rút", "Rút phản ánh", "rut"])
def test_the_beginning_of_one_label_is_its_button(words: str) -> None:
    offered = choices(
        [[Button.of("✏️ Sửa và gửi lại", Go("tim"))], [Button.of("Rút phản ánh này", Go("toi"))]]
    )
    assert meant(offered, words, KNOWN) == Go("toi")
    twice = choices([[Button.of("Rút phản ánh này", Go("tim"))], [Button.of("Rút tên", Go("toi"))]])
    assert meant(twice, "rút", KNOWN) is None


@pytest.mark.parametrize("words", ["không", "vâng", "có", "ok"])
def test_a_yes_or_a_no_names_no_label_that_begins_with_it(words: str) -> None:
    known = Words(buttons=table({"stay": ["không"]}.items()), idle=phrases(["vâng", "có", "ok"]))
    offered = choices([[Button.of(f"{words} phát sinh gì", Go("khongphatsinh"))]])
    assert meant(offered, words, known) is None


def test_a_word_with_other_marks_begins_no_label() -> None:
    offered = choices([[Button.of("Rời khỏi", Go("toi"))], [Button.of("✏️ Sửa tên", Go("tim"))]])
    assert meant(offered, "rồi", KNOWN) is None
    assert meant(offered, "Rời", KNOWN) == meant(offered, "roi", KNOWN) == Go("toi")
    assert meant(offered, "sửa", KNOWN) == Go("tim")


def test_what_is_asked_for_twice_is_named() -> None:
    asked = choices(
        [[Button.of("Có, rút lại", OnMine("drop!", "DL-7K3M9Q"))], [Button.of("Quay lại", Go("toi"))]]
    )
    assert sure(asked) == "Có, rút lại"
    assert sure(OFFERED) == ""
