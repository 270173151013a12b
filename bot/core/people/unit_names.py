"""Finding a unit as people name it: by code, without diacritics, with its level's word or a wrong one."""

import re
from collections.abc import Iterable, Sequence

from bot.core.kernel.formats import fold
from bot.core.people.units import Unit

_LEVEL = re.compile(
    r"(?:tinh|thanh pho|tp\.?|huyen|thi xa|tx\.?|thi tran|tt\.?|xa|x\.|phuong|p\.|dac khu"
    r"|thon|buon|bon|to dan pho|to)\s+"
)


def bare(name: str) -> str:
    """A name in plain letters without its level's word: "Phường Buôn Ma Thuột" → "buon ma thuot"."""
    words = " ".join(fold(name).split())
    return _LEVEL.sub("", words, count=1) if _LEVEL.match(words) else words


def find(units: Iterable[Unit], text: str) -> list[Unit]:
    """The units somebody may mean, the surest kind of match alone: code, whole name, name without its level.

    One unit: it is that. Several: ask. None: it is not known.
    """
    listed = list(units)
    words = " ".join(fold(text).split())
    if not words:
        return []
    for means in (_codes(listed, text), _same(listed, words), _same_bare(listed, words)):
        if means:
            return means
    return []


def search(units: Iterable[Unit], text: str) -> list[Unit]:
    """The units whose code or name has these letters in it, those that `find` would find first."""
    listed = list(units)
    words = " ".join(fold(text).split())
    sure = find(listed, text)
    loose = [unit for unit in listed if words in fold(unit.name) or text.strip() in unit.code]
    return [*sure, *(unit for unit in loose if unit not in sure)]


def _codes(units: Sequence[Unit], text: str) -> list[Unit]:
    return [unit for unit in units if unit.code == text.strip()]


def _same(units: Sequence[Unit], words: str) -> list[Unit]:
    return [unit for unit in units if " ".join(fold(unit.name).split()) == words]


def _same_bare(units: Sequence[Unit], words: str) -> list[Unit]:
    wanted = bare(words)
    # "Buôn Ma Thuột" begins with a level's word and is a name all the same.
    return [unit for unit in units if bare(unit.name) in (wanted, words) or fold(unit.name) == wanted]
