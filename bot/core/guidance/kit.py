"""The questions-and-answers kit of a briefing: what villagers ask, the answer, and its source."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.core.kernel.formats import fold
from bot.core.kernel.languages import FALLBACK, chain
from bot.core.kernel.values import Frozen

MOST = 50  # entries of one briefing
QUESTION, ANSWER, SOURCE = 500, 1000, 300  # characters of each at most
WORDS = 8  # of a search
_IDLE = 2  # a word of fewer letters says nothing by itself


class Said(Frozen):
    """A question and its answer in another language than Vietnamese."""

    language: str
    question: str
    answer: str


class Entry(Frozen):
    """A question as people ask it, its answer, where that stands, and the last day on which it holds.

    `others`: the same in other languages.
    """

    question: str
    answer: str
    source: str
    valid_until: date | None = None
    others: tuple[Said, ...] = ()

    def spoken(self, language: str) -> tuple[str, str]:
        """Question and answer in that language, else in what stands in for it; at the last in Vietnamese."""
        there = {one.language: (one.question, one.answer) for one in self.others}
        there[FALLBACK] = self.question, self.answer
        return next((there[one] for one in chain(language) if one in there), there[FALLBACK])

    def holds(self, today: date) -> bool:
        """Whether it may still be said."""
        return self.valid_until is None or today <= self.valid_until

    @property
    def search(self) -> str:
        """What a search looks through: folded."""
        said = ((self.question, self.answer), *((one.question, one.answer) for one in self.others))
        return fold("\n".join(words for both in said for words in both))


def sought(words: str) -> list[str]:
    """The folded words of a search, each once; those that say nothing only where there are no others."""
    found = list(dict.fromkeys("".join(c if c.isalnum() else " " for c in fold(words[:500])).split()))
    telling = [one for one in found if len(one) >= _IDLE]
    return (telling or found)[:WORDS]


def best(words: Sequence[str], entries: Iterable[tuple[int, Entry]], limit: int) -> list[int]:
    """The numbers of the entries that hold most of the words, at least half; first those asked so.

    People do not ask in the words of who wrote the answer, so that not all of them need be there.
    """
    found = []
    for number, one in entries:
        questions = " ".join((one.question, *(said.question for said in one.others)))
        asked, all_of_it = f" {fold(questions)} ", one.search
        held = sum(word in all_of_it for word in words)
        if words and 2 * held >= len(words):
            found.append((-held, -sum(word in asked for word in words), number))
    return [number for _, _, number in sorted(found)[:limit]]
