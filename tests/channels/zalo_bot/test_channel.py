"""The channel against a strict Zalo Bot Platform: sending, polling, webhooks, and its oddities."""

import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_bot.hook import Hook, made_secret
from bot.channels.zalo_bot.styles import styled
from bot.core.delivery.outcome import (
    Denied,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
)
from bot.core.delivery.reasons import Reason
from bot.core.kernel.errors import AccountDenied
from bot.core.kernel.richtext import Block, Span
from bot.core.ports import AnswerTap, EditPart, Part, SendPart, Upload
from bot.core.talk.message import Message
from bot.core.talk.render import parts_of
from tests.fakes.zalobot import Fault, ZaloBot

TOKEN = "4242:secret-token"
CHAT = "2f7a4c00aa11bb22cc33"
DEADLINE = 5.0


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBot]:
    async with ZaloBot(TOKEN) as server:
        server.known.add(CHAT)
        yield server


@pytest.fixture
async def channel(zalo: ZaloBot) -> AsyncIterator[ZaloBotChannel]:
    opened = ZaloBotChannel("xa", TOKEN, base_url=zalo.base_url, poll_timeout=1)
    await opened.open()
    yield opened
    await opened.close()


def send(text: str, chat_id: str = CHAT) -> SendPart:
    """A send to the one person there is."""
    return SendPart(chat_id, Part(text))


async def test_it_says_who_it_is_and_has_no_link(zalo: ZaloBot) -> None:
    channel = ZaloBotChannel("xa", TOKEN, base_url=zalo.base_url)
    identity = await channel.open()
    await channel.close()
    assert (identity.name, identity.link) == ("bot.nhipcau", None)


async def test_a_wrong_token_under_http_200_is_a_refused_account(zalo: ZaloBot) -> None:
    channel = ZaloBotChannel("xa", "4242:wrong", base_url=zalo.base_url)
    with pytest.raises(AccountDenied) as told:
        await channel.open()
    assert "wrong" not in str(told.value)


async def test_styles_stand_where_the_words_are(zalo: ZaloBot, channel: ZaloBotChannel) -> None:
    assert isinstance(await channel.perform(send("🔔 <b>Tết &amp; xuân</b>\n<i>đọc</i>"), DEADLINE), Sent)
    (shown,) = zalo.sent
    assert shown.text == "🔔 Tết & xuân\nđọc"
    assert shown.styles == ({"start": 3, "len": 10, "st": ["b"]}, {"start": 14, "len": 3, "st": ["i"]})


def test_addresses_are_written_out_and_everything_fits() -> None:
    said = Block(spans=(Span(text="Xem "), Span(text="toàn văn", href="https://a.vn/1")))
    long = Block(spans=(Span(text="chữ 🌾 " * 900, bold=True),))
    parts = parts_of(Message(text=(said, long)), ZaloBotChannel.capabilities)
    texts = [styled(part.text)[0] for part in parts]
    assert texts[0].startswith("Xem toàn văn (https://a.vn/1)")
    assert all(len(text.encode("utf-16-le")) // 2 <= 2000 for text in texts)
    assert len(texts) > 2


FAULTS: list[tuple[Fault, type[Outcome]]] = [
    (Fault(body={"ok": False, "error_code": 429, "description": "Quota exceeded"}), Throttled),
    (Fault(502, text="<html>bad gateway</html>"), Uncertain),
    (Fault(body={"ok": True, "result": {}}), Uncertain),
    (Fault(hang_up=True), Uncertain),
    (Fault(body={"ok": False, "error_code": 400, "description": "something"}), Rejected),
    (Fault(404, {"ok": False, "error_code": 404, "description": "Not Found"}), Rejected),
]


@pytest.mark.parametrize(("fault", "outcome"), FAULTS)
async def test_what_became_of_a_send(
    zalo: ZaloBot, channel: ZaloBotChannel, fault: Fault, outcome: type[Outcome]
) -> None:
    zalo.breaks("sendMessage", fault)
    assert isinstance(await channel.perform(send("chào"), DEADLINE), outcome)
    assert zalo.sent == []


@pytest.mark.parametrize(
    ("status", "meant"), [(401, NotSent(Reason.OUT_OF_ORDER)), (404, Rejected(Reason.OTHER))]
)
async def test_a_refused_method_is_believed_only_where_the_account_is_refused(
    zalo: ZaloBot, channel: ZaloBotChannel, status: int, meant: Outcome
) -> None:
    refused = Fault(status, {"ok": False, "error_code": status, "description": "Not Found"})
    zalo.breaks("sendMessage", refused)
    assert await channel.perform(send("một"), DEADLINE) == meant  # a token that is good is no one's fault
    zalo.breaks("sendMessage", refused)
    zalo.breaks("getMe", Fault(502, text="<html>bad gateway</html>"))
    assert await channel.perform(send("hai"), DEADLINE) == NotSent(Reason.OUT_OF_ORDER)
    hooked = ZaloBotChannel("xa", TOKEN, base_url=zalo.base_url, hook=Hook("https://a.vn/hook/xa", "x" * 20))
    zalo.breaks("setWebhook", refused)
    with pytest.raises(OSError, match="cannot be set"):
        await hooked.open()


async def test_silence_past_the_deadline_is_uncertain(zalo: ZaloBot, channel: ZaloBotChannel) -> None:
    zalo.breaks("sendMessage", Fault(silent=True))
    assert await channel.perform(send("chào"), 0.2) == Uncertain(Reason.TIMEOUT)


async def test_nobody_there_is_unreachable_and_nothing_listening_is_not_sent(channel: ZaloBotChannel) -> None:
    assert isinstance(await channel.perform(send("chào", "aaaaaaaaaa"), DEADLINE), Unreachable)
    deaf = ZaloBotChannel("xa", TOKEN, base_url="http://127.0.0.1:9")
    assert isinstance(await deaf.perform(send("chào"), DEADLINE), NotSent)
    await deaf._client.open()
    assert isinstance(await deaf.perform(send("chào"), DEADLINE), NotSent)
    await deaf.close()


async def test_a_token_that_is_reset_stops_the_account(zalo: ZaloBot, channel: ZaloBotChannel) -> None:
    zalo.token = "4242:another"
    assert isinstance(await channel.perform(send("chào"), DEADLINE), Denied)
    received = await channel.receive(None)
    assert received.denied


async def test_what_the_platform_cannot_do_is_never_asked_of_it(
    zalo: ZaloBot, channel: ZaloBotChannel
) -> None:
    assert isinstance(await channel.perform(EditPart(CHAT, "1", Part("x")), DEADLINE), Rejected)
    assert isinstance(await channel.perform(AnswerTap("1"), DEADLINE), Sent)
    picture = Upload("a.png", "image/png", "photo", data=b"x")
    assert isinstance(await channel.perform(SendPart(CHAT, Part("x", upload=picture)), DEADLINE), Rejected)
    assert (zalo.sent, zalo.refused) == ([], [])


@pytest.mark.parametrize(("media_type", "played"), [("audio/aac", True), ("audio/mpeg", False)])
async def test_a_recording_is_played_or_else_its_address_comes(
    zalo: ZaloBot, channel: ZaloBotChannel, media_type: str, played: bool
) -> None:
    async def recording(_request: web.Request) -> web.Response:
        return web.Response(body=b"\xff\xf1", content_type=media_type)

    app = web.Application()
    app.router.add_get("/f/abc", recording)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        at = f"http://127.0.0.1:{runner.addresses[0][1]}/f/abc"
        assert isinstance(await channel.perform(SendPart(CHAT, Part(at, sound=at)), DEADLINE), Sent)
    finally:
        await runner.cleanup()
    (shown,) = zalo.sent
    assert (shown.sound, shown.text) == ((at, "") if played else ("", at))


async def test_an_idle_poll_is_no_problem_and_polls_keep_a_second_apart(
    zalo: ZaloBot, channel: ZaloBotChannel
) -> None:
    idle = await channel.receive(None)
    assert (idle.problem, list(idle.updates)) == (None, [])
    zalo.says(CHAT, "một")
    zalo.says(CHAT, "hai")
    first = await channel.receive(None)
    second = await channel.receive(first.cursor)
    assert [len(one.updates) for one in (first, second)] == [1, 1]
    assert min(b - a for a, b in zip(zalo.polls, zalo.polls[1:], strict=False)) > 0.95


async def test_what_is_replayed_for_ever_comes_under_one_name_and_old_replays_are_dropped(
    zalo: ZaloBot, channel: ZaloBotChannel
) -> None:
    zalo.replays = True
    zalo.says(CHAT, "một")
    first = await channel.receive(None)
    again = await channel.receive(first.cursor)
    assert first.updates == again.updates
    zalo.says(CHAT, "hôm kia", date=int(time.time() * 1000) - 2 * 86_400_000)
    assert list((await channel.receive(again.cursor)).updates) == []


@pytest.mark.parametrize("date", [4_102_444_800_000, 2**52, -1, 0, None, "mai", 1_795_722_818])
async def test_an_event_of_an_impossible_date_is_taken_in_and_hides_none_that_come_later(
    zalo: ZaloBot, channel: ZaloBotChannel, date: object
) -> None:
    zalo.says(CHAT, "một")
    first = await channel.receive(str(2**52))  # what such a date left behind once
    zalo.says(CHAT, "ngày lạ", date=date)
    odd = await channel.receive(first.cursor)
    zalo.says(CHAT, "hai")
    last = await channel.receive(odd.cursor)
    assert [len(one.updates) for one in (first, odd, last)] == [1, 1, 1]
    assert int(last.cursor or 0) <= time.time() * 1000


async def test_a_hook_is_set_at_the_start_and_removed_for_polls(zalo: ZaloBot) -> None:
    hook = Hook("https://bot.example.vn/hook/xa", made_secret(TOKEN))
    hooked = ZaloBotChannel("xa", TOKEN, base_url=zalo.base_url, hook=hook)
    await hooked.open()
    await hooked.close()
    assert zalo.webhook == (hook.url, hook.secret)
    polling = ZaloBotChannel("xa", TOKEN, base_url=zalo.base_url, poll_timeout=1)
    await polling.open()
    await polling.close()
    assert zalo.webhook is None


NO_ANSWER = (Fault(text="<html>Đăng nhập wifi</html>"), Fault(body=[1]), Fault(body=None))


@pytest.mark.parametrize("page", NO_ANSWER)
async def test_a_page_in_front_of_the_platform_is_a_platform_out_of_reach(zalo: ZaloBot, page: Fault) -> None:
    channel = ZaloBotChannel("xa", TOKEN, base_url=zalo.base_url, poll_timeout=1)
    zalo.breaks("getMe", page)
    with pytest.raises(OSError, match="out of reach"):
        await channel.open()
    await channel.open()
    zalo.breaks("getUpdates", page)
    assert (await channel.receive(None)).problem is not None
    assert (await channel.receive(None)).problem is None
    zalo.breaks("getMe", page)
    assert (await channel.examine()).problems
    await channel.close()


@pytest.mark.parametrize(
    "body", [{"ok": True}, {"ok": True, "result": 7}, {"ok": True, "result": {"url": 7}}]
)
async def test_an_answer_that_says_less_than_it_should_ends_nothing(zalo: ZaloBot, body: object) -> None:
    channel = ZaloBotChannel("xa", TOKEN, base_url=zalo.base_url, poll_timeout=1)
    zalo.breaks("getMe", *(Fault(body=body),) * 2)
    assert (await channel.open()).name == "xa"
    for method in ("getUpdates", "getWebhookInfo"):
        zalo.breaks(method, Fault(body=body))
    assert list((await channel.receive(None)).updates) == []
    assert (await channel.examine()).name == "xa"
    await channel.close()
