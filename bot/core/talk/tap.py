"""A tap is a value: what pressing a button asks for. Its kinds stand in `bot.core.talk.taps`.

It travels as the kind's word and its parts with ":" between them, in at most 64 bytes (what platforms allow a
button's data). Data can be forged or years old: what no kind has written decodes to None.
"""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, ValidationError

LONGEST = 64  # bytes of UTF-8
HERE: Literal["#"] = "#"  # the delivery that a button goes out with, whose id is known when it is sent

Number = Annotated[int, Field(ge=0, lt=10**18)]
Few = Annotated[int, Field(ge=0, lt=10**9)]
Delivery = Number | Literal["#"]
Mark = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=12)]
Step = Annotated[str, StringConstraints(pattern=r"^[a-z_]+!?$", max_length=12)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]*$", max_length=24)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=48)]

# How data of earlier versions is written now: a form's button ended in ":" where it had no argument.
EARLIER: tuple[tuple[re.Pattern[str], str], ...] = ((re.compile(r"^(f:[^:]+:[^:]+:[^:]+):$"), r"\1"),)


class Tap:
    """A kind of tap: a frozen pydantic dataclass whose fields are the parts, in order."""

    word: ClassVar[str]
    kinds: ClassVar[dict[str, type["Tap"]]] = {}

    def __init_subclass__(cls, word: str) -> None:
        """Make the kind known by its word. Raises TypeError for a word that another kind has."""
        if Tap.kinds.setdefault(word, cls) is not cls:
            raise TypeError(f"two kinds of tap are called {word!r}")
        cls.word = word

    def encode(self) -> str:
        """What a button carries."""
        parts = [str(part) for part in vars(self).values() if part != ""]
        return ":".join((self.word, *parts))


def decode(data: str) -> Tap | None:
    """The tap that a button's data stands for; None for what is forged, too long or unknown."""
    for earlier, now in EARLIER:
        data = earlier.sub(now, data)
    word, *parts = data.split(":")
    kind = Tap.kinds.get(word)
    if kind is None or len(data) > LONGEST or data.endswith(HERE):
        return None
    try:
        tap = kind(*parts)
    except (TypeError, ValidationError):  # too many parts, too few, or none that the kind has
        return None
    return tap if tap.encode() == data else None  # one tap has one spelling: no " 7", no "+7"


def addressed(data: str, delivery_id: int) -> str:
    """The same data, about this delivery where it said HERE."""
    return f"{data[:-1]}{delivery_id}" if data.endswith(HERE) else data
