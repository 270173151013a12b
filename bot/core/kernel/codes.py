"""Codes that people read aloud, copy by hand and cannot guess."""

from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I, which are misread aloud


def new_code(length: int, choose: Callable[[str], str]) -> str:
    """A fresh code. `choose` picks one letter of an alphabet, unpredictably where the code is a secret."""
    return "".join(choose(ALPHABET) for _ in range(length))
