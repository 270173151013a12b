"""What is taken out of texts, whichever way is taken through them."""

import re
from unicodedata import category

from hypothesis import given
from hypothesis import strategies as st

from bot.core.kernel import characters
from bot.core.kernel.characters import sanitise

NEVER = re.compile("(?!)")


def test_no_character_of_plain_text_is_one_that_is_taken_out() -> None:
    plain = [chr(code) for code in range(0x110000) if characters._PLAIN.fullmatch(chr(code))]
    assert "ệ" in plain
    assert "…" in plain
    for one in plain:
        assert not characters._UNWANTED.match(one)
        assert category(one) not in ("Mn", "Me", "Mc")
        assert one not in "\r\t\v\f\u2028\u2029"


@given(st.text(st.sampled_from("aệ\n…\u0301\t\x00\u202e💬"), max_size=12))
def test_the_short_way_gives_what_the_long_way_gives(text: str) -> None:
    short = sanitise(text)
    plain, characters._PLAIN = characters._PLAIN, NEVER
    try:
        assert sanitise(text) == short
    finally:
        characters._PLAIN = plain
