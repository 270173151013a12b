"""How often to kill, and from which seed: NHIPCAU_KILLS, NHIPCAU_SEED; NHIPCAU_SOAK=1 for the long way."""

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.crash.stable import Stable

A_CAMPAIGN = 25  # kills of one world
SOAK = os.environ.get("NHIPCAU_SOAK") == "1"
SEED = int(os.environ.get("NHIPCAU_SEED", "20261123"))


@dataclass(frozen=True)
class Share:
    """One campaign of several: its number, how many kills, its own seed."""

    number: int
    kills: int

    def __str__(self) -> str:
        return f"seed{self.seed}x{self.kills}"

    @property
    def seed(self) -> int:
        """Different for each, the same each time."""
        return SEED + self.number

    @property
    def random(self) -> random.Random:
        """Chance from the seed."""
        return random.Random(self.seed)


def shares(normally: int, soak: int) -> list[Share]:
    """The kills asked for, in campaigns."""
    kills = int(os.environ.get("NHIPCAU_KILLS", soak if SOAK else normally))
    whole, rest = divmod(kills, A_CAMPAIGN)
    return [Share(place, A_CAMPAIGN) for place in range(whole)] + ([Share(whole, rest)] if rest else [])


@pytest.fixture(scope="session")
def stable() -> Iterator[Stable]:
    """The product, loaded once for all tests of this process."""
    with Stable() as made:
        yield made


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """A line for the end of the test run."""
    return lambda line: record_property("figures", line)
