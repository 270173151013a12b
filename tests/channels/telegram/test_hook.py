"""Updates that Telegram delivers: only with the secret, and what is no update delays nothing."""

import json

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.hook import HEADER, Hook, made_secret
from bot.core.ports import HookRefusal, Received, Said
from tests.fakes.botapi import BotApi, Fault

TOKEN = "4242:secret-token"
URL = "https://bot.example.vn/hook/thu"
HOOK = Hook(URL, made_secret(TOKEN))
FROM_TELEGRAM = {HEADER: HOOK.secret}
CHAT = {"id": 5, "type": "private"}
UPDATE = {"update_id": 7, "message": {"chat": CHAT, "from": {"id": 5, "is_bot": False}, "text": "chào"}}


def test_a_delivery_with_the_secret_is_an_update() -> None:
    received = HOOK.received(FROM_TELEGRAM, json.dumps(UPDATE).encode())
    assert isinstance(received, Received)
    (raw,) = received.updates
    assert (raw.key, raw.chat_id) == ("7", "5")
    channel = TelegramChannel("thu", TOKEN, hook=HOOK)
    assert channel.read(raw.payload).event == Said("chào")


@pytest.mark.parametrize("given", [None, "", "sai", HOOK.secret + "x", "ộ"])
def test_a_delivery_without_the_secret_is_refused(given: str | None) -> None:
    headers = {} if given is None else {HEADER: given}
    refused = HOOK.received(headers, json.dumps(UPDATE).encode())
    assert isinstance(refused, HookRefusal)
    assert refused.status == 403
    assert HOOK.secret not in refused.why


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_not_json_is_refused(body: bytes) -> None:
    assert HOOK.received(FROM_TELEGRAM, body) == HookRefusal(400, "the body is not JSON")


@pytest.mark.parametrize("body", [b"{}", b"[]", b"5", b'{"update_id": "7"}', b'{"update_id": -1}'])
def test_json_that_is_no_update_is_let_go_or_telegram_would_deliver_it_for_ever(body: bytes) -> None:
    assert HOOK.received(FROM_TELEGRAM, body) == Received([])


async def test_a_server_without_webhooks_is_no_refusal_of_the_account(api: BotApi) -> None:
    api.faults.append(Fault("setWebhook", status=404, body={"ok": False, "description": "Not Found"}))
    channel = TelegramChannel("thu", TOKEN, base_url=api.base_url, hook=HOOK)
    with pytest.raises(OSError, match="webhook cannot be set"):
        await channel.open()
    api.faults.append(Fault("getWebhookInfo", status=404, body={"ok": False, "description": "Not Found"}))
    examined = await channel.examine()
    assert examined.name.startswith("@")
    assert examined.problems == ()
    await channel.close()


def test_a_channel_without_a_hook_takes_no_delivery() -> None:
    channel = TelegramChannel("thu", TOKEN)
    assert not channel.hooked
    refused = channel.receive_hook(FROM_TELEGRAM, json.dumps(UPDATE).encode())
    assert isinstance(refused, HookRefusal)
    assert refused.status == 404


def test_the_secret_made_of_a_token_is_the_same_after_a_restart_and_does_not_show_it() -> None:
    assert made_secret(TOKEN) == made_secret(TOKEN) != made_secret(TOKEN + "x")
    assert "secret-token" not in made_secret(TOKEN)
    assert HOOK.secret not in repr(HOOK)


async def test_the_webhook_is_set_at_opening_and_removed_when_polls_are_wanted_again(api: BotApi) -> None:
    base_url = api.base_url
    hooked = TelegramChannel("thu", TOKEN, base_url=base_url, hook=HOOK)
    await hooked.open()
    await hooked.close()
    assert api.state.webhook == URL
    asked = api.calls[-1].params
    assert (asked["url"], asked["secret_token"]) == (URL, HOOK.secret)
    polls = TelegramChannel("thu", TOKEN, base_url=base_url, poll_timeout=1)
    await polls.open()
    assert (await polls.receive(None)).problem == "a webhook was set and has been removed"
    assert (await polls.receive(None)).problem is None
    await polls.close()


async def test_a_webhook_that_telegram_refuses_is_told_in_its_words(api: BotApi) -> None:
    channel = TelegramChannel("thu", TOKEN, base_url=api.base_url, hook=Hook("http://x/hook", HOOK.secret))
    with pytest.raises(OSError, match="https url must be provided"):
        await channel.open()
