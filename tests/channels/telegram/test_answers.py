"""The table of what an answer means, row by row."""

import asyncio
import ssl

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.channels.http.client import NeverConnected
from bot.channels.telegram.answers import classify
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

KEY = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def _encoding() -> UnicodeEncodeError:
    return UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")


TABLE: list[tuple[BaseException, type[Outcome]]] = [
    (_caused(NetworkError("x"), aiohttp.ClientConnectorError(KEY, OSError(111, "refused"))), NotSent),
    (_caused(NetworkError("x"), aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "no name"))), NotSent),
    (_caused(NetworkError("x"), aiohttp.ClientProxyConnectionError(KEY, OSError(111, "x"))), NotSent),
    (_caused(NetworkError("x"), aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "x"))), NotSent),
    (_caused(NetworkError("x"), NeverConnected("proxy")), NotSent),
    (_caused(TimedOut(), aiohttp.ConnectionTimeoutError("connect or pool")), NotSent),
    (_caused(TimedOut(), aiohttp.SocketTimeoutError("read")), Uncertain),
    (_caused(TimedOut(), TimeoutError()), Uncertain),
    (_caused(NetworkError("x"), aiohttp.ServerDisconnectedError()), Uncertain),
    (_caused(NetworkError("x"), aiohttp.ClientOSError(104, "reset")), Uncertain),
    (_caused(NetworkError("x"), aiohttp.ClientPayloadError("cut")), Uncertain),
    (_caused(NetworkError("x"), _encoding()), Rejected),
    (FloodWait(5), Throttled),
    (FloodWait(None), Throttled),
    (BadRequest("Bad Request: message text is empty"), Rejected),
    (BadRequest("Bad Request: can't parse entities: x"), Rejected),
    (BadRequest("Bad Request: message is not modified: x"), Sent),
    (BadRequest("Bad Request: message to edit not found"), Rejected),
    (BadRequest("Bad Request: query is too old and response timeout expired"), Rejected),
    (BadRequest("Bad Request: chat not found"), Unreachable),
    (BadRequest("Bad Request: PEER_ID_INVALID"), Unreachable),
    (BadRequest("Bad Request: wrong file identifier/HTTP URL specified"), HandleLost),
    (BadRequest("Bad Request: wrong remote file identifier specified: wrong padding"), HandleLost),
    (BadRequest("Bad Request: can't use file of type Document as Photo"), HandleLost),
    (_caused(BadRequest("Bad Request (400)"), TelegramError("Invalid server response")), Uncertain),
    (Forbidden("Forbidden: bot was blocked by the user"), Unreachable),
    (Forbidden("Forbidden: user is deactivated"), Unreachable),
    (Forbidden("Forbidden: bot can't initiate conversation with a user"), Unreachable),
    (Forbidden("Forbidden: bot was kicked from the group chat"), Unreachable),
    (Forbidden("Forbidden: not enough rights"), Rejected),
    (_caused(Forbidden("Forbidden (403)"), TelegramError("Invalid server response")), Uncertain),
    (ChatMigrated(-100123), Moved),
    (InvalidToken(), Denied),
    (EndPointNotFound("x"), Denied),
    (Conflict("x"), Uncertain),
    (UnexpectedAnswer(413, "x"), Rejected),
    (UnexpectedAnswer(400, "x"), Uncertain),
    (UnexpectedAnswer(500, "x"), Uncertain),
    (UnexpectedAnswer(503, "x"), Uncertain),
    (UnexpectedAnswer(302, "x"), Uncertain),
    (TelegramError("Invalid server response"), Uncertain),
    (NetworkError("x"), Uncertain),
    (TimedOut(), Uncertain),
    (KeyError("result"), Uncertain),
    (TypeError("list"), Uncertain),
    (TimeoutError(), Uncertain),
    (RecursionError(), Uncertain),
    (asyncio.CancelledError(), Uncertain),
]


@pytest.mark.parametrize(
    ("error", "outcome"), TABLE, ids=lambda value: getattr(value, "__name__", repr(value))
)
def test_each_row(error: BaseException, outcome: type[Outcome]) -> None:
    assert type(classify(error)) is outcome


def test_what_outcomes_carry() -> None:
    assert classify(FloodWait(2.5)) == Throttled(2.5)
    assert classify(FloodWait(None)) == Throttled(None)
    assert classify(ChatMigrated(-100123)) == Moved("-100123")
    assert classify(BadRequest("Bad Request: chat not found")) == Unreachable(Reason.NOT_STARTED)
    assert classify(KeyError("a secret")) == Uncertain(Reason.OTHER)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("Forbidden: bot was blocked by the user", Unreachable(Reason.BLOCKED)),
        ("Forbidden: user is deactivated", Unreachable(Reason.DEACTIVATED)),
        ("Forbidden: bot can't initiate conversation with a user", Unreachable(Reason.NOT_STARTED)),
        ("Forbidden: bot was kicked from the group chat", Unreachable(Reason.CHAT_GONE)),
        ("Forbidden: bots can't send messages to bots", Unreachable(Reason.NO_PERSON)),
        ("Bad Request: message is too long", Rejected(Reason.TOO_LONG)),
        ("Bad Request: message caption is too long", Rejected(Reason.TOO_LONG)),
        ("Bad Request: can't parse entities: unclosed start tag", Rejected(Reason.BAD_MARKUP)),
        ("Bad Request: BUTTON_URL_INVALID", Rejected(Reason.BAD_MARKUP)),
        ("Bad Request: message text is empty", Rejected(Reason.NOTHING_TO_SEND)),
        ("Bad Request: PHOTO_INVALID_DIMENSIONS", Rejected(Reason.BAD_FILE)),
        ("Bad Request: IMAGE_PROCESS_FAILED", Rejected(Reason.BAD_FILE)),
        ("Bad Request: file is too big", Rejected(Reason.FILE_TOO_LARGE)),
        ("Bad Request: message to edit not found", Rejected(Reason.MESSAGE_GONE)),
        ("Bad Request: query is too old and response timeout expired", Rejected(Reason.TAP_TOO_OLD)),
        ("Bad Request: something new", Rejected(Reason.OTHER)),
        ("Bad Request: wrong file identifier", HandleLost(Reason.FILE_LOST)),
    ],
)
def test_what_telegram_says_becomes_a_reason_and_its_words_are_kept_for_the_log(
    said: str, outcome: Outcome
) -> None:
    found = classify(Forbidden(said) if said.startswith("Forbidden") else BadRequest(said))
    assert found == outcome
    assert isinstance(found, Unreachable | Rejected | HandleLost)
    assert found.said.lower() in said.lower()
