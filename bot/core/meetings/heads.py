"""How many people were there: a band and never a list, and what bands add up to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.kernel.formats import at_least, number

_BAND = re.compile(r"(\d{1,6})-(\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Heads:
    """At least `least` people, at most `most`; None: nobody said how many more."""

    least: int = 0
    most: int | None = 0

    def __add__(self, other: "Heads") -> "Heads":
        most = None if self.most is None or other.most is None else self.most + other.most
        return Heads(self.least + other.least, most)

    def times(self, count: int) -> "Heads":
        """So many groups of this size."""
        return Heads(self.least * count, None if self.most is None else self.most * count)


NOBODY = Heads()


def band(value: str) -> Heads:
    """A form's choice: "50-99", "200-". Raises ValueError for what is none."""
    found = _BAND.fullmatch(value)
    if found is None or (found[2] and int(found[2]) < int(found[1])):
        raise ValueError(f"{value!r} is no band such as 50-99 or 200-")
    return Heads(int(found[1]), int(found[2]) if found[2] else None)


def added_up(counts: Mapping[str, int]) -> Heads:
    """What groups add up to, by band; a band that no form has any more is read as it was kept."""
    return in_all(band(value).times(count) for value, count in counts.items())


def in_all(several: Iterable[Heads]) -> Heads:
    """The sum."""
    whole = NOBODY
    for one in several:
        whole += one
    return whole


def span(heads: Heads, language: str) -> str:
    """In figures: "120–340", "từ 1.200" where the upper end is open, "0"; English "1,200 or more"."""
    least = number(heads.least, language)
    if heads.most is None:
        return at_least(heads.least, language)
    return least if heads.least == heads.most else f"{least}–{number(heads.most, language)}"
