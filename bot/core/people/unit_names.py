"""Finding a unit as people name it: by code, without diacritics, with its level's word or a wrong one.

What a unit was called before, or what became part of it, leads to it as well, where nothing is called so now.
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
"""A unit's code → the names that lead to it and are no unit's any more."""
NONE: Former = {}


class _Names:
    """Names to the places they stand at: as they are, and without their level's word."""

    def __init__(self) -> None:
        self._whole: dict[str, list[int]] = {}
        self._bare: dict[str, list[int]] = {}

    def add(self, name: str, place: int) -> None:
        self._whole.setdefault(_plain(name), []).append(place)
        self._bare.setdefault(bare(name), []).append(place)

    def find(self, words: str) -> list[int]:
        # "Buôn Ma Thuột" begins with a level's word and is a name all the same.
        wanted = bare(words)
        loosely = (self._bare.get(wanted, ()), self._bare.get(words, ()), self._whole.get(wanted, ()))
        return sorted(set(self._whole.get(words) or chain(*loosely)))


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
                self._once.add(name, place)

    def find(self, text: str) -> list[T]:
        """The units somebody may mean, by the surest match: code, name, that without its level, old name.

        What stands after a comma is where it lies: "Phường Thắng Lợi, TP Buôn Ma Thuột".
        One unit: it is that. Several: ask. None: it is not known.
        """
        code = self._codes.get(text.strip())
        if code is not None:
            return [self._units[code]]
        for words in dict.fromkeys((_plain(text), _plain(text.partition(",")[0]))):
            if found := self._now.find(words) or self._once.find(words) if words else []:
                return [self._units[place] for place in found]
        return []


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
    if not (sure or loose):
        loose = [one for one in listed if any(words in _letters(name) for name in former.get(one.code, ()))]
    known = {unit.code for unit in sure}
    return [*sure, *(unit for unit in loose if unit.code not in known)]


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())
