"""Patterns that take long to compile."""

import re
from collections.abc import Iterator
from functools import cached_property


class Pattern:
    """A pattern compiled as it is first looked for: dozens of large ones would take a tenth of each start."""

    def __init__(self, words: str, flags: int = 0) -> None:
        self._words = words
        self._flags = flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """As `re.compile` makes it."""
        return re.compile(self._words, self._flags)

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self.compiled.finditer(text, start)

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self.compiled.search(text, start)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self.compiled.match(text, start)
