"""One cleaning for every way in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.people.names import LONGEST, clean_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Nguyễn\nThị\tAn ", "Nguyễn Thị An"),
        ("H’Rơ Êban", "H’Rơ Êban"),
        ("\u202eAn\u202c\x00", "An"),
        ("A\u200bn\u2066", "An"),
        (unicodedata.normalize("NFD", "Nguyễn Ái"), "Nguyễn Ái"),
        ("Hoa 😀", "Hoa 😀"),
        ("TS.Nguyễn V.An", "TS.Nguyễn V.An"),
        ("Quản trị thôn 12", "Quản trị thôn 12"),
        ("A\u3164n\u2800 \u034fHoa\ufe0f\ue000", "An Hoa"),
        ("\ufff9An\ufffb \U0001d173Hoa\ufdd0", "An Hoa"),
        ("Nguyễn V.Ly", "Nguyễn V.Ly"),
    ],
)
def test_a_name_is_cleaned(text: str, name: str) -> None:
    assert clean_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "0905123456", "+84 905 123 456", "An 0905.123.456", "😀", "t.me/abc", "https://a.vn"),
        *("@hoa", "An hoa@example.com", "www.an.com", "…", "\u200b", "An" * 40, "xem tin.vn"),
        *("\u3164", "\uffa0\u3164", "\u2800", "\ue000\ue001", "\u17b4", "An 〇九一二三四", "An ①②③④⑤⑥"),
        *("An bit.ly", "vaytien.top", "zalo。me", "zalo｡me", "tg:resolve", "mailto:an", "An nhanqua.vip"),
        *("bit.ly/vay", "An vaytien.xyz", "ｔ．ｍｅ／ａｂｃ", "ｈｔｔｐｓ：／／a", "An hoc.edu"),
    ],
)
def test_what_is_no_name_is_refused(text: str) -> None:
    assert clean_name(text) is None


@given(st.text(max_size=120))
def test_a_clean_name_stays_as_it_is_and_in_one_line(text: str) -> None:
    name = clean_name(text)
    if name is not None:
        assert clean_name(name) == name
        assert len(name) <= LONGEST
        assert not [
            letter for letter in name if unicodedata.category(letter) in ("Cc", "Cf", "Co", "Zl", "Zp", "Cs")
        ]
