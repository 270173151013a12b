"""Takes personal data out of a text before it is stored (patterns: facts/domain.md §4).

Matching looks at a skeleton: the text in NFC without invisible characters, its letters without marks, with
every kind of digit, dash and space written the plain way. What matches there is replaced in the text itself.
In doubt it masks: the reporter sees the text as it will be kept, and a leak cannot be taken back.
"""

import re
import unicodedata

from bot.core.kernel.patterns import Pattern
from bot.core.kernel.values import Frozen
from bot.core.opinion import spoken
from bot.core.opinion.addresses import PUBLIC, REACH
from bot.core.opinion.names import suspects
from bot.core.opinion.patterns import ADDRESS, NAME, possible
from bot.core.opinion.skeleton import Skeleton, skeleton
from bot.core.talk.form import Masked

__all__ = ["Found", "Guarded", "inspect", "mask", "suspects", "without"]


_PUBLIC = Pattern(PUBLIC)


class Found(Frozen):
    """One thing that was found: its kind, as a mask names it, and the words themselves."""

    kind: str
    value: str


class Guarded(Frozen):
    """A text with all that was found masked, names too; what that was, in the order of the kinds."""

    text: str
    found: tuple[Found, ...]


def mask(text: str) -> Masked:
    """The text in NFC with numbers, e-mail, plates, accounts and addresses replaced by "[kind]".

    Masking what is masked changes nothing. Names stay: see `suspects`.
    """
    masked, found = _masked(text)
    return Masked(text=masked, found=tuple(dict.fromkeys(one.kind for one in found)))


def inspect(text: str) -> Guarded:
    """All that is found, names too, and the text without any of it."""
    masked, found = _masked(text)
    names = suspects(masked)
    for name in names:
        masked = without(masked, name)
    return Guarded(text=masked, found=(*found, *(Found(kind=NAME, value=name) for name in names)))


def without(text: str, name: str) -> str:
    """The text with one of its `suspects` replaced, wherever it stands as a whole."""
    written = r"\s+".join(re.escape(word) for word in unicodedata.normalize("NFC", name).split())
    return re.sub(rf"(?<!\w){written}(?!\w)", f"[{NAME}]", unicodedata.normalize("NFC", text))


def _masked(text: str) -> tuple[str, list[Found]]:
    found: list[Found] = []
    bones, before = skeleton(text), None
    # What is masked can make another number stand free ("0905…,0914…"), so until nothing is left.
    while bones.text != before:
        before = bones.text
        bones = _written_out(bones, found)
        for kind, pattern, _ in possible(bones.plain):
            bones = _replaced(bones, kind, pattern.compiled, found)
    return bones.text, found


def _replaced(bones: Skeleton, kind: str, pattern: re.Pattern[str], found: list[Found]) -> Skeleton:
    group = "number" if "number" in pattern.groupindex else 0
    text, places = bones.text, bones.places
    pieces, at = [], 0
    # What follows a find stands free, as if behind a mask: a chain ("@a1@b2@c3…") goes in one pass, not in
    # as many as it has links, or one long text would keep everybody waiting. `gone`: where the rest begins.
    rest, gone, begin = bones.plain, 0, 0
    while match := pattern.search(rest, begin):
        start, end = match.span(group)
        if kind == ADDRESS and _is_public(bones.plain, gone + start):
            begin = end
            continue
        left, right = places[gone + start], places[gone + end]
        found.append(Found(kind=kind, value=text[left:right].strip()))
        pieces += [text[at:left], f"[{kind}]"]
        at = right
        rest, gone, begin = f"]{rest[end:]}", gone + end - 1, 1
    return skeleton("".join([*pieces, text[at:]])) if pieces else bones


def _is_public(plain: str, place: int) -> bool:
    """Whether an address is a body's own; "công an ở 15 Lê Lợi" may live there."""
    return plain[place : place + 2].lower() != "o " and bool(
        _PUBLIC.search(plain[max(0, place - REACH) : place])
    )


def _written_out(bones: Skeleton, found: list[Found]) -> Skeleton:
    """Numbers in words, or with letters that look alike, are what their digits would be."""
    pieces, at = [], 0
    for start, end, digits in spoken.runs(bones.plain):
        kind = _kind(bones.plain[max(0, start - 40) : start], digits)
        left, right = bones.places[start], bones.places[end]
        if kind is not None and left >= at:
            found.append(Found(kind=kind, value=bones.text[left:right].strip()))
            pieces += [bones.text[at:left], f"[{kind}]"]
            at = right
    return skeleton("".join([*pieces, bones.text[at:]])) if pieces else bones


def _kind(before: str, digits: str) -> str | None:
    """What digits are after these words; None where they are no number of ours."""
    for kind, pattern, _ in possible(f"{before}{digits}"):
        match = pattern.search(f"{before}{digits}", max(0, len(before) - 40))
        while match is not None and match.end() < len(before) + len(digits):
            match = pattern.search(f"{before}{digits}", match.end())
        if match is not None:
            return kind
    return None
