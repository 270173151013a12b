"""A loopback Bot API server that is fast enough to measure against; it is no strict one (see tests/fakes).

python -m benchmarks.server --port 0 --latency-ms 50 --result FILE [--rate 30 --burst 30] [--refuse-at 300]
                            [--refuse-for 5] [--ask-every 1 --ask-count 50 --ask-after 5]
                            [--crowd 3000 --crowd-over 20 --crowd-data ack:%d]

People of a kind act by themselves (`--people`, see `people`), so many as --crowd, by --crowd-over.

A crowd writes (or, with data, taps: %d is each one's number) once it is let in by a call to letCrowdIn, which
any client may make; getSeen tells how many messages and notices there were. Prints its port, serves until
SIGTERM or SIGINT, then writes what it saw to FILE as JSON. Times in the result
are CLOCK_MONOTONIC seconds, which every process of the machine shares.
"""

import argparse
import asyncio
import json
import re
import signal
import sys
import time
from array import array
from pathlib import Path
from typing import Any

from benchmarks.people import KINDS, People

CHAT = re.compile(rb'chat_id["=: ]+(-?\d+)')
TAP = re.compile(rb'callback_query_id["=: ]+tap(\d+)')
ASKER = 9_000_000_000  # chats of those who ask; no recipient has such a number
CROWD = 1_000_000  # the chats of a crowd follow this number
POLL_S = 25.0
MOST = 100  # updates one poll gives, as on Telegram
HEAD = b"HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
MESSAGE = (
    b'{"ok":true,"result":{"message_id":%d,"from":{"id":4242,"is_bot":true,"first_name":"Nhip Cau",'
    b'"username":"nhipcau_bot"},"chat":{"id":%s,"first_name":"Nguyen Van An","type":"private"},'
    b'"date":1767225600,"text":"\xc4\x90\xc3\xa3 nh\xe1\xba\xadn"}}'
)
ME = {"id": 4242, "is_bot": True, "first_name": "Nhịp Cầu", "username": "nhipcau_bot"}


class Bucket:
    """A token bucket, as a platform keeps one."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate = rate
        self.burst = burst
        self.tokens = burst
        self.at = time.monotonic()

    def refused(self, now: float) -> float:
        """0 where one may go; else seconds until the next may."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.rate


class Platform:
    """What the server keeps: limits, counts, and when each message was accepted or refused."""

    def __init__(self, settings: argparse.Namespace) -> None:
        self.latency = settings.latency_ms / 1000
        self.bucket = Bucket(settings.rate, settings.burst) if settings.rate else None
        self.refuse_at: int = settings.refuse_at
        self.refuse_for: float = settings.refuse_for
        self.refused_until = 0.0
        self.number_from: int = settings.number_from
        self.requests = 0
        self.accepted = array("d")
        self.chats = array("q")
        self.refused = array("d")
        self.first_request = 0.0
        self.asked: dict[int, float] = {}
        self.replied: dict[int, float] = {}
        self.updates: list[dict[str, Any]] = []
        self.crowd: int = settings.crowd
        self.crowd_over: float = settings.crowd_over
        self.crowd_data: str = settings.crowd_data
        self.tapped: dict[int, float] = {}
        self.noticed: dict[int, float] = {}
        self.pollers: list[asyncio.Future[None]] = []
        self.named = bool(settings.people)
        people = KINDS[settings.people] if settings.people else People
        self.people = people(self, settings.crowd, settings.crowd_over)

    def send(self, body: bytes) -> bytes:
        """The answer to a call that sends a message."""
        now = time.monotonic()
        found = CHAT.search(body)
        chat = found[1] if found else b"0"
        wait = self._wait(now)
        if wait:
            self.refused.append(now)
            return _answer(
                429,
                {
                    "ok": False,
                    "error_code": 429,
                    "description": "Too Many Requests: retry after",
                    "parameters": {"retry_after": max(1, round(wait))},
                },
            )
        self.accepted.append(now)
        number = int(chat)
        self.chats.append(number)
        self.people.heard(number, body)
        if number in self.asked:
            self.replied.setdefault(number, now)
        text = MESSAGE % (len(self.accepted), chat)
        return HEAD % (200, b"OK", len(text)) + text

    def _wait(self, now: float) -> float:
        self.requests += 1
        if self.requests == self.refuse_at:
            self.refused_until = now + self.refuse_for
        if now < self.refused_until:
            return self.refused_until - now
        return self.bucket.refused(now) if self.bucket else 0.0

    def ask(self) -> None:
        """Somebody new writes to the bot."""
        self._put(ASKER + len(self.updates) + 1)
        self._tell()

    def let_in(self, done: int = 0) -> None:
        """The crowd comes, all at once or spread over its seconds; `done` of it came before."""
        share = self.crowd / self.crowd_over * 0.05 if self.crowd_over else self.crowd
        until = min(self.crowd, round((done // share + 1) * share))
        for number in range(done + 1, until + 1):
            self._put(CROWD + number, self.crowd_data % number if self.crowd_data else "")
        self._tell()
        if until < self.crowd:
            asyncio.get_running_loop().call_later(0.05, self.let_in, until)

    def comes(self, chat: int, text: str = "", data: str = "") -> int:
        """Somebody writes, or presses a button: the bot is told at once."""
        self._put(chat, data, text, 1)
        self._tell()
        return len(self.updates)

    def _put(self, chat: int, data: str = "", text: str = "/trogiup", message_id: int = 0) -> None:
        number = len(self.updates) + 1
        person = {"id": chat, "first_name": "An", "language_code": "vi"}
        message: dict[str, Any] = {
            "message_id": message_id or number,
            "date": 1767225600,
            "text": text or "/trogiup",
            "chat": {**person, "type": "private"},
            "from": {**person, "is_bot": False},
        }
        if message["text"].startswith("/"):  # some libraries know a command by nothing else
            mark = {"type": "bot_command", "offset": 0, "length": len(message["text"])}
            message["entities"] = [mark]
        update: dict[str, Any] = {"update_id": self.number_from + number}
        if data:
            sender = message.pop("from")
            tap = {"id": f"tap{number}", "from": sender, "message": message, "data": data}
            self.tapped[number] = time.monotonic()
            self.updates.append(update | {"callback_query": tap})
        else:
            self.updates.append(update | {"message": message})

    def notice(self, body: bytes) -> None:
        """A tap is answered."""
        if found := TAP.search(body):
            self.noticed.setdefault(int(found[1]), time.monotonic())

    def seen(self) -> dict[str, int]:
        """How far it has come."""
        return {
            "accepted": len(self.accepted),
            "noticed": len(self.noticed),
            "polling": len(self.pollers),
            "seen": len(self.people.waits),
        }

    def _tell(self) -> None:
        for poller in self.pollers:
            if not poller.done():
                poller.set_result(None)
        self.pollers.clear()

    async def poll(self, offset: int) -> bytes:
        """The answer to getUpdates: at once where something waits, else when it comes."""
        start = max(0, offset - self.number_from - 1)
        waiting = self.updates[start : start + MOST]
        if not waiting:
            poller = asyncio.get_running_loop().create_future()
            self.pollers.append(poller)
            await asyncio.wait([poller], timeout=POLL_S)
            if not poller.done():
                self.pollers.remove(poller)
            waiting = self.updates[start : start + MOST]
        now = time.monotonic()
        for update in waiting:
            if "message" in update:
                self.asked.setdefault(update["message"]["chat"]["id"], now)
        return _answer(200, {"ok": True, "result": waiting})

    def result(self) -> dict[str, Any]:
        """What happened, for whoever reads the measurement."""
        return {
            "requests": self.requests,
            "accepted": list(self.accepted),
            "chats": list(self.chats),
            "refused": list(self.refused),
            "asked": len(self.asked),
            "notices": [self.noticed.get(one, float("inf")) - at for one, at in self.tapped.items()],
            "replies": [self.replied[chat] - at for chat, at in self.asked.items() if chat in self.replied],
            "cpu_s": time.process_time(),
            **self.people.result(),
        }


def _answer(status: int, body: dict[str, Any]) -> bytes:
    text = json.dumps(body).encode()
    return HEAD % (status, b"OK" if status == 200 else b"Too Many Requests", len(text)) + text


class Connection(asyncio.Protocol):
    """One keep-alive connection, one request at a time on it, as HTTP clients do."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        self._transport = transport  # type: ignore[assignment]

    def connection_lost(self, _error: Exception | None) -> None:
        """It went."""
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Some bytes of a request."""
        self._buffer = self._buffer + data if self._buffer else data
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end]
            start = end + 4
            if b"chunked" in head:
                stop = self._buffer.find(b"\r\n0\r\n\r\n", end)
                if stop < 0:
                    return
                length = stop + 7 - start
            else:
                length = _length(head)
            if len(self._buffer) < start + length:
                return
            body = self._buffer[start : start + length]
            self._buffer = self._buffer[start + length :]
            self._handle(head, body)
            if not self._buffer:
                return

    def _handle(self, head: bytes, body: bytes) -> None:
        method = head[: head.find(b" HTTP/")].rpartition(b"/")[2].lower()
        platform = self._platform
        if method.startswith(b"send"):
            self._later(platform.send(body))
        elif method == b"getupdates":
            found = re.search(rb'offset["=: ]+(\d+)', body)
            task = self._loop.create_task(platform.poll(int(found[1]) if found else 0))
            task.add_done_callback(lambda done: None if done.cancelled() else self._write(done.result()))
        elif method == b"getseen":
            self._write(_answer(200, {"ok": True, "result": platform.seen()}))
        elif method == b"letcrowdin":
            platform.let_in() if not platform.named else platform.people.come()
            self._write(_answer(200, {"ok": True, "result": True}))
        else:
            if method == b"answercallbackquery":
                platform.notice(body)
            self._later(_answer(200, {"ok": True, "result": ME if method == b"getme" else True}))

    def _later(self, answer: bytes) -> None:
        if self._platform.latency:
            self._loop.call_later(self._platform.latency, self._write, answer)
        else:
            self._write(answer)

    def _write(self, answer: bytes) -> None:
        if self._transport is not None:
            self._transport.write(answer)


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 : (head + b"\r").find(b"\r", at)]) if at >= 0 else 0


async def serve(settings: argparse.Namespace) -> Platform:
    """Serve until told to stop."""
    loop = asyncio.get_running_loop()
    platform = Platform(settings)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: Connection(platform), "127.0.0.1", settings.port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    for turn in range(settings.ask_count):
        loop.call_later(settings.ask_after + turn * settings.ask_every, platform.ask)
    await stop.wait()
    server.close()
    return platform


def main(arguments: list[str]) -> None:
    """The program."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=50)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--burst", type=float, default=30)
    parser.add_argument("--refuse-at", type=int, default=0)
    parser.add_argument("--refuse-for", type=float, default=5)
    parser.add_argument("--ask-every", type=float, default=1)
    parser.add_argument("--ask-count", type=int, default=0)
    parser.add_argument("--ask-after", type=float, default=0)
    parser.add_argument("--crowd", type=int, default=0)
    parser.add_argument("--crowd-over", type=float, default=0)
    parser.add_argument("--crowd-data", default="")
    parser.add_argument("--people", default="", choices=["", *KINDS])
    parser.add_argument("--number-from", type=int, default=0)
    parser.add_argument("--result", required=True)
    settings = parser.parse_args(arguments)
    platform = asyncio.run(serve(settings))
    Path(settings.result).write_text(json.dumps(platform.result()))


if __name__ == "__main__":
    main(sys.argv[1:])
