"""A strict Telegram Bot API server over HTTP on loopback, for tests and, as a program, for other processes.

async with BotApi(token="1:a") as api:
    person = api.user(1001, "H'Mai Êban")
    person.say("/start")                       # the bot, polling api.base_url, gets it
    await api.wait_for(lambda: person.received)

python -m tests.fakes.botapi --port 8099 --token 1:a --latency-ms 50 --any-chat
"""

import argparse
import asyncio
import contextlib
import json
import signal
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.fakes.botapi_control import control_routes
from tests.fakes.botapi_errors import ApiError
from tests.fakes.botapi_methods import METHODS
from tests.fakes.botapi_parts import Fault, Limits
from tests.fakes.botapi_request import UPLOAD_LIMIT, Params, read_params
from tests.fakes.botapi_state import Chat, State
from tests.fakes.botapi_updates import get_updates
from tests.fakes.botapi_user import User
from tests.patience import PATIENCE_S

T = TypeVar("T")


@dataclass(frozen=True)
class Called:
    """One request as it came: method in the caller's spelling, parameters, names of uploaded files."""

    method: str
    params: dict[str, Any]
    files: dict[str, str]


class BotApi:
    """The server, and the people who use it. Times in seconds; None in a limit means there is none.

    `record` is a file that gets one JSON line for each accepted message before its sender is answered.
    `faults` go wrong in order: the first that meets a call decides. `calls` are the latest requests.
    While `answers` is cleared, what is done is done, and its answer waits.
    """

    def __init__(
        self,
        token: str = "4242:fake-token",
        *,
        port: int = 0,
        latency: float = 0.0,
        rate: float | None = None,
        burst: float = 30,
        chat_rate: float | None = None,
        chat_burst: float = 5,
        any_chat: bool = False,
        keep_messages: bool = True,
        tap_seconds: float = 30.0,
        record: Path | None = None,
    ) -> None:
        self.token = token
        self.port = port
        self.latency = latency
        self.answers = asyncio.Event()
        self.answers.set()
        self.faults: list[Fault] = []
        self.calls: deque[Called] = deque(maxlen=10_000)
        self.state = State(
            any_chat=any_chat,
            keep_messages=keep_messages,
            tap_seconds=tap_seconds,
            limits=Limits(rate, burst, chat_rate, chat_burst),
            record=record,
        )
        self._runner: web.AppRunner | None = None

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
        """Listen on 127.0.0.1; `port` becomes the one in use."""
        app = web.Application(client_max_size=UPLOAD_LIMIT)
        app.add_routes(control_routes(self))
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; what was received stays. `start` listens again on the same port."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def user(
        self, chat_id: int, name: str = "Nguyễn Văn An", language: str | None = "vi", *, started: bool = True
    ) -> User:
        """A person, new or as they are. `started` False: they never wrote, so a bot may not either."""
        chat = self.state.chats.setdefault(chat_id, Chat(chat_id, name, language, started))
        return User(self.state, chat)

    def messages(self, chat_id: int) -> list[dict[str, Any]]:
        """A chat as it stands, oldest first, with its keyboards."""
        chat = self.state.chats.get(chat_id)
        return [] if chat is None else list(chat.messages.values())

    def inject(self, update: Any, *, numbered: bool = True) -> int:
        """Queue any JSON value as an update. Its number in the queue; an object is given it if `numbered`."""
        return self.state.inject(update, numbered=numbered)

    def forget_file(self, file_id: str) -> None:
        """Make a file id unknown."""
        del self.state.files[file_id]

    async def wait_for(self, predicate: Callable[[], T], timeout: float = PATIENCE_S) -> T:
        """The predicate's first true value, looked for at each change. Raises TimeoutError."""
        return await self.state.signal.wait_for(predicate, timeout)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        name = method.lower()
        try:
            if request.match_info["token"] != self.token:
                raise ApiError(401, "Unauthorized")
            if name not in METHODS and name != "getupdates":
                raise ApiError(404, "Not Found")
            params = await read_params(request)
            self._note(method, params)
            fault = self._fault(name, params)
            if fault is not None:
                return await self._go_wrong(request, fault, name, params)
            return web.json_response(await self._done(name, params))
        except ApiError as error:
            return web.json_response(error.body(), status=error.status)

    async def _done(self, name: str, params: Params) -> dict[str, Any]:
        if name == "getupdates":
            return {"ok": True, "result": await get_updates(self.state, params)}
        try:
            return {"ok": True, "result": METHODS[name](self.state, params)}
        finally:
            await self.answers.wait()
            if self.latency:
                await asyncio.sleep(self.latency)

    def _note(self, method: str, params: Params) -> None:
        files = {field: upload.name for field, upload in params.uploads.items()}
        self.calls.append(Called(method, params.values, files))
        self.state.counts[method.lower()] += 1
        self.state.signal.notify()

    def _fault(self, name: str, params: Params) -> Fault | None:
        chat_id = params.text("chat_id")
        number = int(chat_id) if chat_id.removeprefix("-").isdecimal() else None
        return next((fault for fault in self.faults if fault.meets(name, number)), None)

    async def _go_wrong(
        self, request: web.Request, fault: Fault, name: str, params: Params
    ) -> web.StreamResponse:
        right = await self._done(name, params) if fault.accept else None
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if fault.status is not None:
            raw = isinstance(fault.body, str | bytes)
            body = fault.body if raw else json.dumps(fault.body)
            content = body.encode() if isinstance(body, str) else body
            headers = {"Location": fault.location} if fault.location else None
            return web.Response(
                status=fault.status, body=content, content_type=fault.content_type, headers=headers
            )
        return web.json_response(right if right is not None else await self._done(name, params))

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return web.json_response(ApiError(401, "Unauthorized").body(), status=401)
        path = request.match_info["path"]
        for file in self.state.files.values():
            if file.path == path:
                return web.Response(body=file.data, content_type="application/octet-stream")
        return web.json_response(ApiError(404, "Not Found").body(), status=404)


async def _serve(api: BotApi) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with api:
        print(json.dumps({"base_url": api.base_url}), flush=True)
        await stopped.wait()
    api.state.close()


def main() -> None:
    """Run the server until it is interrupted; its first line of output names its base URL."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.botapi", description=main.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default="4242:fake-token")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    for limit in ("--rate", "--chat-rate"):
        parser.add_argument(limit, type=float, default=None)
    parser.add_argument("--burst", type=float, default=30)
    parser.add_argument("--chat-burst", type=float, default=5)
    parser.add_argument("--any-chat", action="store_true")
    parser.add_argument("--no-messages", action="store_true", help="count messages, do not keep them")
    parser.add_argument("--record", type=Path, default=None)
    given = vars(parser.parse_args())
    api = BotApi(latency=given.pop("latency_ms") / 1000, keep_messages=not given.pop("no_messages"), **given)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(api))


if __name__ == "__main__":
    main()
