"""A text as patterns look at it: every letter without its marks, digits, dashes and blanks written the plain
way, what is not seen left out; and the way back to the text itself."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Skeleton:
    """`plain`: what is matched. `places[i]`: where its i-th character stands in `text`, which is NFC."""

    text: str
    plain: str
    places: tuple[int, ...]

    def at(self, start: int, end: int) -> tuple[int, int]:
        """A span of `plain` as a span of `text`."""
        return self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]


def skeleton(text: str) -> Skeleton:
    """The skeleton of a text."""
    text = unicodedata.normalize("NFC", text)
    seen = list(map(plain, text))
    if all(seen):  # most texts: each letter stands where it stood
        return Skeleton(text, "".join(seen), tuple(range(len(text) + 1)))
    places = [place for place, letter in enumerate(seen) if letter]
    return Skeleton(text, "".join(seen), (*places, len(text)))


@lru_cache(maxsize=4096)
def plain(character: str) -> str:
    """One character as the patterns expect it; "" for what is not seen by itself."""
    if "\n" <= character <= "~":
        return " " if character in "\t\v\f\r" else character
    category = unicodedata.category(character)
    if category in ("Cf", "Cc", "Mn", "Me"):
        return ""
    if category == "Pd" or character == "−":
        return "-"
    if category == "Zs":
        return " "
    if character in "·•∙‧":
        return "."
    if character in "’‘ʼ`´":
        return "'"
    if character in "đĐ":
        return "d" if character == "đ" else "D"
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return _bare(character)


def _bare(character: str) -> str:
    same = unicodedata.normalize("NFKD", character)
    letters = "".join(c for c in same if not unicodedata.combining(c))
    return letters if len(letters) == 1 else character
