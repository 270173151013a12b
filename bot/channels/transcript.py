"""What a messenger of our own keeps of its chats; the store implements it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from bot.core.kernel.values import ChatId
from bot.core.ports import RawUpdate

Side = Literal["bot", "user"]
Body = Mapping[str, Any]


class Entry(Protocol):
    """One message of a chat as it stands. `revision` is 1 at first and grows by one with every edit."""

    @property
    def message_id(self) -> int: ...
    @property
    def side(self) -> Side: ...
    @property
    def at(self) -> datetime: ...
    @property
    def revision(self) -> int: ...
    @property
    def body(self) -> Body: ...


class Transcript(Protocol):
    """What the platform keeps for its accounts. Every method is one transaction, durable on return.

    Message ids and update ids are positive and grow within an account.
    """

    async def append(self, account: str, chat_id: ChatId, side: Side, body: Body, at: datetime) -> Entry:
        """Add a message."""
        ...

    async def post(
        self, account: str, chat_id: ChatId, body: Body, payload: str, client_id: str, at: datetime
    ) -> tuple[Entry, bool]:
        """Add a person's message and queue its update, together. False: `client_id` of this chat is known;
        nothing changed, and the earlier message is given."""
        ...

    async def edit(self, account: str, chat_id: ChatId, message_id: int, body: Body) -> Entry | None:
        """Replace a bot's message; None where there is none of that id in the chat."""
        ...

    async def get(self, account: str, chat_id: ChatId, message_id: int) -> Entry | None:
        """One message of the chat, or None."""
        ...

    async def history(self, account: str, chat_id: ChatId, before: int | None, limit: int) -> Sequence[Entry]:
        """The last `limit` messages with ids below `before` (None: the newest), the oldest first."""
        ...

    async def latest(self, account: str, limit: int) -> Mapping[str, Sequence[int]]:
        """Of each chat, the ids of the bot's messages among the last `limit`, the oldest first."""
        ...

    async def push_update(self, account: str, chat_id: ChatId, payload: str) -> int:
        """Queue an update; its id."""
        ...

    async def updates(self, account: str, after: int, limit: int) -> Sequence[RawUpdate]:
        """Unconfirmed updates with ids above `after`, in order."""
        ...

    async def confirm(self, account: str, before: int) -> None:
        """Forget the updates with ids below `before`."""
        ...

    async def save_file(self, account: str, name: str, media_type: str, data: bytes) -> str:
        """Keep a file; its handle fits a path segment of a URL."""
        ...

    async def load_file(self, account: str, handle: str) -> tuple[str, str, bytes] | None:
        """Name, media type and bytes of a kept file, or None."""
        ...
