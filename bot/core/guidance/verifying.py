"""The short code below a briefing, by which anybody can ask whether it is what was issued.

It is made of the text itself: a letter more or less is another code.
"""

import re
import unicodedata
from hashlib import sha256

from bot.core.kernel.codes import ALPHABET
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import Text, plain_text

LETTERS = 10  # five bits each: no two of our texts share a code, and no invitation looks like one
GROUP = 5
_LETTERS = rf"[{ALPHABET}]{{{GROUP}}}"
_DASH = r"\s?[-\u2010-\u2015\u2212]?\s?"
_WRITTEN = re.compile(rf"(?<![A-Z0-9])({_LETTERS}){_DASH}({_LETTERS})(?![A-Z0-9])")


def code_of(text: Text) -> str:
    """The code of a text, in ten letters."""
    bits = int.from_bytes(sha256(plain_text(text).encode()).digest()[:8], "big")
    return "".join(ALPHABET[(bits >> 5 * place) & 31] for place in range(LETTERS))


def shown(code: str) -> str:
    """As people read it: "7K3M9-Q2PAB"."""
    return f"{code[:GROUP]}-{code[GROUP:]}"


def codes_in(words: str) -> list[str]:
    """Whatever may be a code in what somebody typed, pasted or forwarded; the last one first."""
    plain = unicodedata.normalize("NFKC", words).upper()
    return [first + second for first, second in reversed(_WRITTEN.findall(plain))]


def same(issued: Text, words: str) -> bool:
    """Whether forwarded words are those that were issued, or a whole part of them.

    What a channel adds below them, how to answer with a number, is no difference.
    """
    ours, theirs = _bare(plain_text(issued)), _bare(words)
    return bool(theirs) and (ours in theirs or theirs in ours)


def _bare(words: str) -> str:
    return "".join(character for character in fold(words) if character.isalnum())
