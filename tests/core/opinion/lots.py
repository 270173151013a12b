"""Lots as a deployment's key would draw them."""

from hashlib import sha256

from bot.core.opinion.steps import Lot


def drawn(seed: int) -> Lot:
    """One deployment's: for a word the same each time."""
    return lambda word: int.from_bytes(sha256(f"{seed} {word}".encode()).digest()[:8])


def whole(_word: str) -> int:
    """The lot by which no step is left out."""
    return 1
