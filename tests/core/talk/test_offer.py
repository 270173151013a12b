"""What words mean by the choices of a screen."""

import pytest

from bot.core.talk.message import Button
from bot.core.talk.offer import asks, choices, is_number, meant, sought
from bot.core.talk.tap import decode
from bot.core.talk.taps.reading import Confirm, Seek
from bot.core.talk.taps.screens import Go, Press
from bot.core.talk.words import Words, table

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
