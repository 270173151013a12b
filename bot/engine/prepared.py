"""What a claimed row comes to at the platform: one request, or why there can be none."""

from typing import NamedTuple

from bot.core.delivery.reasons import Reason
from bot.core.ports import Request


class Unpreparable(Exception):
    """Nothing can be sent for this row, now or later; nothing was."""

    def __init__(self, why: str, reason: Reason = Reason.NOTHING_TO_SEND) -> None:
        super().__init__(why)
        self.reason = reason


class Prepared(NamedTuple):
    """One request, and how many parts its row has. `file_id`: the file it carries."""

    request: Request
    parts: int
    repeatable: bool
    file_id: int | None = None
