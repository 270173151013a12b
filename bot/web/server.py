"""Serves an application inside a running event loop, and stops promptly."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.web.guests import HEAD_BYTES, MOST, bounded
from bot.web.listening import bound

HOST = "127.0.0.1"
GRACE = 1


class _Quiet(uvicorn.Server):
    """Leaves signals to whoever runs the event loop, and tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class LocalServer:
    """One application. `hang_up` ends long answers (live events) before the server stops.

    `connections`: so many at once; further ones are cut.
    """

    def __init__(
        self,
        app: ASGIApp,
        port: int,
        hang_up: Callable[[], None],
        host: str = HOST,
        connections: int = MOST,
    ) -> None:
        self._host = host
        self._connections = connections
        self._app = app
        self._port = port
        self._hang_up = hang_up
        self._server: _Quiet | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> str:
        """Listen and serve; the page's address without a last slash. Port 0 picks a free one.

        Raises OSError where nothing can listen there.
        """
        listener = bound(self._host, self._port)
        config = uvicorn.Config(
            self._app,
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
            http=bounded(self._connections),
            h11_max_incomplete_event_size=HEAD_BYTES,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
        self._server = server = _Quiet(config)
        self._task = asyncio.create_task(server.serve([listener]), name="local chat")
        listening = asyncio.create_task(server.listening.wait())
        await asyncio.wait({self._task, listening}, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            listening.cancel()
            await self._task
        return f"http://{self._host}:{listener.getsockname()[1]}"

    async def close(self) -> None:
        """Stop: live answers end, requests under way have one second. Safe to call twice."""
        self._hang_up()
        if self._server is None or self._task is None:
            return
        self._server.should_exit = True
        await self._task
