"""Numbers written otherwise: in words ("không chín không năm…"), or with letters that look alike."""

import re
from collections.abc import Iterator

_WORDS = {
    **{
        "khong": "0",
        "ko": "0",
        "k": "0",
        "khog": "0",
        "kh0ng": "0",
        "hong": "0",
        "o": "0",
        "linh": "0",
        "mot": "1",
        "hai": "2",
        "ba": "3",
        "bon": "4",
        "tu": "4",
    },
    "muoi": "",  # what it is depends on what stands beside it
    **{"nam": "5", "lam": "5", "sau": "6", "bay": "7", "bẩy": "7", "tam": "8", "chin": "9"},
}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_RUN = re.compile(
    rf"(?<!\w)(?=[\dkmhbtnslco])(?:{_WORD}|\d{{1,4}})"
    rf"(?:(?:[ .,_/-]{{1,3}}|(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d))(?:{_WORD}|\d{{1,7}})){{3,}}(?!\w)"
)
_PIECE = re.compile(rf"(?i){_WORD}|\d+")
_NUMERAL = r"(?:\d|[oOlI](?=[oOlI]?\d)|(?<=\d)[oOlI](?!\w))"
_ALIKE = re.compile(rf"(?<![\w.]){_NUMERAL}(?:[ .-]?{_NUMERAL}){{8,11}}(?!\w)")
_LETTERS = str.maketrans("oOlI", "0011")
_SPOKEN = 3  # so many words at least: one or two stand there by chance, but in what begins as a phone does
_LETTER = {
    "be": "B",
    "xe": "C",
    "de": "D",
    "dê": "D",
    "hat": "H",
    "ca": "K",
    "ce": "C",
    "pe": "P",
    "te": "T",
    "gie": "G",
    "lo": "L",
    "mo": "M",
    "anh": "A",
}
_CAR = re.compile(
    rf"(?<!\w)(?=[\dkmhbtnslc])((?:{_WORD}|\d) ?(?:{_WORD}|\d)) ?([a-z]|{'|'.join(_LETTER)})"
    rf"((?: (?:{_WORD}|\d+)){{4,6}})(?!\w)"
)
_SHORTEST = 9  # digits of the shortest number there is
_NUMERALS = 7  # so many digits at least, or letters are words


def runs(plain: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, digits) of what may be a number in a skeleton, if it is not written in digits alone."""
    low = plain.lower()  # looking in it takes half of what minding no case does
    if len(low) != len(plain):
        low = plain
    for found in _RUN.finditer(low):
        pieces = _PIECE.findall(found[0])
        words = sum(not piece.isdigit() for piece in pieces)
        digits = _digits(pieces)
        # "0905 hai ba 45", "0912 34 56 ba bảy"; in "0262 385 1122 không ai nghe" it ends before the word.
        short = sum(len(piece) for piece in pieces if piece.isdigit()) < _SHORTEST
        mixed = words and digits[0] == "0" and (pieces[-1].isdigit() or (pieces[0].isdigit() and short))
        if len(digits) >= _SHORTEST and (words >= _SPOKEN or mixed):
            yield found.start(), found.end(), digits
    for found in _CAR.finditer(low):
        place, letter, number = found.groups()
        letter = _LETTER.get(letter.lower(), letter.upper())
        yield found.start(), found.end(), f"{_read(place)}{letter}{_read(number)}"
    for found in _ALIKE.finditer(plain):
        letters = sum(c.isalpha() for c in found[0])
        digits = re.sub(r"\D", "", found[0].translate(_LETTERS))
        if letters and len(digits) - letters >= _NUMERALS:
            yield found.start(), found.end(), digits


def _read(words: str) -> str:
    return _digits(_PIECE.findall(words))


def _digits(pieces: list[str]) -> str:
    return "".join(_digit(pieces, place) for place in range(len(pieces)))


def _digit(pieces: list[str], place: int) -> str:
    """One word as digits; "chín mươi mốt" is 91, "chín mươi" 90, "mười hai" 12."""
    piece = pieces[place].lower()
    if piece != "muoi":
        return _WORDS.get(piece, piece)
    tens = _is_unit(pieces[place - 1]) if place else False
    ones = _is_unit(pieces[place + 1]) if place + 1 < len(pieces) else False
    return ("" if tens else "1") + ("" if ones else "0")


def _is_unit(piece: str) -> bool:
    return _WORDS.get(piece.lower(), "0") not in ("", "0")
