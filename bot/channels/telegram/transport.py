"""python-telegram-bot's transport on aiohttp: the contract of its HTTPXRequest at a fraction of the CPU."""

import io
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.channels.http.bodies import bounded
from bot.channels.http.client import MEBIBYTE, NeverConnected
from bot.channels.telegram import shared
from bot.channels.telegram.failures import cleaned, failure
from bot.channels.telegram.refusals import UnexpectedAnswer, refusal

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

STAND_IN = "TOKEN"
"""What a URL carries in the token's place until it leaves, where the transport holds the token."""

_DEFAULT = BaseRequest.DEFAULT_NONE


_encoded = json.JSONEncoder(ensure_ascii=False).encode


class _Plain:
    """What this transport reads of a RequestData, without a look at every value."""

    __slots__ = ("parameters",)
    contains_files = False

    def __init__(self, parameters: dict[str, Any]) -> None:
        self.parameters = parameters


def plain(values: dict[str, Any]) -> RequestData:
    """Parameters that are JSON values as they stand, with no file among them; for this transport alone."""
    return cast(RequestData, _Plain(values))


class AiohttpRequest(BaseRequest):
    """Makes python-telegram-bot's requests with aiohttp.

    `connections`: its own, at most; 0: it shares one session with all others of 0, as long polls do.
    Timeouts in seconds, None for no bound; their sum bounds a whole API call. `body_limit` bounds an API
    answer in bytes. `token`, where given, replaces STAND_IN in a URL, so that nothing else need know it.
    Raises TimedOut or NetworkError whose `__cause__` is aiohttp's exception, cleaned of tokens;
    RetryAfter (FloodWait) for every 429; UnexpectedAnswer for what is no Bot API answer.
    """

    __slots__ = (
        "_body_limit",
        "_connect_timeout",
        "_connections",
        "_media_write_timeout",
        "_pool_timeout",
        "_proxy",
        "_read_timeout",
        "_session",
        "_token",
        "_write_timeout",
    )

    def __init__(
        self,
        *,
        connections: int = 256,
        read_timeout: float | None = 5.0,
        write_timeout: float | None = 5.0,
        connect_timeout: float | None = 5.0,
        pool_timeout: float | None = 1.0,
        media_write_timeout: float | None = 20.0,
        proxy: str | None = None,
        token: str | None = None,
        body_limit: int = MEBIBYTE,
    ) -> None:
        """Opens nothing yet. Raises ValueError for a proxy that is not http:// or https://."""
        if proxy is not None and URL(proxy).scheme not in ("http", "https"):
            raise ValueError("a proxy is an http:// or https:// URL")
        self._connections = connections
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._proxy = proxy
        self._token = token
        self._body_limit = body_limit
        self._session: aiohttp.ClientSession | None = None

    def __repr__(self) -> str:
        return f"AiohttpRequest(connections={self._connections})"

    @property
    def read_timeout(self) -> float | None:
        """The default read timeout, seconds."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session; connections are made when needed. Does nothing where it is open."""
        if self._session is None or self._session.closed:
            agent = self.USER_AGENT
            self._session = shared.made(self._connections, agent) if self._connections else shared.take(agent)

    async def shutdown(self) -> None:
        """Close every connection. Safe to call twice."""
        session, self._session = self._session, None
        if session is not None and self._connections:
            await session.close()
        elif session is not None:
            await shared.give_back()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's JSON object. Raises TelegramError for anything else; logs nothing of it."""
        try:
            answer = json.loads(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or answer.get("ok") is not ("result" in answer):
            raise TelegramError("Invalid server response")
        return answer

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: "ODVInput[float]" = _DEFAULT,
        write_timeout: "ODVInput[float]" = _DEFAULT,
        connect_timeout: "ODVInput[float]" = _DEFAULT,
        pool_timeout: "ODVInput[float]" = _DEFAULT,
    ) -> tuple[int, bytes]:
        """Status and body of one request, made once. Seconds; see the class for what it raises."""
        uploads = request_data is not None and request_data.contains_files
        timeout = _timeouts(
            read=_given(read_timeout, self._read_timeout),
            write=_given(write_timeout, self._media_write_timeout if uploads else self._write_timeout),
            connect=_given(connect_timeout, self._connect_timeout),
            pool=_given(pool_timeout, self._pool_timeout),
            bounded=method != "GET",
        )
        try:
            body, headers = _body(request_data)
            limit = 64 * self._body_limit if method == "GET" else self._body_limit
            status, answer = await self._exchange(method, url, body, headers, timeout, limit)
        except (aiohttp.ClientError, TimeoutError, UnicodeEncodeError) as error:
            raise failure(error) from cleaned(error)
        if answer is None:
            raise UnexpectedAnswer(status, f"an answer longer than {limit} bytes")
        if method != "GET" and not 200 <= status <= 299:
            problem = refusal(status, answer)
            if problem is not None:
                raise problem
        return status, answer

    async def download(self, url: str, limit: int) -> bytes | None:
        """A file's bytes; None where it is gone (404, 410) or longer than `limit` bytes.

        Reads no further than the limit. Raises TimedOut, NetworkError.
        """
        timeout = _timeouts(
            self._read_timeout, self._write_timeout, self._connect_timeout, self._pool_timeout, bounded=False
        )
        try:
            status, body = await self._exchange("GET", url, None, {}, timeout, limit)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise failure(error) from cleaned(error)
        if status not in (200, 404, 410):
            raise UnexpectedAnswer(status, f"{status} for a file")
        return body if status == 200 else None

    async def _exchange(
        self,
        method: str,
        url: str,
        body: bytes | aiohttp.FormData | None,
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,
        limit: int,
    ) -> tuple[int, bytes | None]:
        if self._session is None:
            raise NeverConnected("the transport is not open")
        if self._token is not None:
            url = url.replace(f"/bot{STAND_IN}/", f"/bot{self._token}/", 1)
        async with self._session.request(
            method,
            url,
            data=body,
            headers=headers,
            timeout=timeout,
            proxy=self._proxy,
            allow_redirects=False,
        ) as response:
            return response.status, await bounded(response, limit)


def _given(value: object, default: float | None) -> float | None:
    if value is None or isinstance(value, int | float):
        return value
    return default


@lru_cache(64)
def _timeouts(
    read: float | None, write: float | None, connect: float | None, pool: float | None, *, bounded: bool
) -> aiohttp.ClientTimeout:
    """aiohttp's timeouts for python-telegram-bot's four: the write timeout is a share of the total."""
    to_connect = pool + connect if pool is not None and connect is not None else None
    total = read + write + to_connect if None not in (read, write, to_connect) else None  # type: ignore[operator]
    return aiohttp.ClientTimeout(
        total=total if bounded else None,
        connect=to_connect,
        sock_connect=connect,
        sock_read=read,
    )


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """JSON, or a multipart form where files go along. Raises UnicodeEncodeError for a lone surrogate."""
    if data is None:
        return None, {}
    if not data.contains_files:
        return _encoded(data.parameters).encode(), {"Content-Type": "application/json"}
    # Names go as raw UTF-8: quoted ones would be shown with their percent signs.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        value.encode()
        form.add_field(name, value)
    for name, (filename, content, media_type) in data.multipart_data.items():
        safe = re.sub(r"[\x00-\x1f\x7f]", "", filename)
        safe.encode()
        # aiohttp warns of bytes longer than a mebibyte, which it would write in one piece.
        stream = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=safe, content_type=media_type)
    return form, {}
