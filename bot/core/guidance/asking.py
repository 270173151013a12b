"""Questions of understanding as an editor writes them at the end of a text: below "Câu hỏi nhanh".

A question begins with its number, its choices with a), b)…; the right one ends in "(đúng)", or is the only
bold one; "Căn cứ:" names the sentence of the text that shows it.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.guidance.briefing import Check
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import Block, Span, Text, plain_text

MOST_CHECKS, FEWEST, MOST_CHOICES = 5, 2, 5
CHOICE, QUESTION = 60, 300  # characters: of what a button holds, of a line
_HEADS = {"cau hoi nhanh", "hoi nhanh", "cau hoi hieu bai", "cau hoi kiem tra"}
_NUMBER = re.compile(r"\s*(?:câu\s*)?\d{1,2}\s*[.):]\s*", re.IGNORECASE)
_LETTER = re.compile(r"\s*[a-eđ]\s*[.)]\s*", re.IGNORECASE)
_RIGHT = re.compile(r"\s*(?:\((?:đúng|dung)\)|[✓✔*])\s*[.;]?\s*$", re.IGNORECASE)
_SHOWS = re.compile(r"\s*(?:căn cứ|can cu|trong bản tin|trong ban tin)\s*:\s*", re.IGNORECASE)
_QUOTES = "“”\"'‘’ "


class Lack(StrEnum):
    """Why a question is not complete."""

    WORDS = "words"  # nothing is asked, or too much
    CHOICES = "choices"  # too few, too many
    LONG = "long"  # a choice that no button holds
    ALIKE = "alike"
    RIGHT = "right"  # none is marked, or several
    SHOWN = "shown"  # no sentence is named
    SENTENCE = "sentence"  # it stands nowhere in the text
    MANY = "many"  # more questions than a briefing has


@dataclass(frozen=True, slots=True)
class Asked:
    """A text without its questions, and these. `wrong`: the first that is not complete; `lack`: why."""

    text: Text
    checks: tuple[Check, ...] = ()
    wrong: int | None = None
    lack: Lack | None = None


@dataclass(slots=True)
class _Question:
    words: str
    choices: list[tuple[str, bool, bool]] = field(default_factory=list)  # words, marked, bold
    sentence: str = ""

    @property
    def right(self) -> list[int]:
        """The places of the choices that are marked; where none is, of those in bold."""
        marked = [at for at, (_, right, _) in enumerate(self.choices) if right]
        return marked or [at for at, (_, _, is_bold) in enumerate(self.choices) if is_bold]

    def lack(self, said: str) -> Lack | None:
        """What lacks, of questions about what is said; None where nothing does."""
        labels = [words for words, _, _ in self.choices]
        found = {
            Lack.WORDS: not 0 < len(self.words) <= QUESTION,
            Lack.CHOICES: not FEWEST <= len(labels) <= MOST_CHOICES or not all(labels),
            Lack.LONG: any(len(one) > CHOICE for one in labels),
            Lack.ALIKE: len({fold(one) for one in labels}) < len(labels),
            Lack.RIGHT: len(self.right) != 1,
            Lack.SHOWN: not self.sentence,
            Lack.SENTENCE: " ".join(self.sentence.split()) not in " ".join(said.split()),
        }
        return next((why for why, lacks in found.items() if lacks), None)

    def check(self) -> Check:
        """As it is kept; nothing lacks."""
        choices = tuple({"vi": words} for words, _, _ in self.choices)
        sentence = {"vi": self.sentence}
        return Check(question={"vi": self.words}, choices=choices, right=self.right[0], sentence=sentence)


def asked(text: Text) -> Asked:
    """The questions at the end of a text, taken out of it; a text that has none stays as it is."""
    at = next((at for at, one in enumerate(text) if fold(_first(one)).strip(" .:*") in _HEADS), None)
    if at is None:
        return Asked(text)
    _, *below = text[at].plain().split("\n")
    head = [Block(spans=(Span(text="\n".join(below)),))] if below else []
    found = _questions((*head, *text[at + 1 :]))
    if not any(one.choices for one in found):
        return Asked(text)  # a heading like any other
    rest = text[:at]
    said = plain_text(rest)
    for number, one in enumerate(found, 1):
        lack = Lack.MANY if number > MOST_CHECKS else one.lack(said)
        if lack is not None:
            return Asked(rest, (), number, lack)
    return Asked(rest, tuple(one.check() for one in found))


def _first(block: Block) -> str:
    return block.plain().split("\n", 1)[0]


def _questions(lines: Text) -> list[_Question]:
    found: list[_Question] = []
    for block in lines:
        bold = all(span.bold for span in block.spans if span.text.strip())
        for number, line in enumerate(block.plain().split("\n")):
            marker = block.marker if block.kind == "item" and not number else ""
            _take(found, marker, line.strip(), bold)
    return found


def _take(found: list[_Question], marker: str, line: str, bold: bool) -> None:
    """One line: a question, one of its choices, or the sentence that shows which is right."""
    shows = _SHOWS.match(line)
    if not line:
        return
    if shows is not None and found:
        found[-1].sentence = line[shows.end() :].strip(_QUOTES)
    elif _is(_NUMBER, marker, line):
        found.append(_Question(_without(_NUMBER, line)))
    elif found and (_is(_LETTER, marker, line) or marker in ("•", "–", "-")):
        words = _without(_LETTER, line)
        right = _RIGHT.search(words)
        found[-1].choices.append((_RIGHT.sub("", words).strip(), right is not None, bold))
    elif found and not found[-1].choices:
        found[-1].words += f" {line}"
    elif not found:
        found.append(_Question(line))


def _is(pattern: re.Pattern[str], marker: str, line: str) -> bool:
    return bool(pattern.fullmatch(marker)) if marker else bool(pattern.match(line))


def _without(pattern: re.Pattern[str], line: str) -> str:
    begun = pattern.match(line)
    return line[begun.end() :].strip() if begun else line.strip()
