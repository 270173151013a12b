"""Taps: data for 64 bytes, what old messages carry, and what nobody has written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.core.talk import taps
from bot.core.talk.message import Button
from bot.core.talk.tap import HERE, LONGEST, Tap, addressed, decode

WORDS = st.from_regex(r"[A-Za-z0-9_.-]{1,12}", fullmatch=True)
CODES = st.from_regex(r"[A-Za-z0-9_.-]{1,48}", fullmatch=True)
KEYS = st.from_regex(r"[A-Za-z0-9_.-]{0,24}", fullmatch=True)
STEPS = st.from_regex(r"[a-z_]{1,11}!?", fullmatch=True)
NUMBERS = st.integers(0, 10**18 - 1)
TAPS: dict[type[Tap], st.SearchStrategy[Tap]] = {
    taps.Go: st.builds(taps.Go, CODES),
    taps.Press: st.builds(taps.Press, WORDS, st.integers(0, 10**9 - 1), WORDS, KEYS),
    taps.Confirm: st.builds(taps.Confirm, NUMBERS),
    taps.ConfirmFull: st.builds(taps.ConfirmFull, NUMBERS),
    taps.Full: st.builds(taps.Full, NUMBERS),
    taps.Files: st.builds(taps.Files, NUMBERS),
    taps.Open: st.builds(taps.Open, NUMBERS),
    taps.FullOf: st.builds(taps.FullOf, NUMBERS),
    taps.FilesOf: st.builds(taps.FilesOf, NUMBERS),
    taps.Outline: st.builds(
        taps.Outline, st.sampled_from(["of", "to"]), NUMBERS, st.sampled_from(["ask", "docx", "pdf", "loa"])
    ),
    taps.OnAddendum: st.builds(taps.OnAddendum, STEPS, NUMBERS),
    taps.OnDigest: st.builds(taps.OnDigest, STEPS, NUMBERS, st.integers(0, 10**9 - 1), WORDS),
    taps.OnMeeting: st.builds(taps.OnMeeting, STEPS, WORDS, NUMBERS),
    taps.MeetingsIn: st.builds(taps.MeetingsIn, STEPS),
    taps.AskOn: st.builds(taps.AskOn, NUMBERS),
    taps.KitOf: st.builds(taps.KitOf, NUMBERS, NUMBERS),
    taps.OnEntry: st.builds(taps.OnEntry, STEPS, NUMBERS),
    taps.AskAbout: st.builds(taps.AskAbout, NUMBERS),
    taps.MyQuestion: st.builds(taps.MyQuestion, STEPS, NUMBERS),
    taps.Questions: st.builds(taps.Questions, STEPS, NUMBERS),
    taps.OnQuestion: st.builds(taps.OnQuestion, STEPS, NUMBERS),
    taps.OnYear: st.builds(taps.OnYear, WORDS, st.integers(0, 10**9 - 1)),
    taps.OnConference: st.builds(taps.OnConference, STEPS, NUMBERS, NUMBERS),
    taps.OnProposal: st.builds(taps.OnProposal, STEPS, WORDS),
    taps.Preview: st.builds(taps.Preview),
    taps.Follow: st.builds(taps.Follow, CODES),
    taps.Mine: st.builds(taps.Mine, STEPS, KEYS),
    taps.Admit: st.builds(taps.Admit, st.sampled_from(["yes", "no"]), NUMBERS, KEYS),
    taps.Take: st.builds(taps.Take, NUMBERS, CODES),
    taps.OnRun: st.builds(taps.OnRun, STEPS, NUMBERS),
    taps.Seek: st.builds(taps.Seek, CODES),
    taps.People: st.builds(taps.People, CODES, NUMBERS),
    taps.Below: st.builds(taps.Below, CODES, NUMBERS),
    taps.Log: st.builds(taps.Log, CODES, NUMBERS),
    taps.OnMember: st.builds(taps.OnMember, STEPS, NUMBERS, KEYS),
    taps.OnRequest: st.builds(taps.OnRequest, NUMBERS),
    taps.Unread: st.builds(taps.Unread, NUMBERS, NUMBERS),
    taps.OnPlan: st.builds(taps.OnPlan, STEPS, NUMBERS, st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1)),
    taps.Rule: st.builds(taps.Rule, STEPS),
    taps.Desk: st.builds(
        taps.Desk,
        STEPS,
        st.sampled_from(["all", "topic", "unit", "words"]),
        st.from_regex(r"[A-Za-z0-9_.-]{1,28}", fullmatch=True),
        st.integers(0, 10**7 - 1),
    ),
    taps.OnReport: st.builds(taps.OnReport, STEPS, WORDS, KEYS),
    taps.OnAnswer: st.builds(taps.OnAnswer, st.sampled_from(["new", "settled", "not_yet"]), NUMBERS),
    taps.OnMine: st.builds(taps.OnMine, STEPS, WORDS, NUMBERS),
    taps.Week: st.builds(taps.Week, st.integers(1, 10**7 - 1)),
    taps.Noted: st.builds(taps.Noted, NUMBERS),
    taps.Reread: st.builds(taps.Reread, NUMBERS),
    taps.DigestFile: st.builds(
        taps.DigestFile, st.sampled_from(["xlsx", "docx.STATE_ND30"]), st.sampled_from(["last_month", "day"])
    ),
    taps.DigestOf: st.builds(taps.DigestOf, STEPS),
    taps.Quiz: st.builds(taps.Quiz, NUMBERS, st.integers(1, 9), st.integers(0, 9)),
}


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
        ("ack:7", taps.Confirm(7)),
        ("full:7", taps.Full(7)),
        ("run:pause:5", taps.OnRun("pause", 5)),
        ("run:cancel!:5", taps.OnRun("cancel!", 5)),
        ("f:a1b2c3:4:pick:0", taps.Press("a1b2c3", 4, "pick", "0")),
        ("f:a1b2c3:4:back:", taps.Press("a1b2c3", 4, "back")),
        ("me:lang:en", taps.Mine("lang", "en")),
        ("go:moinhat", taps.Go("moinhat")),
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
            TypeAdapter(taps.Follow).validate_python({"topic": part})


def test_two_kinds_have_two_words() -> None:
    with pytest.raises(TypeError, match="ack"):
        type("Other", (Tap,), {}, word="ack")


def test_a_delivery_is_put_in_where_it_is_sent() -> None:
    button = Button.of("Đã đọc", taps.Confirm(HERE))
    assert addressed(button.data, 12) == taps.Confirm(12).encode()
    assert addressed(taps.Go("chude").encode(), 12) == taps.Go("chude").encode()
