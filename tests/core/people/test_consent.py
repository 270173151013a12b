"""A refusal is a refusal, a day is read as people here write it, and nothing is guessed."""

from datetime import date

import pytest

from bot.core.people.consent import consent_day

TODAY = date(2026, 11, 26)
READ = {
    "2026-11-01": date(2026, 11, 1),
    "2026/11/01": date(2026, 11, 1),
    "01/11/2026": date(2026, 11, 1),
    "1/11/2026": date(2026, 11, 1),
    "1-11-2026": date(2026, 11, 1),
    "1.11.2026": date(2026, 11, 1),
    "phiếu giấy ngày 12/10/2026": date(2026, 10, 12),
    "đồng ý, 26/11/2026": TODAY,
    "phiếu giấy": TODAY,
    "đã ký": TODAY,
    "Có": TODAY,
    "signed form": TODAY,
    "phieu giay": TODAY,
    "đã kí phiếu": TODAY,
    "Đúng": TODAY,
    "01 / 11 / 2026": date(2026, 11, 1),
    "01–11–2026": date(2026, 11, 1),
    "ngày 1 tháng 11 năm 2026": date(2026, 11, 1),
    "Chủ nhật, ngày 01 tháng 11, 2026 (giấy)": date(2026, 11, 1),
    "1/11/2026 0:00:00": date(2026, 11, 1),
    "ký tại nhà ông K'Bơi 1/11/2026": date(2026, 11, 1),
    "chị Hồng ký tại chùa ngày 12/10/2026": date(2026, 10, 12),
    "anh Thiệu, 12/10/2026": date(2026, 10, 12),
}
REFUSALS = ("không đồng ý", "Không", "no", "No.", "FALSE", "0", "n", "chưa", "chưa đồng ý 1/11/2026")
HIDDEN_REFUSALS = (
    *("Chị Hoa không đồng ý", "phiếu 1/11/2026: từ chối", "1/11/2026 (đã rút)", "ko", "K", "đã từ chối"),
    *("disagree", "did not sign", "N/A", "null", "chờ ký phiếu", "sẽ ký", "mất phiếu", "đã huỷ", "❌", "F"),
    *("hok đồng ý", "hong dong y", "kh đồng ý", "chẳng chịu ký", "bất đồng ý", "ngừng đồng ý", "hết đồng ý"),
    *("đồng ý (trừ Zalo)", "đồng ý có điều kiện", "đồng ý đến 01/11/2026", "phiếu hết hạn", "🚫"),
)
NEITHER = ("-", "?", "Xã Hòa Phú", "xem sau", "maybe", "cô Hoa", "đồng ý?", "có?")
NO_DAY = (
    "",
    "2026",
    "đồng ý 11/2026",
    "31/02/2026",
    "13/13/2026",
    "0001-01-01",
    "01/01/2099",
    "27/11/2026",
    "1/11/26",
)


@pytest.mark.parametrize("text", READ)
def test_a_day_is_read_day_before_month(text: str) -> None:
    assert consent_day(text, TODAY) == READ[text]


@pytest.mark.parametrize("text", REFUSALS)
def test_who_did_not_agree_is_left_out(text: str) -> None:
    with pytest.raises(ValueError, match="did not agree"):
        consent_day(text, TODAY)


@pytest.mark.parametrize("text", HIDDEN_REFUSALS)
def test_a_no_is_heard_wherever_it_stands(text: str) -> None:
    with pytest.raises(ValueError, match="did not agree"):
        consent_day(text, TODAY)


@pytest.mark.parametrize("text", NEITHER)
def test_what_says_neither_yes_nor_when_is_no_consent(text: str) -> None:
    with pytest.raises(ValueError, match="how they agreed"):
        consent_day(text, TODAY)


@pytest.mark.parametrize("text", NO_DAY)
def test_what_names_no_possible_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|nothing"):
        consent_day(text, TODAY)


def test_two_days_are_one_too_many() -> None:
    with pytest.raises(ValueError, match="one day"):
        consent_day("1/11/2026 hoặc 2/11/2026", TODAY)
