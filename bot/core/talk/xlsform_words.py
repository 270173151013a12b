"""The words of an XLSForm by language, and what its column `nhipcau` says."""

import re
from collections.abc import Mapping

from bot.core.kernel.formats import fold
from bot.core.talk.xlsform import FLAGS

OURS = ("kind", "source", "list", "ends")  # what a column `nhipcau` may say beside its flags
_CODE = re.compile(r"(?:.*\()?\s*([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\s*\)?")
_NAMED = {"tieng viet": "vi", "vietnamese": "vi", "tieng anh": "en", "english": "en"}


def language_of(called: str) -> str:
    """The code of a language as a heading calls it: "Tiếng Việt (vi)", "vi", "English"; empty for another."""
    if known := _NAMED.get(fold(called.strip())):
        return known
    found = _CODE.fullmatch(called.strip().lower())
    return found[1] if found else ""


def words_of(cells: Mapping[str, str], name: str, language: str) -> dict[str, str]:
    """Words by language: `name::LANGUAGE`, `name:LANGUAGE`, or `name` alone in the form's own."""
    found: dict[str, str] = {}
    for head, words in cells.items():
        if said := _said(head, name, language):
            found.setdefault(said, words)
    return found


def in_no_language(head: str, name: str, default: str) -> bool:
    """Whether words under a heading are in a language that nobody knows by that name."""
    return head.partition(":")[0].strip() == name and not _said(head, name, default)


def _said(head: str, name: str, language: str) -> str:
    what, _, called = head.partition(":")
    called = called.lstrip(":").strip()
    if what.strip() != name:
        return ""
    return language_of(called) if called else language


def ours(words: str) -> tuple[dict[str, str], list[str]]:
    """What a column `nhipcau` says by name, and what of it is not understood."""
    found: dict[str, str] = {}
    strange: list[str] = []
    for part in filter(None, (part.strip() for part in words.split(";"))):
        name, _, value = part.partition("=")
        if name in FLAGS or (value and (name in OURS or name.startswith("when."))):
            found[name] = value
        else:
            strange.append(part)
    return found, strange
