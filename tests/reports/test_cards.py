"""The page of invitations: each card has its whole QR code, as large as the card has room."""

import re

from bot.reports.cards import Card, page

CARD = Card("H'Mai Êban", "Xã Krông Pắc", "tuyên truyền viên", "ABCDEFGHJKLM", None, "27/12/2026")


def test_a_code_to_scan_is_drawn_whole_at_the_size_of_the_page() -> None:
    written = page([CARD], ("Giấy mời", "Quét mã", "Dùng được đến ngày"))
    drawn = re.search(r"<svg[^>]*>", written)
    assert drawn is not None
    assert 'viewBox="0 0 ' in drawn[0]
    assert "width=" not in drawn[0]  # a size of its own would be cut to the page's


def test_a_code_to_type_is_read_out_in_groups() -> None:
    assert "ABCD-EFGH-JKLM" in page([CARD], ("Giấy mời", "Nhắn mã", "Dùng được đến ngày"))
