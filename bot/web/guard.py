"""Keeps the local chat on this machine: who may ask, from which page, and how the browser treats answers."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.words import Refused, Words

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_HERE = ("127.0.0.1", "::1")
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class LoopbackGuard:
    """Refuses other hosts (421: a name that was made to point here) and other pages' posts (403)."""

    def __init__(self, app: ASGIApp, words: Words) -> None:
        self.app = app
        self.words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request; every answer carries the protective headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-cache")
            await send(message)

        refusal = _refusal(scope)
        answer = self.words.told(Request(scope), refusal) if refusal else self.app
        await answer(scope, receive, send_guarded)


def is_local(scope: Scope) -> bool:
    """Whether somebody on this machine asks, and for a name of this machine."""
    client = (scope.get("client") or ("",))[0]
    return client in _HERE and _LOOPBACK.fullmatch(Headers(scope=scope).get("host", "")) is not None


def _refusal(scope: Scope) -> Refused | None:
    method, scheme, headers = scope["method"], scope["scheme"], Headers(scope=scope)
    host = headers.get("host", "")
    if not is_local(scope):
        return Refused(421, "elsewhere")
    if method in ("GET", "HEAD"):
        return None
    origin = headers.get("origin")
    if headers.get("x-nhipcau") != "1" or origin not in (None, f"{scheme}://{host}"):
        return Refused(403, "foreign")
    return None
