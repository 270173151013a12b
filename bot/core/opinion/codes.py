"""A report's code as people write it: "DL-7K3M9Q", "dl 7k3m9q.", "mã DL-7K3M9Q"."""

import re
from unicodedata import normalize

from bot.core.kernel.codes import ALPHABET

PREFIX = "DL-"
LONGEST = 40
_LETTERS = ALPHABET.lower()
_CODE = re.compile(rf"\W*(?:(?:mã|ma|mã số|phản ánh|phan anh)\W+)?dl(\W{{0,3}})([{_LETTERS}]{{6,8}})\W*")

# In a sentence a code has its dash, or a digit and a letter: "DL" is written for other things too.
_MIXED = rf"(?=[{_LETTERS}]*[2-9])(?=[{_LETTERS}]*[a-z])"
_WITHIN = re.compile(rf"\bdl(?:-|\W{{0,3}}{_MIXED})([{_LETTERS}]{{6,8}})\b")


def report_code(text: str) -> str | None:
    """The code, where a text is nothing else, as it is kept: "DL-7K3M9Q"."""
    found = _CODE.fullmatch(normalize("NFKC", text).lower()) if len(text) <= LONGEST else None
    return f"{PREFIX}{found[2].upper()}" if found else None


def code_within(text: str) -> str:
    """The one code that a sentence names; "" where it names none, or several."""
    found = {one[1] for one in _WITHIN.finditer(normalize("NFKC", text).lower())}
    return f"{PREFIX}{found.pop().upper()}" if len(found) == 1 else ""
