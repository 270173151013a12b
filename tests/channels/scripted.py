"""A raw server on loopback that answers what it is told, byte for byte."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Scripted:
    """Answers each request with the next of `answers` (the last one again and again).

    An answer is the bytes to write; then the connection is closed, or, with `hold`, kept open in silence.
    """

    answers: list[bytes]
    hold: bool = False
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def base_url(self) -> str:
        """As python-telegram-bot wants it."""
        return f"http://127.0.0.1:{self.port}/bot"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        self.connections += 1
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            self.requests.append(head + await reader.readexactly(int(length[1]) if length else 0))
            self.asked.set()
            writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
            await writer.drain()
            if self.hold:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def scripted(*answers: bytes, hold: bool = False) -> AsyncIterator[Scripted]:
    """A server with those answers."""
    script = Scripted(list(answers), hold)
    server = await asyncio.start_server(script.serve, "127.0.0.1", 0)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()


def http(status: int, body: Any = b"", content_type: str = "application/json", head: str = "") -> bytes:
    """An HTTP answer. A body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return (
        f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(content)}\r\n{head}"
        "Connection: close\r\n\r\n"
    ).encode() + content
