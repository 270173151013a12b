"""Where an account's tokens are kept, unreadable without the store's key; the store implements it."""

from typing import Protocol

from bot.core.kernel.tokens import Kept, Pair


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
