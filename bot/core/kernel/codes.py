"""Codes that people read aloud, copy by hand and cannot guess."""

from secrets import choice

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I, which are misread aloud


def new_code(length: int, alphabet: str = ALPHABET) -> str:
    """A fresh code, unpredictable."""
    return "".join(choice(alphabet) for _ in range(length))
