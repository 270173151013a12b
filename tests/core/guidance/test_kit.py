"""What a search of a kit finds: people do not ask in the words of who wrote the answer."""

from datetime import date

import pytest

from bot.core.guidance.kit import WORDS, Entry, best, sought

ENTRIES = (
    (1, Entry(question="Năm nay được nghỉ Tết mấy ngày?", answer="Bảy ngày.", source="Thông báo")),
    (2, Entry(question="Có được biếu quà Tết không?", answer="Không.", source="Chỉ thị 26")),
    (3, Entry(question="Giá điện có tăng không?", answer="Chưa có quyết định.", source="Báo")),
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nghỉ Tết", [1, 2]),
        ("nghi tet", [1, 2]),
        ("NGHỈ TẾT MẤY NGÀY?", [1]),
        ("giá điện năm nay tăng không", [3]),
        ("quyết định", [3]),
        ("bảo hiểm y tế", []),
        ("?!", []),
    ],
)
def test_most_of_the_words_are_enough_with_or_without_diacritics(words: str, found: list[int]) -> None:
    assert best(sought(words), ENTRIES, 5) == found


def test_a_search_is_bounded() -> None:
    assert len(sought("từ " * 10 + " ".join(f"tu{place}" for place in range(1000)))) == WORDS


def test_an_entry_holds_on_its_last_day_and_not_after() -> None:
    one = Entry(question="?", answer="!", source="Báo", valid_until=date(2026, 12, 31))
    assert (one.holds(date(2026, 12, 31)), one.holds(date(2027, 1, 1))) == (True, False)
