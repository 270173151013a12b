"""One Telegram account against the fake platform: opening, receiving, fetching, keeping its secret."""

import asyncio
import json
import logging

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.core.kernel.capabilities import Rates
from bot.core.kernel.errors import AccountDenied
from bot.core.ports import Channel, Identity, Received, Said, Shared, Unusable
from tests.channels.conftest import DEADLINE, PERSON, TOKEN, send
from tests.channels.scripted import http, scripted
from tests.fakes.botapi import BotApi
from tests.fakes.botapi_parts import Fault


async def test_open_says_who_we_are(api: BotApi) -> None:
    channel: Channel = TelegramChannel("thu", TOKEN, base_url=api.base_url, rate=20)
    await channel.close()
    for _ in range(2):
        identity = await channel.open()
        assert identity == Identity("@nhipcau_test_bot", "https://t.me/nhipcau_test_bot?start={code}")
        await channel.close()
        await channel.close()
    assert (channel.kind, channel.account, channel.rates) == ("telegram", "thu", Rates(account=20))
    assert channel.capabilities.text_limit == 4096


async def test_open_refused(api: BotApi) -> None:
    with pytest.raises(AccountDenied, match="thu"):
        await TelegramChannel("thu", "1:other", base_url=api.base_url).open()
    api.faults.append(Fault(status=500))
    with pytest.raises(OSError, match="out of reach"):
        await TelegramChannel("thu", TOKEN, base_url=api.base_url).open()
    api.faults.append(Fault(status=200, body={"ok": True, "result": True}))
    with pytest.raises(OSError, match="out of reach"):
        await TelegramChannel("thu", TOKEN, base_url=api.base_url).open()


def test_settings_of_another_form() -> None:
    for token, base_url in [("a b", None), ("1:a/../x", None), ("1:a", "http://a/b"), ("1:a", "ftp://a/bot")]:
        with pytest.raises(ValueError, match="account thu") as raised:
            TelegramChannel("thu", token, base_url=base_url)
        assert token not in str(raised.value)
    assert TelegramChannel("thu", TOKEN).rates == Rates(account=30, chat=1, chat_burst=5, group=20 / 60)


async def test_updates_are_received_and_confirmed(api: BotApi, channel: TelegramChannel) -> None:
    person = api.user(PERSON)
    waiting = asyncio.create_task(channel.receive(None))
    await api.wait_for(lambda: api.state.poller == 1)
    number = person.say("/start ABC")
    (raw,) = (await waiting).updates
    assert (raw.key, raw.chat_id) == (str(number), str(PERSON))
    incoming = channel.read(raw.payload)
    assert (incoming.event, incoming.name, incoming.language) == (Said("/start ABC"), "H'Mai Êban", "vi")
    asked = api.calls[-1].params
    assert asked["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert (asked["timeout"], "offset" in asked) == (5, False)
    person.edit(1, "/chude")
    (edited,) = (await channel.receive(str(number + 1))).updates
    assert channel.read(edited.payload).event == Unusable("an edited message", answer=True)
    assert len(api.state.updates) == 1


async def test_malformed_updates_delay_nobody(api: BotApi, channel: TelegramChannel) -> None:
    api.inject({"message": {"text": 5}})
    api.inject("not an object")
    api.inject({"message": None}, numbered=False)
    api.user(PERSON).say("hai")
    received = await channel.receive(None)
    updates = received.updates
    assert [channel.read(raw.payload).event for raw in updates][-1] == Said("hai")
    assert len(updates) == 4
    api.inject({}, numbered=False)
    (last,) = (again := await channel.receive(received.cursor)).updates
    assert channel.read(last.payload).chat_id == ""
    api.user(PERSON).say("ba")
    assert len((await channel.receive(again.cursor)).updates) == 1
    assert len(api.state.updates) == 1


async def test_a_hundred_long_texts_fit_one_poll(api: BotApi, channel: TelegramChannel) -> None:
    for _ in range(100):
        api.user(PERSON).say("ộ" * 4096)
    assert len((await channel.receive(None)).updates) == 100


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (Fault(status=401, body={"ok": False}), Received(problem="", denied=True)),
        (
            Fault(status=429, body={"ok": False, "parameters": {"retry_after": 3}}),
            Received(problem="", retry_after=3),
        ),
        (Fault(status=429, body="<html>"), Received(problem="")),
        (Fault(status=502, body="<html>"), Received(problem="")),
        (Fault(status=200, body={"ok": True, "result": {}}), Received(problem="")),
        (Fault(status=200, body={"ok": True, "result": [{}]}), Received(problem="")),
        (Fault(status=200, body="["), Received(problem="")),
        (Fault(drop=True), Received(problem="")),
        (Fault(status=409, body={"ok": False, "description": "Conflict: terminated"}), Received(problem="")),
    ],
)
async def test_polls_that_fail(api: BotApi, channel: TelegramChannel, fault: Fault, wanted: Received) -> None:
    api.faults.append(fault)
    received = await channel.receive(None)
    assert received.problem
    assert "secret" not in received.problem
    assert (received.denied, received.retry_after) == (wanted.denied, wanted.retry_after)
    api.user(PERSON).say("a")
    assert (await channel.receive(None)).problem is None


async def test_a_webhook_in_the_way_is_removed(api: BotApi, channel: TelegramChannel) -> None:
    api.state.webhook = "https://example.vn/hook"
    assert "webhook" in ((await channel.receive(None)).problem or "")
    api.user(PERSON).say("a")
    assert len((await channel.receive(None)).updates) == 1


async def test_what_people_share_is_fetched(api: BotApi, channel: TelegramChannel) -> None:
    api.user(PERSON).share_document("tờ trình.docx", b"x" * 100, "xem", "text/plain")
    (raw,) = (await channel.receive(None)).updates
    event = channel.read(raw.payload).event
    assert isinstance(event, Shared)
    assert (event.name, event.size, event.caption) == ("tờ trình.docx", 100, "xem")
    assert await channel.fetch(event.handle, 100) == b"x" * 100
    assert await channel.fetch(event.handle, 99) is None
    assert await channel.fetch("unknown", 99) is None
    api.faults.append(Fault("getFile", drop=True))
    with pytest.raises(OSError, match="thu"):
        await channel.fetch(event.handle, 100)


async def test_the_token_is_shown_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="telegram")
    answers = [http(200, {"ok": True, "result": {"username": "a"}}), http(200, b"{"), http(500)]
    async with scripted(*answers) as server:
        channel = TelegramChannel("thu", TOKEN, base_url=server.base_url)
        await channel.open()
        shown = [repr(channel), repr(channel._bot), str(channel.__dict__)]
        for _ in range(2):
            shown += [
                repr(await channel.perform(send("riêng tư"), DEADLINE)),
                repr(await channel.receive("1")),
            ]
        await channel.close()
    assert all(b"/bot4242:secret-token/" in request for request in server.requests)
    assert "secret" not in json.dumps(shown) + caplog.text
    assert "riêng tư" not in caplog.text
