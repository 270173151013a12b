"""One account's JSON requests over aiohttp, each made once; what became of one is a value."""

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.channels.http.bodies import bounded
from bot.core.delivery.outcome import NotSent, Uncertain
from bot.core.delivery.reasons import Reason
from bot.core.ports import Upload

MEBIBYTE = 1024 * 1024


class NeverConnected(aiohttp.ClientConnectionError):
    """Nothing was sent: the proxy opened no way to the platform, or the transport is not open."""


_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, NeverConnected)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body`: its JSON, None where it is none or longer than the limit."""

    status: int
    body: Any


class Client:
    """`connections` at most; `limit` bounds an answer in bytes. Nothing it raises or returns names a URL."""

    def __init__(self, *, connections: int, limit: int = MEBIBYTE) -> None:
        """Opens nothing yet."""
        self._connections = connections
        self._limit = limit
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return f"Client(connections={self._connections})"

    async def open(self) -> None:
        """Open the session; connections are made when needed. Does nothing where it is open."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def close(self) -> None:
        """Close every connection. Safe to call twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def post(
        self, url: str, body: Any, deadline: float, headers: dict[str, str] | None = None
    ) -> Answer | NotSent | Uncertain:
        """Post JSON and read the answer, in at most `deadline` seconds."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        return await self._exchange("POST", url, json.dumps(body).encode(), deadline, sent)

    async def ask(
        self, url: str, deadline: float, headers: dict[str, str] | None = None
    ) -> Answer | NotSent | Uncertain:
        """Get JSON, in at most `deadline` seconds."""
        return await self._exchange("GET", url, None, deadline, headers or {})

    async def form(
        self, url: str, fields: dict[str, str], deadline: float, headers: dict[str, str] | None = None
    ) -> Answer | NotSent | Uncertain:
        """Post fields as a form and read JSON, in at most `deadline` seconds."""
        return await self._exchange("POST", url, fields, deadline, headers or {})

    async def upload(
        self, url: str, file: Upload, deadline: float, headers: dict[str, str] | None = None
    ) -> Answer | NotSent | Uncertain:
        """Post a file's bytes as a form's field "file" and read JSON, in at most `deadline` seconds."""
        data = aiohttp.FormData(quote_fields=False)  # a name is shown as it stands
        data.add_field("file", file.data or b"", filename=file.name, content_type=file.media_type)
        return await self._exchange("POST", url, data, deadline, headers or {})

    async def get(self, url: str, deadline: float, limit: int) -> bytes | None:
        """A file's bytes; None where it is gone or longer than `limit`. Raises OSError out of reach."""
        try:
            async with self._open().get(url, timeout=_within(deadline), allow_redirects=False) as response:
                if response.status in (404, 410):
                    return None
                if response.status != 200:
                    raise OSError(f"{response.status} for a file")
                return await bounded(response, limit)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OSError(type(error).__name__) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise NeverConnected("the client is not open")
        return self._session

    async def _exchange(
        self, method: str, url: str, data: Any, deadline: float, headers: dict[str, str]
    ) -> Answer | NotSent | Uncertain:
        options: dict[str, Any] = {"data": data, "headers": headers, "allow_redirects": False}
        try:
            async with self._open().request(method, url, timeout=_within(deadline), **options) as response:
                return Answer(response.status, _json(await bounded(response, self._limit)))
        except _NEVER_SENT as error:
            return NotSent(Reason.NO_WAY, type(error).__name__)
        except TimeoutError:
            return Uncertain(Reason.TIMEOUT)
        except aiohttp.ClientError as error:
            return Uncertain(Reason.CUT_OFF, type(error).__name__)


def _within(deadline: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=deadline, sock_connect=min(5.0, deadline))


def _json(body: bytes | None) -> Any:
    try:
        return json.loads(body) if body is not None else None
    except (ValueError, RecursionError):
        return None
