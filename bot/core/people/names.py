"""A name is a name, whichever way it comes in: cleaned, or refused."""

import re
import unicodedata

from bot.core.kernel.characters import sanitise

LONGEST = 60
DIGITS = 6  # as many are a telephone number, not a name

_UNSEEN = re.compile("[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2060-\u206f\ufeff\U000e0000-\U000e0fff]")
_LINK = re.compile(
    r"://|\bwww\.|(?:^|\s)@\w|\w@\w|\w\.[a-z]{2,12}/"
    r"|\b[\w-]+\.(?:com|vn|net|org|me|io|gov|info|edu|xyz|site|online|shop|club|app|cc|asia|biz)\b",
    re.IGNORECASE,
)


def clean_name(text: str) -> str | None:
    """The name in one line without what cannot be seen; None for a number, a link, an emoji, nothing."""
    seen = _UNSEEN.sub("", sanitise(unicodedata.normalize("NFC", text)))
    name = " ".join(seen.split())
    if not 0 < len(name) <= LONGEST or not any(letter.isalpha() for letter in name):
        return None
    if sum(letter.isdigit() for letter in name) >= DIGITS or _LINK.search(
        unicodedata.normalize("NFKC", name)
    ):
        return None
    return name
