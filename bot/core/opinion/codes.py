"""A report's code as people write it: "DL-7K3M9Q", "dl 7k3m9q.", "mã DL-7K3M9Q"."""

import re
from unicodedata import normalize

from bot.core.kernel.codes import ALPHABET

PREFIX = "DL-"
LONGEST = 40
_LETTERS = ALPHABET.lower()
_CODE = re.compile(rf"\W*(?:(?:mã|ma|mã số|phản ánh|phan anh)\W+)?dl(\W{{0,3}})([{_LETTERS}]{{6,8}})\W*")

_WITHIN = re.compile(rf"\bdl-([{_LETTERS}]{{6,8}})\b")


def report_code(text: str) -> str | None:
    """The code, where a text is nothing else, as it is kept: "DL-7K3M9Q"."""
    found = _CODE.fullmatch(normalize("NFKC", text).lower()) if len(text) <= LONGEST else None
    return f"{PREFIX}{found[2].upper()}" if found else None


def code_within(text: str) -> str:
    """The one code that a sentence names, written with its dash; "" where it names none, or several."""
    found = {one[1] for one in _WITHIN.finditer(normalize("NFKC", text).lower())}
    return f"{PREFIX}{found.pop().upper()}" if len(found) == 1 else ""
