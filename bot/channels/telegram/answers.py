"""What a Telegram answer means for one request: the table of reliability, in one pure function."""

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.http.answers import FloodWait, UnexpectedAnswer
from bot.channels.http.failures import NeverConnected
from bot.core.delivery.outcome import (
    Denied,
    HandleLost,
    Moved,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)

_NOBODY_THERE = (
    "blocked by the user",
    "user is deactivated",
    "user_deactivated",
    "can't initiate conversation",
    "bot was kicked",
    "bot is not a member",
    "can't send messages to bots",
    "chat not found",
    "chat was deleted",
    "peer_id_invalid",
    "user_is_blocked",
)
_HANDLE_REFUSED = (
    "wrong file identifier",
    "wrong remote file identifier",
    "wrong file_id",
    "invalid file_id",
    "file_id_invalid",
    "file_reference_",
    "can't use file of type",
    "type of file mismatch",
)
_NEVER_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, NeverConnected)


def classify(error: BaseException) -> Outcome:
    """What became of a request that ended in this exception. Uncertain unless the evidence is clear."""
    match error:
        case FloodWait():
            return Throttled(error.seconds)
        case RetryAfter():
            return Throttled(None)
        case InvalidToken() | EndPointNotFound():
            return Denied("the platform does not know the token")
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        # With a cause, its body was not the JSON of a refusal.
        case BadRequest() | Forbidden() if error.__cause__ is None:
            return _refused(error)
        case UnexpectedAnswer(status=413):
            return Rejected("the request is too large")
        case NetworkError():
            return _network(error)
        case _:
            return Uncertain(_named(error))


def _refused(error: TelegramError) -> Outcome:
    said = error.message.lower()
    if "message is not modified" in said:
        return Sent()
    if any(words in said for words in _NOBODY_THERE):
        return Unreachable(_named(error))
    if any(words in said for words in _HANDLE_REFUSED):
        return HandleLost(_named(error))
    return Rejected(_named(error))


def _network(error: NetworkError) -> Outcome:
    cause = error.__cause__
    if isinstance(cause, _NEVER_CONNECTED):
        return NotSent(type(cause).__name__)
    if isinstance(cause, UnicodeEncodeError):
        return Rejected("the text cannot be encoded")
    if isinstance(error, TimedOut):
        return Uncertain("timeout")
    return Uncertain(_named(error))


def _named(error: BaseException) -> str:
    """A short reason: the platform's words where it gave some, else the exception's kind."""
    return error.message[:200] if isinstance(error, TelegramError) else type(error).__name__
