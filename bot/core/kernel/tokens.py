"""A pair of tokens that a platform changes as it is used."""

from dataclasses import dataclass, field

from bot.core.kernel.values import Ms


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token, and the single-use token by which the next pair is got."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """A pair in the store. `changed_at` ms UTC; `begun`: it was being exchanged, and nobody knows the end."""

    pair: Pair
    changed_at: Ms
    begun: bool = False
