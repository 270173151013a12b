"""Codes as people write them, and names that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.kernel.codes import ALPHABET
from bot.core.people.codes import GROUP, INVITATION, Kind, given_code, grouped, read_code

LETTERS = "ABCD2345WXYZ"


@pytest.mark.parametrize(
    "text",
    [
        "ABCD-2345-WXYZ",
        "abcd2345wxyz",
        "ABCD 2345 WXYZ",
        "Mã mời: ABCD-2345-WXYZ",
        "MÃ MỜI ABCD2345WXYZ.",
        "<ABCD-2345-WXYZ>",
        "“ABCD-2345-WXYZ”",
        "ＡＢＣＤ－２３４５－ＷＸＹＺ",
        "https://t.me/nhipcau_bot?start=ABCD2345WXYZ",
        "Mời vào đây: http://127.0.0.1:8080/?join=ABCD2345WXYZ nhé",
        "Chào anh, mã của tôi là ABCD-2345-WXYZ ạ",
        "Mã mời : <abcd 2345 wxyz>",
        "Mã mời của tôi là “ABCD2345WXYZ”",
        "ma moi ABCD.2345.WXYZ",
        "‘abcd-2345-wxyz’.",
        "[ABCD-2345-WXYZ](https://t.me/nhipcau_bot?start=ABCD2345WXYZ)",
        "Mã: ABCD\u00a02345\u00a0WXYZ",
        "ABCD–2345–WXYZ",
        "ABCD-2345-\nWXYZ",
        *(
            "ABCD\n2345\nWXYZ",
            "A B C D 2 3 4 5 W X Y Z",
            "ABCD/2345/WXYZ",
            "ABCD,2345,WXYZ",
            "start ABCD2345WXYZ",
        ),
        *("ABCD\u00ad2345-WXYZ", "ABCD\u200b-2345\ufeff-WXYZ", "Chào bot, mã mời ABCD 2345 WXYZ"),
        "https://l.facebook.com/l.php?u=https%3A%2F%2Ft.me%2Fnhipcau_bot%3Fstart%3DABCD2345WXYZ",
        "https://t.me/nhipcau_bot?startapp=ABCD2345WXYZ",
        *("_ABCD-2345-WXYZ_", "ABCD_2345_WXYZ", "#ABCD2345WXYZ", "→ ABCD-2345-WXYZ", "ABCD 2345 WXYZ 👍"),
    ],
)
def test_a_decorated_code_is_understood(text: str) -> None:
    found = read_code(text)
    assert found is not None
    assert found.letters == LETTERS


@pytest.mark.parametrize(
    "text",
    [
        "Mã định danh làm ở đâu?",
        "mã số thuế là gì",
        "Mã vùng trồng sầu riêng đăng ký thế nào",
        "mã QR?",
        "Code of conduct?",
    ],
)
def test_a_sentence_that_begins_as_a_code_does_is_none(text: str) -> None:
    assert read_code(text) is None


@pytest.mark.parametrize(
    "text", ["An", "Nguyễn Văn Anh", "Nguyen Van Anh", "", "xin chào", "/", "1", "Y Blŏ Êban", "Hoa-Mai-Lan"]
)
def test_a_name_is_no_code(text: str) -> None:
    assert read_code(text) is None


@given(st.text(alphabet=ALPHABET, min_size=INVITATION, max_size=INVITATION))
def test_what_is_shown_is_read_back(letters: str) -> None:
    for text in (grouped(letters), grouped(letters).lower(), letters):
        found = given_code(text)
        assert found is not None
        assert found.letters == letters
    assert len(grouped(letters).split("-")) == INVITATION // GROUP


@given(st.text(max_size=200))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    for found in (read_code(text), given_code(text)):
        assert found is None or found.letters.isalnum()


@pytest.mark.parametrize("code", ["AB0D-EFGH-JKLM", "abod-efgh-jklm", "ABCD-EFGH-JK1M", "ABCD-EF0H-JKLM"])
@pytest.mark.parametrize("text", ["{}", "Mã mời: {}", "mã {} nhé"])
def test_of_a_code_that_is_misread_no_part_is_taken_for_another(code: str, text: str) -> None:
    written = given_code(text.format(code))
    assert written is not None
    assert written.kind is Kind.INVITATION
    assert code.replace("-", "").upper() in written.letters
