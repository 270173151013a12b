"""How somebody who may not be written to hears that something waits: a message of an approved template. Pure.

The platform holds the words and takes a fee; what changes from one message to the next are its fields.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

VALUES = frozenset({"count", "name", "owner"})
"""What a field may say: how many briefings wait, how the member wishes to be called, who writes."""

LONGEST = 100  # characters of a field: how many the platform takes is not documented
_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Knock:
    """`template`: its number at the platform. `data`: its fields; `{count}` and the others of VALUES stand
    for what they name. `apart_ms`: nobody gets two of them within so long.
    """

    template: str
    data: Mapping[str, str]
    apart_ms: int


def unknown(text: str) -> list[str]:
    """The names between braces that stand for nothing."""
    return sorted({name for name in _PLACE.findall(text) if name not in VALUES})


def filled(data: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """The fields of one message, in the order of their names; what is too long is cut."""
    said = {name: _PLACE.sub(lambda found: values[found[1]], text) for name, text in sorted(data.items())}
    return {name: text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…" for name, text in said.items()}
