"""What the Bot API's refusals say, kept apart where python-telegram-bot would lose the evidence."""

import datetime as dtm
import json
from typing import Any

from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError

LONGEST_WAIT = 10**9
"""Seconds; a longer `retry_after` is taken as not said."""

DEFAULT_WAIT = 30.0
"""Seconds to wait after a 429 that names none."""


class UnexpectedAnswer(NetworkError):
    """An answer outside the Bot API's contract; `status` is its HTTP status."""

    __slots__ = ("status",)

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.status, self.message)


class FloodWait(RetryAfter):
    """A 429. `seconds` as the platform said, None where it did not (then `retry_after` is 30 s)."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._retry_after = dtm.timedelta(seconds=DEFAULT_WAIT if seconds is None else seconds)
        # RetryAfter's own __init__ would warn that the unit of its attribute is to change.
        TelegramError.__init__(self, "Flood control exceeded")

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.seconds,)


def refusal(status: int, body: bytes) -> TelegramError | None:
    """The exception for a status that is not 2xx; None where python-telegram-bot's own mapping is right."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status == 429:
        return FloodWait(_retry_after(answer))
    well_formed = _well_formed(answer)
    if status in (401, 404):
        return None if well_formed else InvalidToken(f"the platform answered {status}")
    if status in (400, 403, 409) and well_formed:
        return None
    return UnexpectedAnswer(status, f"the platform answered {status}")


def _well_formed(answer: object) -> bool:
    """Whether it is `ok: false` with parameters that can be read."""
    if not isinstance(answer, dict) or answer.get("ok") is not False or "result" in answer:
        return False
    parameters = answer.get("parameters") or {}
    if not isinstance(answer.get("description") or "", str) or not isinstance(parameters, dict):
        return False
    moved = parameters.get("migrate_to_chat_id")
    return not parameters.get("retry_after") and (moved is None or (_is_number(moved) and bool(moved)))


def _retry_after(answer: object) -> float | None:
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(seconds, float) or _is_number(seconds):
        return float(seconds) if 0 < seconds <= LONGEST_WAIT else None  # type: ignore[operator,arg-type]
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
