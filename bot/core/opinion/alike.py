"""Whether a report says what an earlier one said: by the words they share."""

import re
from collections.abc import Iterable

from bot.core.kernel.formats import fold

ALIKE = 0.5  # of all their words, so many stand in both
FEWEST = 3  # words: below that, everything is like everything
_WORD = re.compile(r"\w+")


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of some texts, folded."""
    return frozenset(word for text in texts for word in _WORD.findall(fold(text)))


def is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts share at least half of the words of both (Jaccard's measure)."""
    shared = len(one & other)
    return shared >= FEWEST and shared >= ALIKE * len(one | other)
