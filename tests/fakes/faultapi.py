"""A Bot API server on which everything can go wrong, on raw asyncio: fast, and with a record that lasts.

async with FaultApi({"faults": [{"kind": "502-html", "method": "send", "skip": 10}]}, record=path) as api:
    ...                                        # a bot polls and sends at api.base_url

python -m tests.fakes.faultapi --port 8099 --record accepted.jsonl --plan '{"seed": 7, "latency": 0.01}'

A plan has `faults` (see Fault), `seed`, `latency` (s), `rate` and `burst` (a token bucket), `token`.
Steered over HTTP too: POST /_test/inject {"updates": [...]}, /_test/fault {...}, /_test/clear, /_test/state.
"""

import argparse
import asyncio
import contextlib
import json
import math
import signal
from pathlib import Path
from typing import Any, Self

from tests.fakes.botapi_parts import Bucket
from tests.fakes.faultapi_faults import SURE, Fault, Faults, answer_of, refused
from tests.fakes.faultapi_http import Connection, HttpAnswer, HttpRequest
from tests.fakes.faultapi_platform import Platform, chat_of, params_of

LONGEST_POLL = 50.0


class FaultApi:
    """The server. `doubtful` counts sends whose answer leaves a careful client in doubt."""

    def __init__(
        self, plan: dict[str, Any] | None = None, *, port: int = 0, record: Path | None = None
    ) -> None:
        plan = plan or {}
        self.port = port
        self.platform = Platform(record)
        self.faults = Faults(plan.get("faults", []), plan.get("seed", 1))
        self.latency: float = plan.get("latency", 0.0)
        self.token: str | None = plan.get("token")
        self.doubtful = 0
        self.connections: set[Connection] = set()
        self.polling = asyncio.Event()  # somebody waits for updates, or has
        rate = plan.get("rate")
        self._bucket = Bucket(rate, plan.get("burst", 30)) if rate else None
        self._server: asyncio.Server | None = None
        self._poll: tuple[Connection, int, asyncio.TimerHandle] | None = None
        self._refusing: asyncio.Task[None] | None = None

    @property
    def base_url(self) -> str:
        """As python-telegram-bot wants it, ending in /bot."""
        return f"http://127.0.0.1:{self.port}/bot"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen on 127.0.0.1; `port` becomes the one in use, also after a stop."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self), "127.0.0.1", self.port, backlog=1024, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Refuse connections, and cut those there are."""
        if self._refusing is not None:
            self._refusing.cancel()
            self._refusing = None
        self._close()

    def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self.connections):
            connection.abort()
        self._end_poll()

    def state(self) -> dict[str, Any]:
        """Counts, for whoever steers."""
        return {
            "accepted": self.platform.accepted,
            "counts": dict(self.platform.counts),
            "met": dict(self.faults.met),
            "doubtful": self.doubtful,
            "updates": len(self.platform.updates),
        }

    def inject(self, updates: list[Any]) -> int:
        """Queue updates, and answer the poll that waits for them."""
        last = self.platform.inject(updates)
        if self._poll is not None:
            self._give_updates()
        return last

    def gone(self, connection: Connection) -> None:
        """Forget the poll of a client that went away."""
        if self._poll is not None and self._poll[0] is connection:
            self._end_poll()

    def serve(self, connection: Connection, request: HttpRequest) -> None:
        """Answer one request, rightly or not."""
        path = request.target.partition("?")[0]
        if path.startswith("/_test/"):
            connection.answer(self._steered(path.removeprefix("/_test/"), request))
            return
        token, _, method = path.removeprefix("/bot").partition("/")
        method = method.lower()
        self.platform.counts[method] += 1
        try:
            params = params_of(request)
        except ValueError:
            connection.answer(HttpAnswer(400, refused(400, "Bad Request: can't parse the request body")))
            return
        if self.token not in (None, token):
            connection.answer(HttpAnswer(401, refused(401, "Unauthorized")))
            return
        fault = self.faults.pick(method, chat_of(params))
        if fault is not None:
            self._go_wrong(connection, fault, method, params)
        elif method == "getupdates":
            self._get_updates(connection, params)
        elif method.startswith("send") and (wait := self._too_soon()):
            words = f"Too Many Requests: retry after {wait}"
            connection.answer(HttpAnswer(429, refused(429, words, retry_after=wait), delay=self.latency))
        else:
            connection.answer(HttpAnswer(200, self._done(method, params), delay=self.latency))

    def _done(self, method: str, params: dict[str, Any]) -> bytes:
        result = self.platform.call(method, params)
        return json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode()

    def _too_soon(self) -> int:
        if self._bucket is None:
            return 0
        wait = self._bucket.wait()
        if wait <= 0:
            self._bucket.take()
            return 0
        return max(1, math.ceil(wait))

    def _go_wrong(self, connection: Connection, fault: Fault, method: str, params: dict[str, Any]) -> None:
        if method.startswith("send") and fault.kind not in SURE:
            self.doubtful += 1
        if fault.accepts:
            right = self._done(method, params)
        else:
            right = b'{"ok":true,"result":{"message_id":1,"chat":{"id":1,"type":"private"},"date":1}}'
        match fault.kind:
            case "reset-before" | "reset-after":
                connection.abort()
            case "silence":
                pass
            case "refuse":
                self._close_for(fault.seconds)
            case _:
                status, content_type, body = answer_of(fault, right)
                cut = len(body) // 2 if fault.kind == "200-cut" else None
                drip = fault.seconds if fault.kind == "drip" else None
                delay = fault.seconds if fault.kind == "slow" else self.latency
                connection.answer(HttpAnswer(status, body, content_type, delay, cut, drip))

    def _close_for(self, seconds: float) -> None:
        self.doubtful += len(self.connections)
        self._close()
        self._refusing = asyncio.get_running_loop().create_task(self._listen_after(seconds))

    async def _listen_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.start()

    def _get_updates(self, connection: Connection, params: dict[str, Any]) -> None:
        if self._poll is not None:
            other = self._poll[0]
            self._end_poll()
            words = "Conflict: terminated by other getUpdates request"
            other.answer(HttpAnswer(409, refused(409, words)))
        self.platform.confirm(int(params.get("offset") or 0))
        limit = min(100, int(params.get("limit") or 100))
        wait = min(LONGEST_POLL, float(params.get("timeout") or 0))
        timer = asyncio.get_running_loop().call_later(wait, self._give_updates)
        self._poll = (connection, limit, timer)
        self.polling.set()
        if self.platform.updates:
            self._give_updates()

    def _give_updates(self) -> None:
        if self._poll is None:
            return
        connection, limit, _ = self._poll
        self._end_poll()
        found = [update for _, update in list(self.platform.updates)[:limit]]
        connection.answer(HttpAnswer(200, json.dumps({"ok": True, "result": found}).encode()))

    def _end_poll(self) -> None:
        if self._poll is not None:
            self._poll[2].cancel()
            self._poll = None

    def _steered(self, act: str, request: HttpRequest) -> HttpAnswer:
        try:
            given = json.loads(request.body or b"{}")
            match act:
                case "inject":
                    result: dict[str, Any] = {"last": self.inject(given["updates"])}
                case "fault":
                    self.faults.listed.append(Fault(**given))
                    result = {"faults": len(self.faults.listed)}
                case "clear":
                    self.faults.listed.clear()
                    result = {}
                case "state":
                    result = self.state()
                case _:
                    raise LookupError(act)
        except (LookupError, TypeError, ValueError) as error:
            return HttpAnswer(400, f"{type(error).__name__}: {error}".encode(), "text/plain")
        return HttpAnswer(200, json.dumps(result).encode())


async def _serve(api: FaultApi) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with api:
        print(json.dumps({"base_url": api.base_url}), flush=True)
        await stopped.wait()
    api.platform.close()


def main() -> None:
    """Run the server until it is interrupted; its first line of output names its base URL."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.faultapi", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--record", type=Path, default=None)
    parser.add_argument("--plan", type=json.loads, default={})
    given = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(FaultApi(given.plan, port=given.port, record=given.record)))


if __name__ == "__main__":
    main()
