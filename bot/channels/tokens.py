"""A pair of tokens that a platform changes as it is used; the store keeps it, unreadable without its key."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token, and the single-use token by which the next pair is got."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """A pair in the store. `changed_at` ms UTC; `begun`: it was being exchanged, and nobody knows the end."""

    pair: Pair
    changed_at: int
    begun: bool = False


class TokenStore(Protocol):
    """What an account's tokens are kept in. Every method is one transaction, durable on return."""

    async def read(self, account: str, first: Pair) -> Kept | None:
        """The newest pair that came from the one in the settings; None where that one was never changed.

        Whoever links the account again writes another `first`: it holds, then.
        """
        ...

    async def begin(self, account: str, first: Pair, pair: Pair) -> None:
        """This pair is about to be exchanged: after a crash it may be spent."""
        ...

    async def keep(self, account: str, first: Pair, pair: Pair) -> None:
        """This pair holds from now on."""
        ...
