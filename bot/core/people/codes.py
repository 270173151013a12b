"""Codes as people write them: pasted with their link, in quotes, after "Mã mời:", in small letters."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bot.core.kernel.codes import ALPHABET
from bot.core.kernel.formats import fold

INVITATION = 12  # letters: 31 ** 12 cannot be gone through, not even on a copy with the key
LINK = 8  # letters; holds for minutes
GROUP = 4
LONGEST = 64

_IN_LINK = re.compile(r"[?&](?:start|join|startapp)=([^&#\s]+)")
# A link inside another's address, and what nobody sees.
_ESCAPED = {"%3a": ":", "%2f": "/", "%3f": "?", "%3d": "=", "%26": "&"}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_LABEL = re.compile(
    r"^\W*(?:(?P<sure>ma moi|ma lien ket|invitation code|invitation)|ma so|ma|code|start)\b(?P<gap>\W*)"
)
_MOST = 4  # words after a label: more of them are a sentence
_DASH = re.compile(r"\s*[-\u2010-\u2015\u2212]\s*|(?<=\w)_(?=[^\W_])")
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")  # quotes, brackets, signs of emphasis, a picture
_SURE = re.compile(r"\bma (?:moi|lien ket)\b\W*")
_SPELLED = re.compile(rf"[{ALPHABET.lower()}](?:\s[{ALPHABET.lower()}]){{7,11}}")
_GROUPS = rf"[{ALPHABET.lower()}]{{{GROUP}}}"
# Four with a sign that no code has: beside two groups, it is the third, misread.
_MISREAD = r"(?:[01oi]\w{3}|\w[01oi]\w{2}|\w{2}[01oi]\w|\w{3}[01oi])"


def _groups(between: str) -> re.Pattern[str]:
    """Three groups among words, or two that are not what is left of three."""
    two = rf"(?<!\b{_MISREAD}-){_GROUPS}{between}{_GROUPS}(?!-{_MISREAD}\b)"
    return re.compile(rf"(?<!\w)(?:{_GROUPS}(?:{between}{_GROUPS}){{2}}|{two})(?!\w)")


_AMONG_WORDS = _groups("-")
_LABELLED = _groups(r"[-.,/\s]?")
_BARE = re.compile(rf"{_GROUPS}(?:[-.,/\s]?{_GROUPS}){{1,2}}")


class Kind(StrEnum):
    """What a code opens: a unit to who is new, or a member's second chat. Wrong ones are counted apart."""

    INVITATION = "invitation"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Written:
    """A code as it is kept: capital letters alone. `meant`: somebody said that it is one."""

    letters: str
    meant: bool

    @property
    def kind(self) -> Kind:
        """What it would open."""
        return Kind.LINK if len(self.letters) == LINK else Kind.INVITATION


def read_code(text: str) -> Written | None:
    """The code in what somebody typed or pasted; None where there is none.

    Without a link or a label only what looks like one of our codes is taken: a name is no code.
    """
    plain = _plain(text)
    if linked := _IN_LINK.search(plain):
        return _letters(linked[1], meant=True)
    if labelled := _labelled(plain):
        return _letters(labelled, meant=True)
    bare = _AROUND.sub("", plain)
    if bare.isascii():
        if _BARE.fullmatch(bare) or _SPELLED.fullmatch(bare):
            return _letters(bare, meant=False)
        if among := _AMONG_WORDS.search(plain):
            return _letters(among[0], meant=False)
    return None


def _plain(text: str) -> str:
    """Folded, without what nobody sees, with one kind of dash."""
    plain = _UNSEEN.sub("", fold(unicodedata.normalize("NFKC", text[:400]))).strip()
    for escaped, sign in _ESCAPED.items():
        plain = plain.replace(escaped, sign)
    return _DASH.sub("-", plain)


def _labelled(plain: str) -> str | None:
    """What is called a code: one of ours, else what stands behind the label, where it is no sentence."""
    label = _LABEL.match(plain)
    if label is None:
        sure = _SURE.search(plain)
        behind = _LABELLED.match(plain, sure.end()) if sure else None
        return behind and behind[0]
    rest = plain[label.end() :]
    if found := _LABELLED.search(rest):
        return found[0]
    called = label["sure"] or ":" in label["gap"] or any(character.isdigit() for character in rest)
    return rest if called and len(rest.split()) <= _MOST and not rest.endswith("?") else None


def code_among_words(text: str) -> Written | None:
    """The code in what may as well be an answer: only what is said to be one, or has a code's hyphens."""
    written = read_code(text)
    return written if written is not None and (written.meant or "-" in text) else None


def given_code(text: str) -> Written | None:
    """The code after a command: whatever stands there is meant as one."""
    return read_code(text) or _letters(fold(unicodedata.normalize("NFKC", text[:400])), meant=True)


def _letters(text: str, meant: bool) -> Written | None:
    letters = re.sub(r"[\W_]+", "", text).upper()[:LONGEST]
    return Written(letters, meant) if letters else None


def grouped(letters: str) -> str:
    """A code as it is shown: "ABCD-EFGH-JKLM"."""
    return "-".join(letters[start : start + GROUP] for start in range(0, len(letters), GROUP))
