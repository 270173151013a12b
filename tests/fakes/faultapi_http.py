"""HTTP/1.1 by hand, for the fault server: requests in order, keep-alive, and every way of answering badly."""

import asyncio
import re
from dataclasses import dataclass
from typing import Protocol

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked", re.IGNORECASE)
_TYPE = re.compile(rb"\r\ncontent-type:[ \t]*([^\r]*)", re.IGNORECASE)
REASONS = {200: "OK", 400: "Bad Request", 429: "Too Many Requests", 502: "Bad Gateway"}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request. `target` is the path with its query."""

    target: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back. `cut`: only so many bytes of the body, then the connection ends.

    `drip`: seconds between single bytes of the body. `delay`: seconds before anything.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    delay: float = 0.0
    cut: int | None = None
    drip: float | None = None


class Service(Protocol):
    """Who answers requests: sooner or later it calls `answer`, `abort` or nothing on the connection."""

    connections: "set[Connection]"

    def serve(self, connection: "Connection", request: HttpRequest) -> None:
        """Take one request."""
        ...

    def gone(self, connection: "Connection") -> None:
        """The other side hung up."""
        ...


class Connection(asyncio.Protocol):
    """One client's connection. `waiting`: a request of it has no answer yet."""

    def __init__(self, service: Service) -> None:
        self.waiting = False
        self._serving = False
        self._service = service
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._service.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._service.connections.discard(self)
        self._service.gone(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def abort(self) -> None:
        """Reset the connection."""
        if self._transport is not None:
            self._transport.abort()

    def answer(self, answer: HttpAnswer) -> None:
        """Answer the request that waits."""
        if answer.delay > 0:
            asyncio.get_running_loop().call_later(answer.delay, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: HttpAnswer) -> None:
        if self._transport is None:
            return
        head = (
            f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Status')}\r\n"
            f"Content-Type: {answer.content_type}\r\nContent-Length: {len(answer.body)}\r\n\r\n"
        ).encode()
        if answer.drip is not None:
            self._transport.write(head)
            self._drip(answer, 0)
        elif answer.cut is not None:
            self._transport.write(head + answer.body[: answer.cut])
            self._transport.close()
        else:
            self._transport.write(head + answer.body)
            self._done()

    def _drip(self, answer: HttpAnswer, at: int) -> None:
        if self._transport is None:
            return
        if at == len(answer.body):
            self._done()
            return
        self._transport.write(answer.body[at : at + 1])
        asyncio.get_running_loop().call_later(answer.drip or 0.0, self._drip, answer, at + 1)

    def _done(self) -> None:
        self.waiting = False
        if self._buffer:
            self._next()

    def _next(self) -> None:
        # Answering may come back here for the next request: the loop below takes that one.
        if self._serving:
            return
        self._serving = True
        try:
            while not self.waiting and (request := _taken(self._buffer)) is not None:
                self.waiting = True
                self._service.serve(self, request)
        finally:
            self._serving = False


def _taken(buffer: bytearray) -> HttpRequest | None:
    """The first whole request, taken out of the buffer; None while it is incomplete."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head, start = bytes(buffer[:end]), end + 4
    length = _LENGTH.search(head)
    if length is None and _CHUNKED.search(head):
        found = _unchunked(buffer, start)
        if found is None:
            return None
        body, stop = found
    else:
        stop = start + (int(length[1]) if length else 0)
        if len(buffer) < stop:
            return None
        body = bytes(buffer[start:stop])
    del buffer[:stop]
    target = head.split(b" ", 2)[1].decode("latin-1")
    kind = _TYPE.search(head)
    return HttpRequest(target, kind[1].decode("latin-1") if kind else "", body)


def _unchunked(buffer: bytearray, at: int) -> tuple[bytes, int] | None:
    parts: list[bytes] = []
    while True:
        line = buffer.find(b"\r\n", at)
        if line < 0:
            return None
        size = int(buffer[at:line].split(b";")[0], 16)
        at = line + 2
        if len(buffer) < at + size + 2:
            return None
        parts.append(bytes(buffer[at : at + size]))
        at += size + 2
        if size == 0:
            return b"".join(parts), at
