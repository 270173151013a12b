"""What a guest of the site may use up: connections, and time for half-sent requests and for slow reading."""

import asyncio
import os
import resource
from typing import Any

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 5.0  # from the connection, or from a request's first byte, to the end of its headers
BODY_S = 30.0  # for all of a request's body
GIVES_WAY_S = 1.0  # a guest who has been awaited so long makes room for the next, where there is none
TAKE_S = 15.0  # for a guest to take what waits for it
HEAD_BYTES = 16 * 1024
MOST, FEWEST = 256, 8  # connections
RESERVE = 64  # descriptors kept for the database, files and what is not thought of


def connections_for(needed: int) -> int:
    """How many connections the site may hold, where channels need so many at most: half of those left.

    Many accounts never need theirs at one time, so a quarter is counted as left in any case: a platform whose
    delivery is cut off may not bring it again.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    there = soft - _in_use() - RESERVE
    return max(FEWEST, min(MOST, max(there - needed, there // 4) // 2))


def _in_use() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no path is wanted
    except OSError:
        return RESERVE


class Bounded(H11Protocol):
    """uvicorn's protocol over `most` connections; one that is late, or takes nothing, is cut.

    Where there is no room, whoever has been awaited for `GIVES_WAY_S` makes room for the next, the longest
    awaited first: a platform that delivers sends its whole request at once, and is served in any crowd.
    """

    most = MOST
    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None
    _since = 0.0  # from then on a request is awaited, or the rest of one
    _ended = False

    def connection_made(self, transport: Any) -> None:
        """A guest comes: there is room for them, or it is made, or they go."""
        super().connection_made(transport)
        self._since = self.loop.time()
        if len(self.connections) > self.most and not self._room_made():
            transport.abort()
        else:
            self._late = self.loop.call_later(HEAD_S, transport.abort)

    def _room_made(self) -> bool:
        latest = self.loop.time() - GIVES_WAY_S
        slow = [
            one
            for one in self.connections
            if isinstance(one, Bounded) and not one._ended and one._awaited() and one._since <= latest
        ]
        if not slow:
            return False
        first = min(slow, key=lambda one: (one._in_body(), one._since))
        first._ended = True
        first.transport.abort()
        return True

    def _in_body(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete and self.cycle.more_body

    def _awaited(self) -> bool:
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def on_response_complete(self) -> None:
        """From now on the next request is awaited."""
        self._since = self.loop.time()
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        """Some of a request came; from its first byte on its headers have their time."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            _stop(self._late)
            self._late = None
        elif self._late is None:
            self._late = self.loop.call_later(HEAD_S, self.transport.abort)

    def pause_writing(self) -> None:
        """What is sent is not taken: that has its time too."""
        super().pause_writing()
        self._stuck = self.loop.call_later(TAKE_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It is taken again."""
        super().resume_writing()
        _stop(self._stuck)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is awaited."""
        _stop(self._late, self._stuck)
        super().connection_lost(exc)


def bounded(most: int) -> type[Bounded]:
    """The protocol over so many connections at most."""

    class Here(Bounded):
        pass

    Here.most = most
    return Here


def _stop(*timers: asyncio.TimerHandle | None) -> None:
    for timer in timers:
        if timer is not None:
            timer.cancel()


class Patience:
    """A request's body must be there in time: 408 for one that is not, and its connection ends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        until = asyncio.get_running_loop().time() + BODY_S
        done = False

        async def receive_in_time() -> Message:
            nonlocal done
            if done:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers={"connection": "close"}) from None
            done = not message.get("more_body", False)
            return message

        await self.app(scope, receive_in_time, send)
