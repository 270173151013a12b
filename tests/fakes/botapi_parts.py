"""Small parts of the fake platform: waiting for a condition, token buckets, faults on demand."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.fakes.botapi_errors import ApiError

T = TypeVar("T")


class Signal:
    """Something changed. Waiters look again; nobody sleeps."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        """Let every waiter look again."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def wait_for(self, predicate: Callable[[], T], timeout: float) -> T:
        """The predicate's first true value. Raises TimeoutError after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            while not (found := predicate()):
                waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiters.add(waiter)
                try:
                    await waiter
                finally:
                    self._waiters.discard(waiter)
        return found


class Bucket:
    """A token bucket: `rate` a second, at most `burst` at once."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self.burst = burst
        self._clock = clock
        self._tokens = burst
        self._at = clock()

    def wait(self) -> float:
        """Seconds until a token is there; 0 when one is."""
        now = self._clock()
        self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate)
        self._at = now
        return max(0.0, (1 - self._tokens) / self.rate)

    def take(self) -> None:
        """Use a token."""
        self._tokens -= 1


@dataclass
class Limits:
    """Buckets over the account and for each chat. None: no limit. Paid messages have one of their own."""

    rate: float | None = None
    burst: float = 30
    chat_rate: float | None = None
    chat_burst: float = 5
    paid_rate: float = 1000
    _whole: Bucket | None = field(default=None, init=False)
    _paid: Bucket | None = field(default=None, init=False)
    _chats: dict[int, Bucket] = field(default_factory=dict, init=False)

    def admit(self, chat_id: int, paid: bool = False) -> None:
        """Take a token for a message to the chat. Raises ApiError 429 when there is none."""
        buckets = []
        if paid:
            self._paid = self._paid or Bucket(self.paid_rate, self.paid_rate)
            buckets.append(self._paid)
        elif self.rate is not None:
            self._whole = self._whole or Bucket(self.rate, self.burst)
            buckets.append(self._whole)
        if self.chat_rate is not None:
            buckets.append(self._chats.setdefault(chat_id, Bucket(self.chat_rate, self.chat_burst)))
        wait = max((bucket.wait() for bucket in buckets), default=0.0)
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        for bucket in buckets:
            bucket.take()


@dataclass
class Fault:
    """A wrong answer for some calls: of `method` (None: any), to `chat_id` (None: any).

    Lets `skip` such calls pass, then meets `times` of them (None: all). `accept`: the platform does its
    work first, so that only the answer goes wrong. Then, after `delay` seconds: `drop` cuts the connection;
    or `status` and `body` (text, or an object sent as JSON) are answered, with a `location` for a redirect;
    or neither, and the right answer.
    """

    method: str | None = None
    chat_id: int | None = None
    skip: int = 0
    times: int | None = 1
    accept: bool = False
    delay: float = 0.0
    drop: bool = False
    status: int | None = None
    body: Any = ""
    content_type: str = "application/json"
    location: str | None = None
    met: int = field(default=0, init=False)

    def meets(self, method: str, chat_id: int | None) -> bool:
        """Whether this call is one to go wrong; counts it."""
        if self.method is not None and self.method.lower() != method:
            return False
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None and self.met >= self.times:
            return False
        self.met += 1
        return True
