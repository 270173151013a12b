"""The transport keeps python-telegram-bot's contract: what is sent, and what answers become."""

import io
import json
import logging

import pytest
from telegram import InputFile
from telegram.error import BadRequest, ChatMigrated, InvalidToken, TelegramError

from bot.channels.http.client import MEBIBYTE
from bot.channels.telegram.refusals import FloodWait, UnexpectedAnswer
from bot.channels.telegram.transport import STAND_IN, AiohttpRequest
from tests.channels.posting import OK, TOKEN, data, failure, post
from tests.channels.scripted import http, scripted
from tests.fakes.botapi import BotApi


async def test_parameters_go_as_json() -> None:
    async with scripted(OK) as server:
        result = await post(AiohttpRequest(), server, chat_id=1, text="Chào", reply_markup={"a": [1]})
    head, body = server.requests[0].split(b"\r\n\r\n", 1)
    assert result == {"n": 1}
    assert head.startswith(b"POST /bot4242:secret-token/sendMessage HTTP/1.1")
    assert b"Content-Type: application/json" in head
    assert f"User-Agent: {AiohttpRequest.USER_AGENT}".encode() in head
    assert json.loads(body) == {"chat_id": 1, "text": "Chào", "reply_markup": {"a": [1]}}


@pytest.mark.parametrize(
    "content", [b"%PDF" * 400_000, io.BytesIO(b"%PDF" * 400_000)], ids=["bytes", "stream"]
)
async def test_files_go_as_multipart(content: bytes | io.BytesIO) -> None:
    async with BotApi(TOKEN, any_chat=True) as api, AiohttpRequest() as transport:
        file = InputFile(content, filename='tờ\r\n "1".pdf', read_file_handle=False)
        result = await transport.post(
            f"{api.base_url}{TOKEN}/sendDocument", data(chat_id=7, document=file, caption="Đắk Lắk")
        )
    assert (result["caption"], result["document"]["file_size"]) == ("Đắk Lắk", 1_600_000)
    assert result["document"]["file_name"] == 'tờ "1".pdf'


async def test_the_token_can_be_held_by_the_transport_alone() -> None:
    async with scripted(OK) as server, AiohttpRequest(token=TOKEN) as transport:
        await transport.post(f"{server.base_url}{STAND_IN}/getMe")
        assert server.requests[0].startswith(b"POST /bot4242:secret-token/getMe")
        assert "secret" not in repr(transport)


async def test_files_are_downloaded() -> None:
    async with scripted(http(200, b"abc", "application/pdf")) as server, AiohttpRequest() as transport:
        assert await transport.retrieve(f"http://127.0.0.1:{server.port}/file") == b"abc"
        assert await transport.download(f"http://127.0.0.1:{server.port}/file", 3) == b"abc"
        assert await transport.download(f"http://127.0.0.1:{server.port}/file", 2) is None
    assert server.requests[0].startswith(b"GET /file")


@pytest.mark.parametrize(("status", "outcome"), [(404, None), (410, None), (500, UnexpectedAnswer)])
async def test_files_that_do_not_come(status: int, outcome: type[Exception] | None) -> None:
    async with scripted(http(status, b"no")) as server, AiohttpRequest() as transport:
        url = f"http://127.0.0.1:{server.port}/file"
        if outcome is None:
            assert await transport.download(url, 10) is None
        else:
            with pytest.raises(outcome):
                await transport.download(url, 10)


async def test_a_download_stops_at_its_limit() -> None:
    endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\nabcde\r\n" * 100
    async with scripted(endless, hold=True) as server, AiohttpRequest() as transport:
        assert await transport.download(f"http://127.0.0.1:{server.port}/file", 400) is None


ANSWERS = [
    (http(400, {"ok": False, "description": "Bad Request: chat not found"}), BadRequest, "Chat not found"),
    (http(400, {"ok": False, "parameters": {"migrate_to_chat_id": -100}}), ChatMigrated, "-100"),
    (http(400, {"ok": False, "parameters": {"migrate_to_chat_id": [1]}}), UnexpectedAnswer, "400"),
    (http(400, {"ok": False, "parameters": 5}), UnexpectedAnswer, "400"),
    (http(400, b"<html>", "text/html"), UnexpectedAnswer, "400"),
    (http(400, [1]), UnexpectedAnswer, "400"),
    (http(403, {"ok": True}), UnexpectedAnswer, "403"),
    (http(401, {"ok": False, "description": "Unauthorized"}), InvalidToken, "Unauthorized"),
    (http(401, b"<html>"), InvalidToken, "401"),
    (http(404, [1]), InvalidToken, "404"),
    (http(413, b"<html>"), UnexpectedAnswer, "413"),
    (http(429, b"<html>"), FloodWait, "Flood"),
    (http(500, {"ok": False, "parameters": {"retry_after": 5}}), UnexpectedAnswer, "500"),
    (http(502, b""), UnexpectedAnswer, "502"),
    (http(302, b"", head="Location: http://127.0.0.1:1/x\r\n"), UnexpectedAnswer, "302"),
    (http(200, b"{"), TelegramError, "Invalid server response"),
    (http(200, [1]), TelegramError, "Invalid server response"),
    (http(200, {"ok": True}), TelegramError, "Invalid server response"),
    (http(200, {"ok": False, "result": 1}), TelegramError, "Invalid server response"),
    (http(200, b'{"a":' * 100_000 + b"1" + b"}" * 100_000), TelegramError, "Invalid server response"),
    (http(200, b"x" * (MEBIBYTE + 1)), UnexpectedAnswer, "longer than"),
]


@pytest.mark.parametrize(("answer", "wanted", "words"), ANSWERS)
async def test_answers_become_exceptions(
    answer: bytes, wanted: type[TelegramError], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with scripted(answer) as server:
        error = await failure(wanted, lambda: post(AiohttpRequest(), server, text="a"))
    assert type(error) is wanted
    assert words in str(error)
    assert "secret-token" not in caplog.text


@pytest.mark.parametrize(
    ("parameters", "seconds"),
    [
        ({"retry_after": 7}, 7),
        ({"retry_after": 1.5}, 1.5),
        ({"retry_after": 86_400}, 86_400),
        ({"retry_after": 10**40}, None),
        ({"retry_after": 0}, None),
        ({"retry_after": -3}, None),
        ({"retry_after": True}, None),
        ({"retry_after": "9"}, None),
        ({"retry_after": float("nan")}, None),
        ([], None),
        (None, None),
    ],
)
async def test_any_429_is_flood_control(parameters: object, seconds: float | None) -> None:
    answer = http(429, {"ok": False, "parameters": parameters})
    async with scripted(answer) as server:
        error = await failure(FloodWait, lambda: post(AiohttpRequest(), server, text="a"))
    assert isinstance(error, FloodWait)
    assert error.seconds == seconds


async def test_long_polls_share_a_session_that_closes_with_the_last_of_them() -> None:
    async with BotApi(TOKEN, any_chat=True) as api:
        one, other = (AiohttpRequest(connections=0) for _ in range(2))
        await one.initialize()
        await other.initialize()
        session = one._session
        assert session is not None
        assert other._session is session
        await one.shutdown()
        await one.shutdown()
        assert (await other.post(f"{api.base_url}{TOKEN}/getMe"))["is_bot"]
        await other.shutdown()
        assert session.closed
        async with AiohttpRequest(connections=0) as again:
            assert (await again.post(f"{api.base_url}{TOKEN}/getMe"))["is_bot"]
