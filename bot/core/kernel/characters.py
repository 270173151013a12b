"""Characters: how long they are to a platform, which we refuse, and which people see as one."""

import re
import unicodedata
from itertools import takewhile

MOST_MARKS = 4

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_SPACES = re.compile("[\t\v\f]")
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
# Latin letters, Vietnamese ones in one piece, and usual signs: none is unwanted, none a mark.
_PLAIN = re.compile("[\n\x20-\x7e\xa0-\u02ff\u1e00-\u1eff\u2010-\u2027]*")


def utf16_len(text: str) -> int:
    """The length in UTF-16 units, as platforms count."""
    return len(text) + sum(character > "\uffff" for character in text)


def sanitise(text: str) -> str:
    """The text without NUL, control characters, lone surrogates, bidi overrides and piled-up marks.

    Line ends become "\\n", tabs a space; of consecutive combining marks the first four stay.
    """
    if _PLAIN.fullmatch(text):
        return text
    clean = _UNWANTED.sub("", _SPACES.sub(" ", _LINE_ENDS.sub("\n", text)))
    kept: list[str] = []
    marks = 0
    for character in clean:
        marks = marks + 1 if _is_mark(character) else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def cut_between(text: str, start: int, end: int) -> int:
    """The last place up to `end` that is not inside what people see as one character."""
    for place in range(end, start, -1):
        if not _is_joined(text, place):
            return place
    return end


def _is_joined(text: str, place: int) -> bool:
    before, after = text[place - 1], text[place]
    if _is_mark(after) or after == "\u200d" or before == "\u200d":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True  # skin tones, and the tags of regional flags
    return _is_flag_letter(after) and _flag_letters_before(text, place) % 2 == 1


def _flag_letters_before(text: str, place: int) -> int:
    return sum(1 for _ in takewhile(_is_flag_letter, (text[i] for i in range(place - 1, -1, -1))))


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_mark(character: str) -> bool:
    return character > "\u02ff" and unicodedata.category(character) in ("Mn", "Me", "Mc")
