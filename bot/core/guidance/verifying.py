"""The short code below a briefing, by which anybody can ask whether it is what was issued.

It is made of the text itself: a letter more or less is another code.
"""

import re
import unicodedata
from collections.abc import Collection
from hashlib import sha256

from bot.core.kernel.codes import ALPHABET
from bot.core.kernel.richtext import Text, plain_text

LETTERS = 10  # five bits each: no two of our texts share a code, and no invitation looks like one
GROUP = 5
_LETTERS = rf"[{ALPHABET}]{{{GROUP}}}"
_DASH = r"\s?[-\u2010-\u2015\u2212]?\s?"
_NUMBERED = re.compile(r"^\s*\d{1,2}\.\s+")
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


def same(issued: Text, words: str, below: Collection[str] = ()) -> bool:
    """Whether forwarded words are those that were issued, or a whole part of them, and nothing besides.

    `below`: lines that a channel itself adds at the end, such as how to answer with a number; a choice may
    stand there with its number.
    """
    added = {_bare(line) for line in below}
    lines = [line for line in words.splitlines() if _bare(line)]
    while lines and (_bare(lines[-1]) in added or _bare(_NUMBERED.sub("", lines[-1])) in added):
        lines.pop()
    theirs = _bare("".join(lines))
    return bool(theirs) and any(theirs in _bare(ours) for ours in (plain_text(issued), _written_out(issued)))


def _written_out(issued: Text) -> str:
    """As channels without links say it: an address stands behind its words."""
    spans = (span for block in issued for span in block.spans)
    return "".join(
        f"{one.text} ({one.href}) " if one.href and one.href != one.text else one.text for one in spans
    )


def _bare(words: str) -> str:
    plain = unicodedata.normalize("NFC", words).casefold()
    return "".join(character for character in plain if character.isalnum())
