"""Taps: data for 64 bytes, what old messages carry, and what nobody has written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.core.talk.message import Button
from bot.core.talk.tap import HERE, LONGEST, Tap, addressed, decode
from bot.core.talk.taps import digests, kits, meetings, people, questions, reading, reports, screens, sending

WORDS = st.from_regex(r"[A-Za-z0-9_.-]{1,12}", fullmatch=True)
CODES = st.from_regex(r"[A-Za-z0-9_.-]{1,48}", fullmatch=True)
KEYS = st.from_regex(r"[A-Za-z0-9_.-]{0,24}", fullmatch=True)
STEPS = st.from_regex(r"[a-z_]{1,11}!?", fullmatch=True)
NUMBERS = st.integers(0, 10**18 - 1)
TAPS: dict[type[Tap], st.SearchStrategy[Tap]] = {
    screens.Go: st.builds(screens.Go, CODES),
    screens.Press: st.builds(screens.Press, WORDS, st.integers(0, 10**9 - 1), WORDS, KEYS),
    reading.Confirm: st.builds(reading.Confirm, NUMBERS),
    reading.ConfirmFull: st.builds(reading.ConfirmFull, NUMBERS),
    reading.Full: st.builds(reading.Full, NUMBERS),
    reading.Files: st.builds(reading.Files, NUMBERS),
    reading.Open: st.builds(reading.Open, NUMBERS),
    reading.FullOf: st.builds(reading.FullOf, NUMBERS),
    reading.FilesOf: st.builds(reading.FilesOf, NUMBERS),
    reading.Outline: st.builds(
        reading.Outline,
        st.sampled_from(["of", "to"]),
        NUMBERS,
        st.sampled_from(["ask", "docx", "pdf", "loa"]),
    ),
    sending.OnAddendum: st.builds(sending.OnAddendum, STEPS, NUMBERS),
    sending.OnMend: st.builds(sending.OnMend, STEPS, NUMBERS),
    digests.OnDigest: st.builds(digests.OnDigest, STEPS, NUMBERS, st.integers(0, 10**9 - 1), WORDS),
    meetings.OnMeeting: st.builds(meetings.OnMeeting, STEPS, WORDS, NUMBERS),
    meetings.MeetingsIn: st.builds(meetings.MeetingsIn, STEPS),
    meetings.HeldIn: st.builds(meetings.HeldIn, STEPS, NUMBERS),
    kits.AskOn: st.builds(kits.AskOn, NUMBERS),
    kits.KitOf: st.builds(kits.KitOf, NUMBERS, NUMBERS),
    kits.OnEntry: st.builds(kits.OnEntry, STEPS, NUMBERS),
    questions.AskAbout: st.builds(questions.AskAbout, NUMBERS),
    questions.MyQuestion: st.builds(questions.MyQuestion, STEPS, NUMBERS),
    questions.Questions: st.builds(questions.Questions, STEPS, NUMBERS),
    questions.OnQuestion: st.builds(questions.OnQuestion, STEPS, NUMBERS),
    digests.OnYear: st.builds(digests.OnYear, WORDS, st.integers(0, 10**9 - 1)),
    meetings.OnConference: st.builds(meetings.OnConference, STEPS, NUMBERS, NUMBERS),
    meetings.OnProposal: st.builds(meetings.OnProposal, STEPS, WORDS),
    sending.Preview: st.builds(sending.Preview),
    reading.Follow: st.builds(reading.Follow, CODES),
    people.Mine: st.builds(people.Mine, STEPS, KEYS),
    people.Anew: st.just(people.Anew()),
    people.Admit: st.builds(people.Admit, st.sampled_from(["yes", "no"]), NUMBERS, KEYS),
    people.Take: st.builds(people.Take, NUMBERS, CODES),
    sending.OnRun: st.builds(sending.OnRun, STEPS, NUMBERS),
    reading.Seek: st.builds(reading.Seek, CODES),
    people.People: st.builds(people.People, CODES, NUMBERS),
    people.Below: st.builds(people.Below, CODES, NUMBERS),
    people.Log: st.builds(people.Log, CODES, NUMBERS),
    people.OnMember: st.builds(people.OnMember, STEPS, NUMBERS, KEYS),
    people.OnRequest: st.builds(people.OnRequest, NUMBERS),
    people.OnCode: st.builds(people.OnCode, STEPS, NUMBERS),
    sending.Unread: st.builds(sending.Unread, NUMBERS, NUMBERS),
    sending.OnPlan: st.builds(
        sending.OnPlan, STEPS, NUMBERS, st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1)
    ),
    sending.Rule: st.builds(sending.Rule, STEPS),
    reports.Desk: st.builds(
        reports.Desk,
        st.sampled_from(["open", "over", "passed", "topics", "units"]),
        st.sampled_from(["all", "topic", "unit", "words"]),
        st.from_regex(r"[A-Za-z0-9_.-]{1,28}", fullmatch=True),
        st.integers(0, 10**7 - 1),
    ),
    reports.OnReport: st.builds(reports.OnReport, STEPS, WORDS, KEYS),
    reports.OnAnswer: st.builds(reports.OnAnswer, st.sampled_from(["new", "settled", "not_yet"]), NUMBERS),
    reports.OnMine: st.builds(reports.OnMine, STEPS, WORDS, NUMBERS),
    sending.Week: st.builds(sending.Week, st.integers(1, 10**7 - 1)),
    reading.Noted: st.builds(reading.Noted, NUMBERS),
    reading.Reread: st.builds(reading.Reread, NUMBERS),
    digests.DigestFile: st.builds(
        digests.DigestFile,
        st.sampled_from(["xlsx", "docx.STATE_ND30"]),
        st.sampled_from(["last_month", "day"]),
    ),
    digests.DigestOf: st.builds(digests.DigestOf, STEPS),
    screens.HelpOf: st.builds(screens.HelpOf, STEPS),
    screens.TakeOut: st.lists(st.integers(0, 2**53 - 1).map(str), min_size=1).map(screens.TakeOut.of),
    reading.Quiz: st.builds(reading.Quiz, NUMBERS, st.integers(1, 9), st.integers(0, 9)),
}


@given(st.lists(st.integers(0, 2**31 - 1), max_size=30))
def test_what_is_to_be_taken_out_is_the_newest_that_a_button_holds(messages: list[int]) -> None:
    tap = screens.TakeOut.of(map(str, messages))
    newest = sorted(set(messages), reverse=True)
    assert [int(one) for one in tap.numbers] == newest[: len(tap.numbers)] if tap else not messages
    assert tap is None or len(tap.numbers) >= min(5, len(newest))


def test_every_kind_is_tried_here() -> None:
    assert set(TAPS) == set(Tap.kinds.values())


@given(st.one_of(*TAPS.values()))
def test_a_tap_comes_back_as_it_went_out_within_64_bytes(tap: Tap) -> None:
    data = tap.encode()
    assert len(data.encode()) <= LONGEST
    assert decode(data) == tap


@given(st.text(max_size=80))
def test_no_data_raises_and_what_is_understood_has_one_spelling(data: str) -> None:
    tap = decode(data)
    assert tap is None or tap.encode() == data


@pytest.mark.parametrize(
    ("data", "tap"),
    [
        ("ack:7", reading.Confirm(7)),
        ("full:7", reading.Full(7)),
        ("run:pause:5", sending.OnRun("pause", 5)),
        ("run:cancel!:5", sending.OnRun("cancel!", 5)),
        ("f:a1b2c3:4:pick:0", screens.Press("a1b2c3", 4, "pick", "0")),
        ("f:a1b2c3:4:back:", screens.Press("a1b2c3", 4, "back")),
        ("me:lang:en", people.Mine("lang", "en")),
        ("go:moinhat", screens.Go("moinhat")),
    ],
)
def test_the_data_of_earlier_versions_is_understood(data: str, tap: Tap) -> None:
    assert decode(data) == tap


@pytest.mark.parametrize(
    "data",
    [
        *("", ":", "x", "x:1", "ack", "ack:", "ack:7:8", "ack:-1", "ack: 7", "ack:+7", "ack:07", "ack:bảy"),
        *("ack:#", "ack:7\n", "preview:", "go:", "go:a b", "f:1", "f::1:pick", "f:a:b:pick", "me:back:"),
        *("ack:" + "9" * 30, "go:" + "a" * 62, "topic:" + "ế" * 30, "run:Pause:5", "admit:perhaps:5"),
    ],
)
def test_what_nobody_has_written_is_no_tap(data: str) -> None:
    assert decode(data) is None


def test_what_cannot_travel_cannot_be_made() -> None:
    for part in ("a:b", "x" * 49, "", "chủ-đề"):
        with pytest.raises(ValueError, match="1 validation error"):
            TypeAdapter(reading.Follow).validate_python({"topic": part})


def test_two_kinds_have_two_words() -> None:
    with pytest.raises(TypeError, match="ack"):
        type("Other", (Tap,), {}, word="ack")


def test_a_delivery_is_put_in_where_it_is_sent() -> None:
    button = Button.of("Đã đọc", reading.Confirm(HERE))
    assert addressed(button.data, 12) == reading.Confirm(12).encode()
    assert addressed(screens.Go("chude").encode(), 12) == screens.Go("chude").encode()
