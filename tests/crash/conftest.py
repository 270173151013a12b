"""How often to kill: NHIPCAU_KILLS; NHIPCAU_SOAK=1 for the long way."""

import os
import random
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import pytest

from tests.chance import SEED, SOAK
from tests.stable import Stable, shared
from tests.stores import postgres_server

A_CAMPAIGN = 25  # kills of one world


@dataclass(frozen=True)
class Share:
    """One campaign of several: its number, how many kills, on which store; its own seed."""

    number: int
    kills: int
    store: str

    def __str__(self) -> str:
        return f"{self.store}, seed {self.seed}: {self.kills} kills"

    def server(self) -> AbstractContextManager[str]:
        """The PostgreSQL database of this campaign; "" where its store is a file."""
        return postgres_server() if self.store == "PostgreSQL" else nullcontext("")

    @property
    def seed(self) -> int:
        """Different for each, the same each time."""
        return SEED + self.number

    @property
    def random(self) -> random.Random:
        """Chance from the seed."""
        return random.Random(self.seed)


def shares(normally: int, soak: int, store: str = "SQLite") -> list[Share]:
    """The kills asked for, in campaigns."""
    kills = int(os.environ.get("NHIPCAU_KILLS", soak if SOAK else normally))
    sizes = [min(A_CAMPAIGN, kills - done) for done in range(0, kills, A_CAMPAIGN)]
    return [Share(place, size, store) for place, size in enumerate(sizes)]


@pytest.fixture(scope="session")
def stable() -> Stable:
    """The product, loaded once for all tests of this process."""
    return shared()


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """A line for the end of the test run."""
    return lambda line: record_property("figures", line)
