"""The words people type instead of pressing, and the small talk around them. Which words, the content says.

Buttons and commands are compared folded. In a sentence a word without diacritics stands for every word that
is spelled so, a word with diacritics only for itself: "ban" may be "bạn", "bản" may not.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from bot.core.kernel.formats import fold

Phrases = tuple[tuple[str, ...], ...]
_WORD = re.compile(r"\w+")
# What Telex and VNI put behind letters for signs and tones, where nothing made signs of it.
_NUMBERS = re.compile(r"([a-z])[0-9]+(?=[a-z0-9]*$)")
_TONE = re.compile(r"(?<=[aeiouyw])[sfrxj]+|(?<=[aeiouyw][cghmnpt])[sfrxj]+$|(?<=[cn][ghn])[sfrxj]+$")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ALONE = re.compile(r"(?<![aou])w")
_TWICE = re.compile(r"([aeod])\1")
_REMARKS = ("asking", "thanks", "greetings", "idle")
LONGEST = 400  # characters of a text that are looked at
LABEL = 60  # characters that what stands for a button has at most
AROUND = 6  # idle words at either end of a text that are looked past, one after another


@lru_cache(2048)  # labels and catalogue words, nearly always
def bare(words: str) -> str:
    """Folded letters and digits alone: "✅ Gửi" and "gui." are the same."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(words)).split())


def table(ways: Iterable[tuple[str, Iterable[str]]]) -> dict[str, frozenset[str]]:
    """Names and the words for each, folded; a name that stands several times has all of its words."""
    found: dict[str, frozenset[str]] = {}
    for name, words in ways:
        found[name] = found.get(name, frozenset()).union(map(bare, words))
    return found


def phrases(words: Iterable[str]) -> Phrases:
    """Phrases as the words they consist of, in small letters, the longest first."""
    found = {tuple(_WORD.findall(unicodedata.normalize("NFC", one).lower())) for one in words}
    return tuple(sorted(found, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Words:
    """What people type, in every language there are words of.

    `buttons`: by what a button does; `commands`: by the command's name; `within`: what, anywhere in a short
    sentence, names a command. `search`: what stands before words
    to be looked for; `asking`: what makes a question of them; `idle`: what says nothing by itself. `leaving`:
    what asks for the way out, `sent` what may be said of what is sent besides; `larger`: for larger letters;
    `astray`: what is said, anywhere in a sentence, by who does not know how to go on here;
    `short`: how words are shortened, folded, and the words.
    """

    buttons: Mapping[str, frozenset[str]] = field(default_factory=dict)
    commands: Mapping[str, frozenset[str]] = field(default_factory=dict)
    within: Mapping[str, Phrases] = field(default_factory=dict)
    leaving: Phrases = ()
    larger: frozenset[str] = frozenset()
    astray: Phrases = ()
    sent: Phrases = ()
    greetings: Phrases = ()
    thanks: Phrases = ()
    search: Phrases = ()
    asking: Phrases = ()
    idle: Phrases = ()
    short: Mapping[str, str] = field(default_factory=dict)

    def command(self, words: str) -> str | None:
        """The command that words name: whole, or with what is idle around it, or within a short sentence."""
        for said in (bare(words), *(bare(" ".join(one)) for one in self._meant(words))):
            if said and (found := next((name for name, ways in self.commands.items() if said in ways), None)):
                return found
        heard = self._heard(words) if len(words) <= LABEL and "?" not in words else ()
        return next(
            (name for name, ways in self.within.items() if any(_holds(one, ways) for one in heard)), None
        )

    def _meant(self, words: str) -> Iterator[list[str]]:
        """The words without what is idle around them, then without what is idle anywhere."""
        kinds = {"idle": self.idle}
        for spoken in self._heard(words):
            count = len(spoken)
            some = range(min(AROUND, count - 1) + 1) if spoken else range(0)
            ahead = [place for place in some if not _sorted(spoken[:place], kinds)[1]]
            behind = [place for place in some if not _sorted(spoken[count - place :], kinds)[1]]
            yield from (spoken[one : count - two] for two in behind for one in ahead if one + two < count)
            yield _sorted(spoken, kinds)[1]

    def asks_larger(self, words: str) -> bool:
        """Whether words ask for larger letters."""
        return bare(words) in self.larger

    def asks_the_way(self, words: str) -> bool:
        """Whether somewhere in the words somebody says not to know how to go on here."""
        return any(_holds(spoken, self.astray) for spoken in self._heard(words))

    def leads_out(self, words: str) -> bool:
        """Whether words, with or without what is idle in them, ask to be left in peace."""
        if (
            bare(words).isascii()
            and words.isascii()
            and bare(words).replace(" ", "") in _joined(self.leaving)
        ):
            return True  # a command has no space within
        besides = {"idle": self.idle, "sent": self.sent}
        for spoken in self._heard(words):
            heard, rest = _sorted(spoken, {"out": self.leaving, **besides})
            if "out" in heard and not rest:
                return True
            for kinds in ({"idle": self.idle}, besides):
                rest = _sorted(spoken, kinds)[1]
                if rest and _begins(rest, self.leaving) == len(rest):
                    return True
        return False

    def _heard(self, words: str) -> list[list[str]]:
        """The words, short ones spelled out; then as they are where a keyboard made no signs of its keys."""
        text = unicodedata.normalize("NFC", words[:LONGEST]).replace("_", " ")
        spoken = [one.lower() for one in _WORD.findall(text)]
        meant = [part for one in spoken for part in self.short.get(fold(one), one).split()]
        keys = [unkeyed(fold(one)) for one in meant]
        return [meant, keys] if keys != [fold(one) for one in meant] else [meant]

    def means(self, button: str, words: str) -> bool:
        """Whether words stand for the button that does this, short ones spelled out too."""
        ways = self.buttons.get(button, ())
        if bare(words) in ways or not ways or len(words) > LABEL:
            return bare(words) in ways
        return any(bare(" ".join(one)) in ways for one in self._heard(words))


def unkeyed(word: str) -> str:
    """A folded word that was typed for a keyboard that was off: "duwngf" and "dung72" are "dung"."""
    word = _NUMBERS.sub(r"\1", word)
    word = _TONE.sub("", word)
    return _ALONE.sub("u", _TWICE.sub(r"\1", word)).replace("w", "")


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody says outside any form; `words`: what they look for."""

    kind: Literal["greeting", "thanks", "search", "question", "nod"]
    words: str = ""


def remark(text: str, words: Words) -> Remark | None:
    """Thanks, a greeting, a search, a question, or a nod ("ok", "👍"); None where it is none of these."""
    text = unicodedata.normalize("NFC", text[:LONGEST])
    found = list(_WORD.finditer(text))
    spoken = [one[0].lower() for one in found]
    begun = _begins(spoken, words.search)
    if begun and begun < len(spoken):
        return Remark("search", text[found[begun].start() :].strip())
    heard, rest = _sorted(spoken, {name: getattr(words, name) for name in _REMARKS})
    if "asking" in heard or text.rstrip().endswith("?"):
        return Remark("question", " ".join(rest)) if rest else None
    if rest:
        return None
    return Remark("thanks" if "thanks" in heard else "greeting" if "greetings" in heard else "nod")


def _sorted(spoken: Sequence[str], kinds: Mapping[str, Phrases]) -> tuple[set[str], list[str]]:
    """The kinds of phrases in a sentence, and the words that belong to none."""
    heard: set[str] = set()
    rest: list[str] = []
    at = 0
    while at < len(spoken):
        length, kind = max((_begins(spoken[at:], known), kind) for kind, known in kinds.items())
        if length:
            heard.add(kind)
        else:
            rest.append(spoken[at])
        at += length or 1
    return heard, rest


def _holds(spoken: Sequence[str], known: Phrases) -> bool:
    """Whether one of the phrases stands somewhere in a sentence."""
    return any(_begins(spoken[at:], known) for at in range(len(spoken)))


def _begins(spoken: Sequence[str], known: Phrases) -> int:
    """How many words the longest of the phrases takes that a sentence begins with; 0 where with none."""
    for phrase in known:
        said = spoken[: len(phrase)]
        if len(said) == len(phrase) and all(map(_is, said, phrase)):
            return len(phrase)
    return 0


def _is(said: str, word: str) -> bool:
    return said == word or said == fold(word) or _toned(said) == _toned(word)


@lru_cache(2048)
def _toned(word: str) -> str:
    """The word with its tone at its end: "huỷ" and "hủy" are one."""
    apart = unicodedata.normalize("NFD", word)
    tones = "".join(one for one in apart if one in _TONES)
    return "".join(one for one in apart if one not in _TONES) + tones


@lru_cache(8)
def _joined(ways: Phrases) -> frozenset[str]:
    return frozenset(fold("".join(one)) for one in ways)
