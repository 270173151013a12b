"""Requests through the transport, and the exceptions that come of them."""

import traceback
from collections.abc import Awaitable, Callable

import pytest
from telegram.error import TelegramError
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.channels.telegram.transport import AiohttpRequest
from tests.channels.scripted import Scripted, http

TOKEN = "4242:secret-token"
OK = http(200, {"ok": True, "result": {"n": 1}})


def data(**parameters: object) -> RequestData:
    """Parameters as python-telegram-bot passes them."""
    return RequestData([RequestParameter.from_input(key, value) for key, value in parameters.items()])


async def post(transport: AiohttpRequest, server: Scripted, **parameters: object) -> object:
    """The result of one call on a transport opened for it."""
    async with transport:
        return await transport.post(f"{server.base_url}{TOKEN}/sendMessage", data(**parameters))


async def failure(wanted: type[TelegramError], attempt: Callable[[], Awaitable[object]]) -> TelegramError:
    """The exception of an attempt, which shows no token wherever one looks."""
    with pytest.raises(wanted) as raised:
        await attempt()
    shown = (
        "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(raised.value.__cause__)
    )
    assert "secret-token" not in shown
    return raised.value
