"""Whether the words of a form can be read."""

from collections.abc import Mapping

from bot.core.kernel.characters import sanitise
from bot.core.kernel.errors import Misplaced
from bot.core.kernel.stray import stray


def illegible(key: str, words: Mapping[str, str], needed: bool = True, most: int = 2_000) -> Misplaced | None:
    """What of these words nobody could read: none, too many, control characters, bidi overrides, a layout's
    signs.
    """
    if any(len(text) > most for text in words.values()):
        return Misplaced(key, max(map(len, words.values())), f"at most {most} characters")
    if any(sanitise(text) != text for text in words.values()):
        return Misplaced(key, ascii(words), "words without control characters or marks that turn text round")
    if sign := next(filter(None, map(stray, words.values())), ""):
        return Misplaced(key, sign, "words without signs of a layout: people would read them")
    if needed and not any(c.isprintable() and not c.isspace() for text in words.values() for c in text):
        return Misplaced(key, ascii(words), "words that can be seen")
    return None
