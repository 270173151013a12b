"""Guests who send half a request, open page after page, or do not read: the house goes on beside them."""

import asyncio
import json
import resource
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import guests
from bot.web.guests import HEAD_BYTES, Patience, connections_for
from bot.web.server import LocalServer
from tests.patience import PATIENCE_S, SLOW
from tests.web.rehearsal import AJAX, LONG, RINA, Rehearsal

pytestmark = pytest.mark.asyncio(loop_scope="session")
HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: "
BODY = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nx"
LOW = 400


@contextmanager
def few_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (LOW, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def echo(request: Request) -> Response:
    return Response(b"x" * int(request.query_params.get("size", len(await request.body()))))


@asynccontextmanager
async def served(connections: int = 256) -> AsyncIterator[int]:
    app = Starlette(routes=[Route("/", echo, methods=["GET", "POST"])], middleware=[Middleware(Patience)])
    server = LocalServer(app, 0, lambda: None, connections=connections)
    address = await server.start()
    yield int(address.rpartition(":")[2])
    await server.close()


async def half_sent(port: int, begun: bytes = HALF) -> socket.socket:
    """A connection on which a request begins, and goes no further."""
    one = socket.socket()
    one.setblocking(False)
    await asyncio.get_running_loop().sock_connect(one, ("127.0.0.1", port))
    with suppress(ConnectionError):
        await asyncio.get_running_loop().sock_sendall(one, begun)
    return one


async def cut(one: socket.socket) -> None:
    """Waits until the other end has gone."""
    with suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE_S):
            while await asyncio.get_running_loop().sock_recv(one, 1024):
                pass
    one.close()


async def ended(reader: asyncio.StreamReader) -> bytes:
    """What comes until the connection is cut."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await reader.read()
    except ConnectionError:
        return b""


async def test_however_many_accounts_there_are_their_platforms_find_a_connection() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        assert connections_for(needed=200 * 256) >= 50
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_three_hundred_half_sent_requests_leave_the_channels_their_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guests, "HEAD_S", 0.5)

    async def platform(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        await writer.drain()
        writer.close()

    telegram = await asyncio.start_server(platform, "127.0.0.1", 0)
    asked = telegram.sockets[0].getsockname()[1]
    with few_descriptors():
        most = connections_for(needed=200)
        assert most <= LOW - 200
        async with served(connections=most) as port:
            half = [await half_sent(port) for _ in range(60)]
            for _ in range(240):
                half.append(await half_sent(port))
                half.pop(
                    0
                ).close()  # our own end needs descriptors too: those before these were answered or cut
            began = time.monotonic()
            async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
                assert (await http.get(f"http://127.0.0.1:{asked}/")).text == "ok"
            assert time.monotonic() - began < SLOW * 1.0
            for one in half:
                await cut(one)
            async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
                assert (await http.get(f"http://127.0.0.1:{port}/")).status_code == 200
    telegram.close()
    await telegram.wait_closed()


async def test_a_connection_above_the_most_is_cut_and_those_before_it_are_served() -> None:
    async with served(connections=2) as port, httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        assert (await http.get(f"http://127.0.0.1:{port}/")).status_code == 200
        _, held = await asyncio.open_connection("127.0.0.1", port)
        held.write(HALF)
        reader, third = await asyncio.open_connection("127.0.0.1", port)
        assert await ended(reader) == b""
        assert (await http.get(f"http://127.0.0.1:{port}/")).status_code == 200
        held.close()
        third.close()


async def delivered(port: int) -> str:
    """What is answered to a whole request, as soon as there is room for it."""
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        while True:
            try:
                return (await http.post(f"http://127.0.0.1:{port}/", content=b"delivered")).text
            except httpx.TransportError:
                await asyncio.sleep(0.02)


@pytest.mark.parametrize("begun", [HALF, BODY, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"])
async def test_who_sends_a_whole_request_is_served_in_any_crowd(
    monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(guests, "GIVES_WAY_S", 0.05)
    monkeypatch.setattr(guests, "HEAD_S", 600.0)
    async with served(connections=20) as port:
        crowd = [await half_sent(port, begun) for _ in range(60)]
        assert await delivered(port) == "x" * 9
        for one in crowd:
            one.close()


async def test_a_head_that_does_not_end_is_cut_also_after_a_whole_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guests, "HEAD_S", 0.3)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writer.write(HALF)
        assert await ended(reader) == b""
        writer.close()


async def test_a_body_that_does_not_come_is_answered_408_and_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "BODY_S", 0.2)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nhalf")
        assert (await ended(reader)).startswith(b"HTTP/1.1 408")
        writer.close()


async def test_a_head_that_is_too_long_is_refused() -> None:
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HALF + b"x" * (4 * HEAD_BYTES))
        answer = await ended(reader)
        assert not answer or answer.startswith(b"HTTP/1.1 4")
        writer.close()


async def test_a_guest_who_does_not_read_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guests, "TAKE_S", 0.2)
    async with served(connections=1) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /?size=50000000 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        async with asyncio.timeout(PATIENCE_S):
            while True:  # the one place is free again once it is cut
                try:
                    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
                        assert (await http.get(f"http://127.0.0.1:{port}/")).status_code == 200
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        writer.transport.abort()


async def test_a_chat_is_open_in_so_many_windows_and_the_next_is_told(rehearsal: Rehearsal) -> None:
    rehearsal.channel.platform.hub.most = 10
    address = f"{rehearsal.url}/api/chats"
    async with httpx.AsyncClient(headers=AJAX, trust_env=False, timeout=PATIENCE_S) as http:
        open_pages, lines = [], []

        async def opened(chat: str) -> int:
            request = http.build_request("GET", f"{address}/{chat}/events")
            answer = await http.send(request, stream=True)
            if answer.status_code == 200:
                lines.append(answer.aiter_lines())
                await anext(lines[-1])
            else:
                assert "cửa sổ" in json.loads(await answer.aread())["error"]
            open_pages.append(answer)
            return answer.status_code

        assert [await opened(RINA.chat_id) for _ in range(9)] == [200] * 8 + [429]
        assert [await opened(LONG.chat_id) for _ in range(3)] == [200, 200, 429]
        began = time.monotonic()
        assert (await http.get(f"{address}/{RINA.chat_id}/messages")).status_code == 200
        assert time.monotonic() - began < SLOW * 1.0
        for answer in open_pages:
            await answer.aclose()
