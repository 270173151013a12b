"""Picks what is written and pressed, from the corpus and from nowhere."""

import random
from collections.abc import Sequence

from tests.acceptance.fuzz.corpus import (
    ALPHABETS,
    ANSWERS,
    ATOMS,
    COMMANDS,
    ME,
    NASTY,
    NUMBERS,
    ON_RUNS,
    PERIODS,
    PHONES,
    SCREENS,
    STEPS,
    VERDICTS,
    WHO,
    WORDS,
)


class Vocabulary:
    """Picks words and taps. `codes` are invitations that hold."""

    def __init__(self, rng: random.Random, codes: Sequence[str], topics: Sequence[str]) -> None:
        self.rng = rng
        self.codes = codes
        self.topics = topics

    def text(self, phones: bool) -> str:
        """Something somebody writes; `phones`: perhaps with somebody's number in it."""
        pick, roll = self.rng.choice, self.rng.random()
        if roll < 0.30:
            return f"/{pick(COMMANDS)}{pick(('', '', ' ', '  '))}{self._argument()}"
        if roll < 0.62:
            return pick(WORDS)
        if roll < 0.74:
            return pick(NASTY)
        if roll < 0.80 and phones:
            return f"Bà con nhờ gọi {pick(PHONES)} giúp{pick(NASTY[:20])}."
        if roll < 0.88:
            return f"{pick(WORDS)} {pick(NASTY)} {pick(WORDS)}"
        if roll < 0.92:
            return pick(self.codes)
        if roll < 0.96:
            return self.repetitive()
        return "".join(chr(self.rng.choice(ALPHABETS)(self.rng)) for _ in range(self.rng.randrange(1, 40)))

    def answer(self, phones: bool) -> str:
        """What fits most questions: a sentence, a time, a number, an invitation."""
        if phones and self.rng.random() < 0.2:
            return f"Bà con nhờ gọi {self.rng.choice(PHONES)} hỏi giúp."
        return self.repetitive() if self.rng.random() < 0.1 else self.rng.choice((*ANSWERS, *self.codes))

    def repetitive(self) -> str:
        """The same again and again: what a careless pattern takes long over."""
        link = "".join(self.rng.choices(ATOMS, k=self.rng.randrange(1, 4)))
        return (link * 4096)[: self.rng.choice((1000, 500, 999, 4096))]

    def _argument(self) -> str:
        roll = self.rng.random()
        if roll < 0.6:
            return ""
        return self.rng.choice((*self.codes, *WORDS[:20], *NASTY, *NUMBERS))

    def forged(self) -> str:
        """A tap's data from the grammar of the real ones, with arguments nobody was given."""
        pick = self.rng.choice
        number = pick((*NUMBERS, str(self.rng.randrange(60)), str(self.rng.randrange(2000))))
        data = pick(
            (
                f"f:{self.rng.randbytes(3).hex()}:{pick(NUMBERS)}:{pick(STEPS)}:{pick(NUMBERS)}",
                f"{pick(SCREENS)}:{number}",
                f"topic:{pick((*self.topics, '', '?'))}",
                f"me:{pick(ME)}",
                f"who:{pick(WHO)}:{number}{pick(('', ':cr', ':q', ':-', ':zz'))}",
                f"{pick(('people', 'below'))}:{pick(('66', '24169', 'TW', '?'))}:{number}",
                f"asks:{number}",
                f"admit:{number}:{pick(VERDICTS)}",
                f"admit:{pick(VERDICTS)}:{number}",
                f"run:{pick(ON_RUNS)}:{number}",
                f"dig:{pick(PERIODS)}",
                f"go:{pick(COMMANDS)}",
                "preview",
            )
        )
        roll = self.rng.random()
        if roll < 0.1:
            return data + pick((":", ":x", "::", "\x00", "\ud800", "x" * 64, " ", "\u202e"))
        return data[: self.rng.randrange(len(data) + 1)] if roll < 0.15 else data

    def noise(self) -> str:
        """Data that no button of ours has."""
        return self.rng.randbytes(self.rng.randrange(70)).decode("latin-1")
