"""What the suite must be told of a channel: how its platform is made to say and to do each thing."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NamedTuple, Protocol, cast

from bot.core.kernel.capabilities import Capabilities
from bot.core.ports import Channel, Event, Request
from tests.conformance.cases import Calls, Does, Place, Says

ACCOUNT = "alpha"


class Seen(NamedTuple):
    """One message from the bot, as its reader sees it. `file`: the name of the file that came with it."""

    text: str
    labels: tuple[str, ...] = ()
    file: str = ""


class Adapter(Protocol):
    """One channel with its platform, and one person in `chat`."""

    channel: Channel
    chat: str

    async def place(self) -> Place:
        """A message "Cũ" with one button stands in the chat, and the button was pressed."""
        ...

    async def provoke(self, says: Says, request: Request) -> Request:
        """The next request is answered so; the request that brings it about."""
        ...

    async def asked(self) -> tuple[str, Mapping[str, Any]]:
        """The last call over HTTP, with its parameters."""
        ...

    async def seen(self) -> list[Seen]:
        """The bot's messages in the chat as they stand, the oldest first."""
        ...

    async def does(self, what: Does, words: str = "chào") -> Event:
        """The person does something; as the channel is to understand it."""
        ...

    def repeats(self) -> None:
        """What was polled last comes again at the next poll that confirms nothing."""
        ...


class Module(Protocol):
    """A module `KIND_channel` beside this one.

    `CANNOT`: what its platform never says and its people never do, with the reason. `CALLS`: the call over
    HTTP that is made of each kind of request (None: none); None: the channel makes no calls at all.
    """

    KIND: str
    CAPABILITIES: Capabilities
    CANNOT: Mapping[Says | Does, str]
    CALLS: Calls | None

    def opened(self, folder: Path) -> AbstractAsyncContextManager[Adapter]:
        """The channel, connected."""
        ...


def modules() -> dict[str, Module]:
    """What there is of each channel."""
    package = __name__.rpartition(".")[0]
    names = [one.name for one in iter_modules([str(Path(__file__).parent)])]
    found = [import_module(f"{package}.{name}") for name in names if name.endswith("_channel")]
    return {module.KIND: cast(Module, module) for module in found}
