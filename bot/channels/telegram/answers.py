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

from bot.channels.http.client import NeverConnected
from bot.channels.telegram.refusals import FloodWait, UnexpectedAnswer
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
from bot.core.delivery.reasons import Reason
from bot.core.kernel.values import ChatId

# What Telegram says, in lower case, and what it means; the first that fits counts.
_NOBODY_THERE = (
    ("blocked by the user", Reason.BLOCKED),
    ("user_is_blocked", Reason.BLOCKED),
    ("user is deactivated", Reason.DEACTIVATED),
    ("user_deactivated", Reason.DEACTIVATED),
    ("can't initiate conversation", Reason.NOT_STARTED),
    ("chat not found", Reason.NOT_STARTED),
    ("peer_id_invalid", Reason.NOT_STARTED),
    ("bot was kicked", Reason.CHAT_GONE),
    ("bot is not a member", Reason.CHAT_GONE),
    ("chat was deleted", Reason.CHAT_GONE),
    ("can't send messages to bots", Reason.NO_PERSON),
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
_REJECTED = (
    ("message is too long", Reason.TOO_LONG),
    ("caption is too long", Reason.TOO_LONG),
    ("can't parse", Reason.BAD_MARKUP),
    ("entities", Reason.BAD_MARKUP),
    ("button", Reason.BAD_MARKUP),
    ("message text is empty", Reason.NOTHING_TO_SEND),
    ("file must be non-empty", Reason.BAD_FILE),
    ("photo_invalid_dimensions", Reason.BAD_FILE),
    ("image_process_failed", Reason.BAD_FILE),
    ("too big", Reason.FILE_TOO_LARGE),
    ("too large", Reason.FILE_TOO_LARGE),
    ("query is too old", Reason.TAP_TOO_OLD),
    ("query id is invalid", Reason.TAP_TOO_OLD),
    ("message to edit not found", Reason.MESSAGE_GONE),
    ("message can't be edited", Reason.MESSAGE_GONE),
    ("message can't be deleted", Reason.MESSAGE_GONE),
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
            return Denied(Reason.TOKEN, _named(error), missing=_is_not_found(_named(error)))
        case ChatMigrated():
            return Moved(ChatId(str(error.new_chat_id)))
        # With a cause, its body was not the JSON of a refusal.
        case BadRequest() | Forbidden() if error.__cause__ is None:
            return _refused(error)
        case UnexpectedAnswer(status=413):
            return Rejected(Reason.FILE_TOO_LARGE)
        case NetworkError():
            return _network(error)
        case TimeoutError():
            return Uncertain(Reason.TIMEOUT)
        case _:
            return Uncertain(Reason.OTHER, _named(error))


def _is_not_found(said: str) -> bool:
    return "404" in said or "not found" in said.lower()


def _refused(error: TelegramError) -> Outcome:
    said = error.message.lower()
    if "message is not modified" in said or "message to delete not found" in said:
        return Sent()
    nobody = next((reason for words, reason in _NOBODY_THERE if words in said), None)
    if nobody is not None:
        return Unreachable(nobody, _named(error))
    if any(words in said for words in _HANDLE_REFUSED):
        return HandleLost(Reason.FILE_LOST, _named(error))
    why = next((reason for words, reason in _REJECTED if words in said), Reason.OTHER)
    return Rejected(why, _named(error))


def _network(error: NetworkError) -> Outcome:
    cause = error.__cause__
    if isinstance(cause, _NEVER_CONNECTED):
        return NotSent(Reason.NO_WAY, type(cause).__name__)
    if isinstance(cause, UnicodeEncodeError):
        return Rejected(Reason.BAD_MARKUP, "the text cannot be encoded")
    if isinstance(error, TimedOut):
        return Uncertain(Reason.TIMEOUT)
    reason = Reason.OUT_OF_ORDER if isinstance(error, UnexpectedAnswer) else Reason.CUT_OFF
    return Uncertain(reason, _named(error))


def _named(error: BaseException) -> str:
    """A short reason: the platform's words where it gave some, else the exception's kind."""
    return error.message[:200] if isinstance(error, TelegramError) else type(error).__name__
