"""Updates that wait to be handled, read; and presses of one button that are one."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.core.kernel.values import ChatId
from bot.core.ports import Incoming, Tapped
from bot.storage.talk.inbox import InboxRow

Chat = tuple[str, ChatId]


@dataclass(slots=True)
class Waiting:
    """One update, read. `same`: earlier presses of the same button, that are done with when this one is.

    `admitted`: it was counted against its chat's pace, and is to be handled.
    """

    row: InboxRow
    incoming: Incoming | None
    error: Exception | None = None
    same: list[int] = field(default_factory=list)
    admitted: bool = False

    @property
    def chat(self) -> Chat:
        return self.row.account, self.row.chat_id

    def repeats(self, other: "Waiting") -> bool:
        """Both are presses of one button."""
        if self.incoming is None or other.incoming is None:
            return False
        mine, theirs = self.incoming.event, other.incoming.event
        if not isinstance(mine, Tapped) or not isinstance(theirs, Tapped):
            return False
        return (mine.data, mine.message_id) == (theirs.data, theirs.message_id)


def merged(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Of presses of one button that follow one another in their chat, the latest stands for all."""
    kept: dict[int, Waiting] = {}
    last: dict[Chat, Waiting] = {}
    for one in waiting:
        before = last.get(one.chat)
        if before is not None and one.repeats(before):
            one.same = [*before.same, before.row.id]
            del kept[before.row.id]
        kept[one.row.id] = last[one.chat] = one
    return list(kept.values())
