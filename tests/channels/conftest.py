"""A Telegram account on the fake platform, with one person there."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.core.ports import Part, SendPart, Upload
from bot.core.talk.message import Button
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_parts import Fault

TOKEN = "4242:secret-token"
PERSON = 1001
DEADLINE = 5.0
READ = ((Button(label="Đã đọc", data="read:1"), Button(label="Toàn văn", url="https://a.vn/1")),)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(TOKEN) as server:
        server.user(PERSON, "H'Mai Êban")
        yield server


@pytest.fixture
async def channel(api: BotApi) -> AsyncIterator[TelegramChannel]:
    opened = TelegramChannel("thu", TOKEN, base_url=api.base_url, poll_timeout=5)
    await opened.open()
    yield opened
    await opened.close()


def send(text: str = "", upload: Upload | None = None, chat_id: str = str(PERSON)) -> SendPart:
    """A send to the one person there is."""
    return SendPart(chat_id, Part(text, READ if text else (), upload))


def refusal(status: int, description: str = "", **parameters: object) -> Fault:
    """The Bot API's way to say no."""
    return Fault(status=status, body={"ok": False, "description": description, "parameters": parameters})
