"""What words mean by the choices of a screen."""

import pytest

from bot.core.talk.message import Button
from bot.core.talk.offer import asks, choices, is_number, meant
from bot.core.talk.taps import Confirm, Go, Press

READ, SEND, LINK = Confirm(7), Press("a1", 2, "send"), Button(label="Trang", url="https://example.org")
OFFERED = choices([[Button.of("✅ Đã đọc", READ)], [LINK, Button.of("✅ Gửi", SEND)]])


@pytest.mark.parametrize("words", ["1", "1.", " 1) ", "✅ Đã đọc", "đã đọc", "DA DOC.", "Đã  đọc"])
def test_a_number_and_a_label_are_the_button_they_name(words: str) -> None:
    assert meant(OFFERED, words) == READ


@pytest.mark.parametrize("words", ["0", "4", "12", "2", "1 2", "đọc", "✅", "", "Trang", "1,5", "-1"])
def test_other_words_mean_none_of_them(words: str) -> None:
    assert meant(OFFERED, words) is None


def test_a_label_that_two_buttons_have_means_neither() -> None:
    two = choices([[Button.of("Mở", Go("toi"))], [Button.of("Mở", Go("tim"))]])
    assert meant(two, "mở") is None
    assert meant(two, "2") == Go("tim")


def test_a_forms_screen_is_known_by_its_buttons() -> None:
    assert asks(OFFERED, "a1", 2)
    assert not asks(OFFERED, "a1", 3)
    assert not asks(OFFERED, "b1", 2)


def test_a_number_alone_is_a_number() -> None:
    assert is_number(" 2. ")
    assert not any(is_number(words) for words in ("", "02", "2 giờ", "100", "hai"))
