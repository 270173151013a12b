"""A Zalo Bot Platform on loopback, as strict as the documents and as odd as what was seen live.

async with ZaloBot(TOKEN) as zalo:
    zalo.says("2f7a4c00aa", "chào")            # somebody writes; polled, or given to `deliver`
    ...                                        # a bot speaks to zalo.base_url
    assert zalo.sent[0].text == "Xin chào"

Errors come under HTTP 200, an idle poll as HTTP 408, a webhook that is not set as 404. `flat`: deliveries
are not wrapped, as seen live; `replays`: what was consumed comes again at every poll.
"""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

STYLES = {"b", "i", "u", "s", "f_13", "f_15", "f_18", "f_20", "lst_1", "lst_2", "ind_1", "ind_2"}
METHODS = {
    "getMe": set(),
    "getUpdates": {"timeout"},
    "setWebhook": {"url", "secret_token"},
    "deleteWebhook": set(),
    "getWebhookInfo": set(),
    "sendMessage": {"chat_id", "text", "text_styles", "parse_mode"},
    "sendPhoto": {"chat_id", "photo", "caption"},
    "sendVoice": {"chat_id", "voice_url"},
    "sendChatAction": {"chat_id", "action"},
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One message that the platform accepted."""

    chat_id: str
    text: str
    styles: tuple[dict[str, Any], ...]
    message_id: str
    picture: str = ""
    sound: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next call of a method: an answer of its own, or None to hang up.

    `done`: the platform does its work first, and only the answer goes wrong.
    """

    status: int = 200
    body: Any = None
    text: str | None = None
    hang_up: bool = False
    silent: bool = False
    done: bool = False
    location: str | None = None


async def broken(request: web.Request, fault: Fault) -> web.StreamResponse:
    """The answer that goes wrong so."""
    if fault.silent:
        await asyncio.sleep(3600)
    if fault.hang_up:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if fault.text is not None:
        headers = {"Location": fault.location} if fault.location else None
        return web.Response(status=fault.status, text=fault.text, content_type="text/html", headers=headers)
    return web.json_response(fault.body, status=fault.status)


@dataclass
class ZaloBot:
    """The platform. `polls`: how often it was asked; `webhook`: what was set last, (url, secret)."""

    token: str
    flat: bool = True
    replays: bool = False
    sent: list[Shown] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    webhook: tuple[str, str] | None = None
    polls: list[float] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._last: dict[str, Any] | None = None
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def base_url(self) -> str:
        """Where the bot's interface is."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/photo/{name}", self._photo)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def says(self, chat_id: str, text: str, name: str = "H'Mai Êban", **more: Any) -> dict[str, Any]:
        """Somebody writes; the event, as it is polled next."""
        return self.happens("message.text.received", chat_id, name, text=text, **more)

    def happens(self, event_name: str, chat_id: str, name: str = "H'Mai Êban", **body: Any) -> dict[str, Any]:
        """Something happens in a chat; the event, as it is polled next."""
        self.known.add(chat_id)
        message = {
            "from": {"id": chat_id, "display_name": name, "is_bot": False},
            "chat": {"id": chat_id, "chat_type": "PRIVATE"},
            "message_id": f"m{next(self._numbers):019d}",
            "date": int(time.time() * 1000),
            **body,
        }
        event = {"event_name": event_name, "message": message}
        self._waiting.put_nowait(event)
        return event

    async def deliver(self, event: dict[str, Any] | None, secret: str | None = None) -> int:
        """Post an event to the webhook that is set (None: an empty probe); the status of the answer."""
        assert self.webhook is not None
        url, known = self.webhook
        body = (
            b""
            if event is None
            else json.dumps(event if self.flat else {"ok": True, "result": event}).encode()
        )
        headers = {"X-Bot-Api-Secret-Token": known if secret is None else secret}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers if event is not None else {}) as answer,
        ):
            return answer.status

    def breaks(self, method: str, *faults: Fault) -> None:
        """The next calls of a method end so."""
        self.faults.setdefault(method, []).extend(faults)

    async def _photo(self, request: web.Request) -> web.Response:
        if request.match_info["name"] == "gone":
            return web.Response(status=404)
        return web.Response(body=b"\xff\xd8picture", content_type="image/jpeg")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if self.faults.get(method):
            fault = self.faults[method].pop(0)
            if fault.done:
                await getattr(self, f"_{method}")(await request.json())
            return await broken(request, fault)
        if request.match_info["token"] != self.token:
            return self._no(401, "Unauthorized", status=200)
        if method not in METHODS:
            return self._no(404, "Not Found", status=404)
        given = await request.json() if request.can_read_body else {}
        unknown = set(given) - METHODS[method]
        if unknown:
            return self._no(400, f"unknown parameter: {', '.join(sorted(unknown))}")
        answer: web.StreamResponse = await getattr(self, f"_{method}")(given)
        return answer

    def _no(self, code: int, description: str, status: int = 200) -> web.Response:
        self.refused.append(description)
        return web.json_response({"ok": False, "error_code": code, "description": description}, status=status)

    def _yes(self, result: Any) -> web.Response:
        return web.json_response({"ok": True, "result": result})

    async def _getMe(self, _given: dict[str, Any]) -> web.Response:
        me = {"id": "1459232241454765289", "account_name": "bot.nhipcau", "account_type": "BASIC"}
        return self._yes({**me, "can_join_groups": False})

    async def _getUpdates(self, given: dict[str, Any]) -> web.Response:
        self.polls.append(time.monotonic())
        if self.webhook is not None:
            return self._no(400, "Conflict: webhook is active")
        if self.replays and self._last is not None and self._waiting.empty():
            return self._yes(self._last)
        try:
            self._last = await asyncio.wait_for(self._waiting.get(), float(given.get("timeout", 30)))
        except TimeoutError:
            idle = {"ok": False, "error_code": 408, "description": "Request timeout"}
            return web.json_response(idle, status=408)
        return self._yes(self._last)

    async def _setWebhook(self, given: dict[str, Any]) -> web.Response:
        url, secret = given.get("url"), given.get("secret_token")
        if not isinstance(url, str) or not isinstance(secret, str) or not 8 <= len(secret) <= 256:
            return self._no(400, "url and secret_token (8 to 256 characters) are required")
        self.webhook = (url, secret)
        verification = {"ok": False, "outcome": "NOT_VERIFIED", "status_code": 0, "hint": ""}
        return self._yes({"url": url, "updated_at": int(time.time() * 1000), "verification": verification})

    async def _deleteWebhook(self, _given: dict[str, Any]) -> web.Response:
        self.webhook = None
        return self._yes({"url": "", "updated_at": int(time.time() * 1000)})

    async def _getWebhookInfo(self, _given: dict[str, Any]) -> web.Response:
        if self.webhook is None:
            return self._no(404, "Not Found", status=404)
        return self._yes({"url": self.webhook[0], "updated_at": int(time.time() * 1000)})

    async def _sendPhoto(self, given: dict[str, Any]) -> web.Response:
        """Fetches the picture twice, as was seen: once to judge it, once to show it."""
        chat_id, caption, url = given.get("chat_id"), given.get("caption", ""), given.get("photo")
        if not isinstance(chat_id, str) or chat_id not in self.known:
            return self._no(400, "user_id is invalid")
        if not isinstance(caption, str) or len(caption.encode("utf-16-le")) // 2 > 2000:
            return self._no(400, "caption is too long: at most 2000 characters")
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                async with session.get(str(url)) as answer:
                    if answer.status != 200 or not answer.content_type.startswith("image/"):
                        return self._no(400, "photo cannot be fetched")
        shown = Shown(chat_id, caption, (), f"s{next(self._numbers):019d}", str(url))
        self.sent.append(shown)
        return self._yes({"message_id": shown.message_id, "date": int(time.time() * 1000)})

    async def _sendVoice(self, given: dict[str, Any]) -> web.Response:
        """Reads the recording from where it lies, as a player would."""
        chat_id, url = given.get("chat_id"), given.get("voice_url")
        if not isinstance(chat_id, str) or chat_id not in self.known:
            return self._no(400, "user_id is invalid")
        async with aiohttp.ClientSession() as session, session.get(str(url)) as answer:
            if answer.status != 200 or answer.content_type != "audio/aac":
                return self._no(400, "voice cannot be fetched")
        shown = Shown(chat_id, "", (), f"s{next(self._numbers):019d}", sound=str(url))
        self.sent.append(shown)
        return self._yes({"message_id": shown.message_id, "date": int(time.time() * 1000)})

    async def _sendMessage(self, given: dict[str, Any]) -> web.Response:
        text, chat_id = given.get("text"), given.get("chat_id")
        if not isinstance(text, str) or not text.strip():
            return self._no(400, "text must not be empty")
        units = len(text.encode("utf-16-le")) // 2
        if units > 2000:
            return self._no(400, "text is too long: 1 to 2000 characters")
        if not isinstance(chat_id, str) or chat_id not in self.known:
            return self._no(400, "user_id is invalid")
        styles = given.get("text_styles", [])
        for run in styles:
            wrong = set(run) != {"start", "len", "st"} or not set(run["st"]) <= STYLES
            if wrong or run["len"] < 1 or run["start"] < 0 or run["start"] + run["len"] > units:
                return self._no(400, "invalid text_styles")
        shown = Shown(chat_id, text, tuple(styles), f"s{next(self._numbers):019d}")
        self.sent.append(shown)
        return self._yes({"message_id": shown.message_id, "date": int(time.time() * 1000)})
