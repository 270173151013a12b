"""A name is a name, whichever way it comes in: cleaned, or refused."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from bot.core.kernel.characters import sanitise
from bot.core.kernel.formats import fold

LONGEST = 60
DIGITS = 6  # as many are a telephone number, not a name

# What has no shape of its own, though it is no sign of form: letters that fill, joiners, variants of others.
# <https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt>, Default_Ignorable_Code_Point
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufdd0-\ufdef\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)
_FORM = ("Cf", "Co")  # signs that shape others, and what each font draws as it likes
_STOPS = str.maketrans("\u3002\uff61\u2024\ufe52", "....")  # a browser takes these for a full stop
_ENDINGS = (
    "com|vn|net|org|me|io|gov|info|edu|xyz|site|online|shop|club|app|cc|asia|biz|top|vip|link|icu|dev|live"
    "|page|win|bet|fun|store|pro|mobi|space|website|world|cloud|blog|tech|loan|click|work|group"
)
_SHORT_ENDINGS = "ly|gl|gd|co|tk|ru|cn|tv|us|uk"  # behind a letter or two they are a name: "Nguyễn V.Ly"
_LINK = re.compile(
    r"://|\bwww\.|(?:^|\s)@\w|\w@\w|\w\.[a-z]{2,12}/|\b(?:tg|tel|sms|mailto|zalo|viber|javascript|data):\S"
    rf"|\b[\w-]+\.(?:{_ENDINGS})\b|\b[a-z0-9-]{{3,}}\.(?:{_SHORT_ENDINGS})\b",
    re.IGNORECASE,
)


def clean_name(text: str) -> str | None:
    """The name in one line without what cannot be seen; None for a number, a link, an emoji, nothing."""
    shaped = _SHAPELESS.sub("", unicodedata.normalize("NFC", text))
    seen = "".join(letter for letter in shaped if unicodedata.category(letter) not in _FORM)
    name = " ".join(unicodedata.normalize("NFC", sanitise(seen)).split())
    if not 0 < len(name) <= LONGEST or not any(letter.isalpha() for letter in name):
        return None
    folded = unicodedata.normalize("NFKC", name.translate(_STOPS))
    if sum(letter.isnumeric() for letter in folded) >= DIGITS or _LINK.search(folded):
        return None
    return name


class Called(NamedTuple):
    """Somebody's number and name."""

    id: int
    name: str


def meant(people: Iterable[Called], words: str) -> list[Called]:
    """Who has these words in their name, in whatever order: with these diacritics first, then with others.

    Where nobody has: whose name has words that begin so, or these letters ("hmai" finds "H'Mai").
    """
    exact, wanted, letters = _parts(words), _parts(fold(words)), _letters(words)
    if not letters:
        return []
    same, plain, loose = list[Called](), list[Called](), list[Called]()
    for one in people:
        parts = _parts(fold(one.name))
        if wanted <= parts:
            (same if exact <= _parts(one.name) else plain).append(one)
        elif letters in _letters(one.name) or all(any(p.startswith(w) for p in parts) for w in wanted):
            loose.append(one)
    return [*same, *plain] or loose


def _parts(name: str) -> set[str]:
    return set(unicodedata.normalize("NFC", name).lower().split())


def _letters(name: str) -> str:
    return "".join(one for one in fold(name) if one.isalnum())
