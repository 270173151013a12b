"""What is wrong in a list, as the terminal tells it."""

from collections.abc import Sequence
from pathlib import Path

from bot.acts.import_rows import Problem

SHOWN = 20  # of them told at most


def listed(file: Path, problems: Sequence[Problem], so: str) -> str:
    """A line for each, by their place in the file; at the end what follows from them."""
    lines = [
        f"{file}: line {one.line}, {one.column}: found {one.found!r}; allowed: {one.allowed}"
        for one in sorted(problems, key=lambda one: one.line)
    ]
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return "\n".join([*lines[:SHOWN], *more, so])
