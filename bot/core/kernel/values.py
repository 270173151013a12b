"""What every value of ours is made from, and the types that keep alike ones apart.

While the program runs they are what they are made of. What comes in, a row or an update, becomes one there;
mypy refuses one in place of another.
"""

from typing import NewType

from pydantic import BaseModel, ConfigDict

Ms = NewType("Ms", int)  # an instant: milliseconds UTC since 1970
ChatId = NewType("ChatId", str)  # a chat as its platform names it, known together with its account
UnitPath = NewType("UnitPath", str)  # the codes from a unit's root down to it, between and around them "/"

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000  # spans
NO_CHAT = ChatId("")
EPOCH_MS = Ms(0)
ROOT = UnitPath("/")  # above all units
NOWHERE = UnitPath("")  # no unit: within nothing, and nothing is within it


class Frozen(BaseModel):
    """A value: immutable, comparable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
