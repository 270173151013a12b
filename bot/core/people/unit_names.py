"""Finding a unit as people name it: by code, without diacritics, with its level's word or a wrong one.

What a unit was called before, or what became part of it, leads to it as well, where nothing is called just so
now: "huyện Krông Pắc" is what became of that district, and the commune that is called like it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Generic, Protocol, TypeVar

from bot.core.kernel.formats import fold

_LEVEL = re.compile(
    r"(?:tinh|thanh pho|tp\.?|huyen|thi xa|tx\.?|thi tran|tt\.?|xa|x\.|phuong|p\.|dac khu"
    r"|thon|buon|bon|to dan pho|to)\s+"
)


_SHORT = (
    *((r"tp\.?", "thanh pho"), (r"tx\.?", "thi xa"), (r"tt\.?", "thi tran"), (r"h\.", "huyen")),
    *((r"x\.", "xa"), (r"p\.", "phuong"), (r"t\.", "tinh")),
)
_SHORTS = tuple((re.compile(rf"{short}\s*(?=\S)"), f"{word} ") for short, word in _SHORT)


def bare(name: str) -> str:
    """A name in plain letters without its level's word: "Phường Buôn Ma Thuột" → "buon ma thuot"."""
    words = _plain(name)
    return _LEVEL.sub("", words, count=1) if _LEVEL.match(words) else words


class Called(Protocol):
    """What has a unit's code and name."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Called)
Former = Mapping[str, Sequence[str]]
"""A unit's code → the names that lead to it and are no unit's any more; after JUST: only as they stand."""
JUST = "="
FEWEST = 4  # letters of a part of an old name: with fewer, many names have it
NONE: Former = {}


class _Names:
    """Names to the places they stand at: as they are, and without their level's word."""

    def __init__(self) -> None:
        self._whole: dict[str, list[int]] = {}
        self._bare: dict[str, list[int]] = {}

    def add(self, name: str, place: int, *, loosely: bool = True) -> None:
        self._whole.setdefault(_plain(name), []).append(place)
        if loosely:
            self._bare.setdefault(bare(name), []).append(place)

    def just(self, words: str) -> list[int]:
        """With its level's word, or without one as it stands."""
        return self._whole.get(words, [])

    def loosely(self, words: str) -> list[int]:
        """With another level's word, or none."""
        # "Buôn Ma Thuột" begins with a level's word and is a name all the same.
        wanted = bare(words)
        found = (self._bare.get(wanted, ()), self._bare.get(words, ()), self._whole.get(wanted, ()))
        return list(chain(*found))


class Gazetteer(Generic[T]):
    """Units by what they are called, put in order once: a long list asks for many."""

    def __init__(self, units: Iterable[T], former: Former = NONE) -> None:
        self._units = list(units)
        self._codes: dict[str, int] = {}
        self._now, self._once = _Names(), _Names()
        for place, unit in enumerate(self._units):
            self._codes[unit.code] = place
            self._now.add(unit.name, place)
            for name in former.get(unit.code, ()):
                self._once.add(name.removeprefix(JUST), place, loosely=not name.startswith(JUST))

    def find(self, text: str) -> list[T]:
        """The units somebody may mean, by the surest match: code, name, old name or that without its level.

        What stands after a comma is where it lies: "Phường Thắng Lợi, TP Buôn Ma Thuột"; of several units
        those are meant that lie there. One unit: it is that. Several: ask. None: it is not known.
        """
        code = self._codes.get(text.strip())
        if code is not None:
            return [self._units[code]]
        name, _, where = text.partition(",")
        found = self._places(_plain(text)) or self._places(_plain(name))
        there = set(self._places(_plain(where))) if where and len(found) > 1 else set()
        return [self._units[place] for place in found if not there.intersection(found) or place in there]

    def _places(self, words: str) -> list[int]:
        if not words:
            return []
        words = _spelled(words)
        found = self._now.just(words) or [*self._once.just(words), *self._now.loosely(words)]
        return sorted(set(found or self._once.loosely(words)))


def search(units: Iterable[T], text: str, former: Former = NONE) -> list[T]:
    """The units whose code or name has these letters in it, those that are surely meant first.

    Spaces may lack: "ea hleo" finds "Ea H'Leo". Old names are looked at where nothing else has the letters.
    """
    listed = list(units)
    sure = Gazetteer(listed, former).find(text)
    words = _letters(text)
    if not words:
        return sure
    loose = [unit for unit in listed if words in _letters(unit.name) or text.strip() in unit.code]
    if not (sure or loose) and len(words) >= FEWEST:
        known = ((one, former.get(one.code, ())) for one in listed)
        loose = [
            one for one, names in known if any(words in _letters(n) for n in names if not n.startswith(JUST))
        ]
    first = {unit.code for unit in sure}
    return [*sure, *(unit for unit in loose if unit.code not in first)]


def _spelled(words: str) -> str:
    """A level's word in full: "tp. tuy hoa" → "thanh pho tuy hoa"."""
    for short, word in _SHORTS:
        if short.match(words):
            return short.sub(word, words, count=1)
    return words


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())
