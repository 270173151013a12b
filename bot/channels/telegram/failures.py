"""Requests that got no answer: aiohttp's exceptions as python-telegram-bot's, with no token in them."""

import re

import aiohttp
from telegram.error import NetworkError, TimedOut

from bot.channels.http.client import NeverConnected

_TOKEN_IN_TEXT = re.compile(r"(/bot)[^/\s'\"]+")


def failure(error: Exception) -> NetworkError:
    """python-telegram-bot's exception for one of aiohttp's; its text names no URL."""
    if isinstance(error, TimeoutError):
        return TimedOut(f"aiohttp.{type(error).__name__}")
    if isinstance(error, UnicodeEncodeError):
        return NetworkError("the text cannot be encoded")
    return NetworkError(f"aiohttp.{type(error).__name__}")


def cleaned(error: Exception) -> Exception:
    """The exception with every token taken out of what it and its causes would print."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return NeverConnected(f"the proxy answered {error.status}")
    if isinstance(error, aiohttp.InvalidURL):
        return aiohttp.ClientError("the URL is not valid")
    at: BaseException | None = error
    while at is not None:
        if not isinstance(at, UnicodeEncodeError):
            at.args = tuple(_TOKEN_IN_TEXT.sub(r"\1***", a) if isinstance(a, str) else a for a in at.args)
        if isinstance(at, OSError) and isinstance(at.strerror, str):
            at.strerror = _TOKEN_IN_TEXT.sub(r"\1***", at.strerror)
        at = at.__cause__ or at.__context__
    return error
