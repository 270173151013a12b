"""Finding a unit as people name it: by code, without diacritics, with its level's word or a wrong one."""

import re
from collections.abc import Iterable
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


class Gazetteer(Generic[T]):
    """Units by what they are called, put in order once: a long list asks for many."""

    def __init__(self, units: Iterable[T]) -> None:
        self._units = list(units)
        self._codes: dict[str, list[int]] = {}
        self._names: dict[str, list[int]] = {}
        self._bare: dict[str, list[int]] = {}
        for place, unit in enumerate(self._units):
            self._codes.setdefault(unit.code, []).append(place)
            self._names.setdefault(_plain(unit.name), []).append(place)
            self._bare.setdefault(bare(unit.name), []).append(place)

    def find(self, text: str) -> list[T]:
        """The units somebody may mean, by the surest kind of match: code, whole name, name without its level.

        One unit: it is that. Several: ask. None: it is not known.
        """
        words = _plain(text)
        if not words:
            return []
        wanted = bare(words)
        # "Buôn Ma Thuột" begins with a level's word and is a name all the same.
        loosely = {
            *self._bare.get(wanted, ()),
            *self._bare.get(words, ()),
            *self._names.get(wanted, ()),
        }
        means = self._codes.get(text.strip()) or self._names.get(words) or sorted(loosely)
        return [self._units[place] for place in means]


def search(units: Iterable[T], text: str) -> list[T]:
    """The units whose code or name has these letters in it, those that are surely meant first."""
    listed = list(units)
    words = _plain(text)
    sure = Gazetteer(listed).find(text)
    loose = [unit for unit in listed if words in fold(unit.name) or text.strip() in unit.code]
    return [*sure, *(unit for unit in loose if unit not in sure)]


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
