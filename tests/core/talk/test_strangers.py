"""Who is not in has an answer at times, and always one on the way in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.talk.strangers import (
    ALL_A_SECOND,
    ALL_BURST,
    ANSWER_S,
    STEPS_BURST,
    Allowance,
    Wish,
    wish_of_tap,
    wish_of_words,
)
from bot.core.talk.words import Words

CODE = "ABCD-EFGH-JKLM"
KNOWN = Words(commands={"start": frozenset({"tham gia"}), "trogiup": frozenset({"tro giup"})})


@pytest.mark.parametrize(
    ("words", "in_form", "wish"),
    [
        ("xin chào", False, Wish.OTHER),
        ("/trogiup", False, Wish.OTHER),
        ("/trogiup", True, Wish.OTHER),
        ("/start", False, Wish.STEP),
        ("/START@nhipcau_bot", True, Wish.STEP),
        (f"/start {CODE}", False, Wish.CODE),
        (CODE, False, Wish.CODE),
        (CODE, True, Wish.CODE),
        ("mã liên kết: ABCD EFGH", True, Wish.CODE),
        ("Nguyễn Thị Hoa", True, Wish.STEP),
        ("thanh hanh", True, Wish.STEP),
        ("1", False, Wish.STEP),
        ("2.", False, Wish.STEP),
        ("một", False, Wish.STEP),
        ("Tham gia", False, Wish.STEP),
        ("trợ giúp", False, Wish.OTHER),
        ("1000", False, Wish.OTHER),
    ],
)
def test_what_typed_words_wish(words: str, in_form: bool, wish: Wish) -> None:
    assert wish_of_words(words, in_form, KNOWN)[0] is wish


@pytest.mark.parametrize(
    ("data", "wish"),
    [
        ("f:a1b2c3:1:choose:yes", Wish.TAP),
        ("go:start", Wish.TAP),
        ("anew", Wish.TAP),
        ("go:moinhat", Wish.OTHER),
        ("ack:7", Wish.OTHER),
        ("forged", Wish.OTHER),
    ],
)
def test_what_a_tap_wishes(data: str, wish: Wish) -> None:
    assert wish_of_tap(data) is wish


updates = st.lists(
    st.tuples(st.floats(0, 30), st.integers(0, 5), st.sampled_from(Wish)), min_size=1, max_size=300
)


@given(updates)
def test_a_code_and_a_tap_are_answered_whatever_else_goes_on(history: list[tuple[float, int, Wish]]) -> None:
    allowance, now = Allowance(), 0.0
    for gap, chat, wish in history:
        now += gap
        admitted = allowance.admits(("a", str(chat)), wish, now)
        assert admitted or wish not in (Wish.CODE, Wish.TAP)


@given(updates)
def test_other_words_have_one_answer_a_minute_and_chat_and_few_in_all(
    history: list[tuple[float, int, Wish]],
) -> None:
    allowance, now, answered = Allowance(), 0.0, list[tuple[float, int]]()
    for gap, chat, wish in history:
        now += gap
        if allowance.admits(("a", str(chat)), wish, now) and wish is Wish.OTHER:
            answered.append((now, chat))
    for place, (first, chat) in enumerate(answered):
        within = [(at, other) for at, other in answered[place:] if at < first + ANSWER_S]
        assert sum(other == chat for _, other in within) == 1
        assert len(within) <= ALL_BURST + ANSWER_S * ALL_A_SECOND + 1


@given(updates)
def test_who_comes_to_a_quiet_place_is_told_how_to_join(history: list[tuple[float, int, Wish]]) -> None:
    allowance, now = Allowance(), 0.0
    for gap, chat, wish in history:
        now += gap
        allowance.admits(("a", str(chat)), wish, now)
    assert allowance.admits(("a", "new"), Wish.OTHER, now + 1 / ALL_A_SECOND)


def test_a_crowd_of_strangers_leaves_a_step_on_the_way_in() -> None:
    allowance = Allowance()
    crowd = [allowance.admits(("a", str(chat)), Wish.OTHER, 0.0) for chat in range(10_000)]
    assert sum(crowd) == ALL_BURST
    assert [allowance.admits(("a", "hoa"), Wish.STEP, 0.0) for _ in range(STEPS_BURST + 1)] == [
        *[True] * STEPS_BURST,
        False,
    ]
