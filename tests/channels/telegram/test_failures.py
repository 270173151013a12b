"""Requests that get no answer: timeouts, cut connections, proxies; never a secret in an exception."""

import asyncio
import socket

import aiohttp
import pytest
from telegram import Bot, InputFile
from telegram.error import NetworkError, TimedOut

from bot.channels.http.client import NeverConnected
from bot.channels.telegram.transport import STAND_IN, AiohttpRequest
from tests.channels.posting import OK, TOKEN, failure, post
from tests.channels.scripted import Scripted, http, scripted


async def test_refused_connection() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        server = Scripted([], port=closed.getsockname()[1])
        error = await failure(NetworkError, lambda: post(AiohttpRequest(), server, text="a"))
    assert isinstance(error.__cause__, aiohttp.ClientConnectorError)


async def test_connection_that_is_never_made() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        server = Scripted([], port=full.getsockname()[1])
        transport = AiohttpRequest(connect_timeout=0.05)
        error = await failure(TimedOut, lambda: post(transport, server, text="a"))
        for filler in fillers:
            filler.close()
    assert isinstance(error.__cause__, aiohttp.ConnectionTimeoutError)


async def test_pool_without_a_free_connection() -> None:
    async with (
        scripted(b"", hold=True) as server,
        AiohttpRequest(connections=1, pool_timeout=0.05, connect_timeout=0.5) as transport,
    ):
        url = f"{server.base_url}{TOKEN}/getMe"
        first = asyncio.create_task(transport.post(url))
        await server.asked.wait()
        error = await failure(TimedOut, lambda: transport.post(url))
        assert isinstance(error.__cause__, aiohttp.ConnectionTimeoutError)
        assert server.connections == 1
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"], ids=["head", "body"]
)
async def test_answer_that_does_not_come(answer: bytes) -> None:
    async with scripted(answer, hold=True) as server:
        error = await failure(TimedOut, lambda: post(AiohttpRequest(read_timeout=0.05), server, text="a"))
    assert not isinstance(error.__cause__, aiohttp.ConnectionTimeoutError)


async def test_upload_that_is_not_read() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await done.wait()
        writer.close()

    done = asyncio.Event()
    listener = await asyncio.start_server(deaf, "127.0.0.1", 0)
    server = Scripted([], port=listener.sockets[0].getsockname()[1])
    transport = AiohttpRequest(
        media_write_timeout=0.1, read_timeout=0.05, connect_timeout=0.05, pool_timeout=0.05
    )
    file = InputFile(b"x" * 30_000_000, filename="a")
    error = await failure(TimedOut, lambda: post(transport, server, document=file))
    assert not isinstance(error.__cause__, aiohttp.ConnectionTimeoutError)
    done.set()
    listener.close()
    await listener.wait_closed()


async def test_connection_cut_after_the_request() -> None:
    async with scripted(b"") as server:
        error = await failure(NetworkError, lambda: post(AiohttpRequest(), server, text="a"))
        assert len(server.requests) == 1
    assert isinstance(error.__cause__, aiohttp.ServerDisconnectedError)


async def test_text_that_cannot_be_encoded() -> None:
    async with scripted(OK) as server:
        for parameters in ({"text": "\ud800"}, {"caption": "\ud800", "document": InputFile(b"a", "a")}):
            error = await failure(NetworkError, lambda p=parameters: post(AiohttpRequest(), server, **p))
            assert isinstance(error.__cause__, UnicodeEncodeError)
    assert server.requests == []


async def test_before_it_is_open_and_after_it_is_shut() -> None:
    transport = AiohttpRequest()
    await transport.shutdown()
    error = await failure(NetworkError, lambda: transport.post("http://127.0.0.1:9/bot1:secret-token/getMe"))
    assert isinstance(error.__cause__, NeverConnected)
    async with scripted(OK) as server:
        for _ in range(2):
            assert await post(transport, server) == {"n": 1}


async def test_url_that_is_none() -> None:
    transport = AiohttpRequest(token=TOKEN)
    async with transport:
        await failure(NetworkError, lambda: transport.post(f"http:///bot{STAND_IN}/getMe"))


async def test_through_a_proxy() -> None:
    async with scripted(OK) as proxy:
        transport = AiohttpRequest(proxy=f"http://127.0.0.1:{proxy.port}")
        server = Scripted([], port=9)
        assert await post(transport, server, text="a") == {"n": 1}
    assert proxy.requests[0].startswith(b"POST http://127.0.0.1:9/bot4242:secret-token/sendMessage")
    with pytest.raises(ValueError, match="http"):
        AiohttpRequest(proxy="socks5://127.0.0.1:1080")


async def test_a_proxy_that_refuses_a_tunnel() -> None:
    async with (
        scripted(http(407)) as proxy,
        AiohttpRequest(proxy=f"http://127.0.0.1:{proxy.port}") as transport,
    ):
        error = await failure(NetworkError, lambda: transport.post(f"https://127.0.0.1:9/bot{TOKEN}/getMe"))
    assert isinstance(error.__cause__, NeverConnected)


async def test_pythons_bot_gives_its_timeouts_along() -> None:
    async with scripted(b"", hold=True) as server:
        bot = Bot(
            TOKEN, base_url=server.base_url, request=AiohttpRequest(), get_updates_request=AiohttpRequest()
        )
        await bot._request[1].initialize()
        await failure(TimedOut, lambda: bot.send_message(1, "a", read_timeout=0.05))
        await bot._request[1].shutdown()
        assert bot.request.read_timeout == 5.0
