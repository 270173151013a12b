"""What a desk decides: how long a report waits, whose desk it is, what is alike, what is a code."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.opinion.alike import is_alike, words_of
from bot.core.opinion.codes import code_within, report_code
from bot.core.opinion.desk import Rules, Urgency, desk_above, ring_at, urgency_of, week_of
from bot.core.people.members import Member, Role

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = {Urgency.ORDINARY: 168, Urgency.SOON: 1, Urgency.URGENT: 0.5}
RULES = Rules(
    wait_ms={int(one): int(hours * 3_600_000) for one, hours in HOURS.items()},
    rings=2,
    alert_reports=10,
    alert_days=7,
    prompt=None,
    question_ms=86_400_000,
)


@given(st.integers(0, 366 * 24 * 60), st.sampled_from(Urgency))
def test_only_an_urgent_report_rings_when_that_tells_its_hour(minutes: int, urgency: Urgency) -> None:
    now = datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=minutes)
    ring = ring_at(urgency, now, RULES)
    assert ring > now
    assert urgency == Urgency.URGENT or (ring.hour, ring.minute, ring.second) == (8, 0, 0)


def _member(path: str, *roles: Role) -> Member:
    return Member(id=len(path), name="A", unit=path, path=path, language="vi", roles=frozenset(roles))


def test_a_report_stands_at_the_nearest_desk_that_has_somebody() -> None:
    top, middle = _member("/TW/", Role.EDITOR), _member("/TW/66/", Role.ADMINISTRATOR)
    reader, lost = _member("/TW/66/1/", Role.REPORTER, Role.APPROVER), _member("", Role.ADMINISTRATOR)
    everybody = [reader, top, middle, lost, _member("/TW/66/2/", Role.EDITOR)]
    assert desk_above("/TW/66/1/", everybody) == middle
    assert desk_above("/TW/", everybody) == top
    assert desk_above("/TW/66/1/", [reader, lost]) is None


@pytest.mark.parametrize(
    "words",
    ["DL-7K3M9Q", "dl-7k3m9q", "DL 7K3M9Q.", "dl7k3m9q", "“DL-7K3M9Q”", "mã DL-7K3M9Q", "Mã số: dl–7k3m9q"],
)
def test_a_code_is_understood_as_people_write_it(words: str) -> None:
    assert report_code(words) == "DL-7K3M9Q"


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("phan anh dl 7k3m9q den dau roi", "DL-7K3M9Q"),
        ("Cháu xem giúp dl7k3m9q, DL-7K3M9Q nhé", "DL-7K3M9Q"),
        ("bao giờ trả lời dl-hzlakp vậy", "DL-HZLAKP"),
        ("công văn dl 232425 ngày 2/3", ""),
        ("doan dl nghienq cuu o xa", ""),
        ("dl 7k3m9q và dl hzlak2", ""),
    ],
)
def test_a_sentence_names_one_code_with_its_dash_or_with_letters_and_digits(sentence: str, code: str) -> None:
    assert code_within(sentence) == code


@pytest.mark.parametrize(
    "words", ["", "DL", "DL-7K3M", "DL-7K3M9Q đâu rồi", "DL-1O0I1O", "XDL-7K3M9Q", "d" * 99]
)
def test_what_is_no_code_is_none(words: str) -> None:
    assert report_code(words) is None


def test_reports_are_alike_by_the_words_they_share_with_or_without_diacritics() -> None:
    first = words_of(["Bà con lo đường liên thôn xuống cấp"])
    assert is_alike(first, words_of(["ba con rat lo duong lien thon xuong cap"]))
    assert not is_alike(first, words_of(["Bà con mừng vì giá cà phê tăng"]))
    assert not is_alike(words_of(["Đường hỏng"]), words_of(["Đường hỏng"]))  # too few words to tell


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_week_begins_on_monday_and_has_seven_days(day: date) -> None:
    first, last = week_of(day)
    assert first <= day <= last
    assert (first.weekday(), (last - first).days) == (0, 6)


def test_whatever_is_not_known_is_ordinary() -> None:
    assert [urgency_of(value) for value in ("KHAN", "SOM", "THUONG", "", "khan")] == [2, 1, 0, 0, 0]
