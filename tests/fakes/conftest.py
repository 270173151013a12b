"""The fake platform and python-telegram-bot's real client, on both transports."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.request import BaseRequest, HTTPXRequest

from bot.channels.telegram.transport import AiohttpRequest
from tests.fakes.botapi import BotApi

TOKEN = "4242:fake-token"
PERSON = 1001


@pytest.fixture(params=[HTTPXRequest, AiohttpRequest])
def transport(request: pytest.FixtureRequest) -> type[BaseRequest]:
    return request.param


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(TOKEN) as server:
        yield server


@pytest.fixture
async def bot(api: BotApi, transport: type[BaseRequest]) -> AsyncIterator[Bot]:
    async with make_bot(api, transport) as client:
        yield client


def make_bot(api: BotApi, transport: type[BaseRequest], token: str = TOKEN) -> Bot:
    """python-telegram-bot's own client of the server, over that transport."""
    return Bot(
        token,
        base_url=api.base_url,
        base_file_url=api.base_url.removesuffix("/bot") + "/file/bot",
        request=transport(),
        get_updates_request=transport(),
    )


def keyboard(data: str = "read:1") -> InlineKeyboardMarkup:
    """One button."""
    return InlineKeyboardMarkup([[InlineKeyboardButton("Đã đọc", callback_data=data)]])
