"""Reads a request's parameters from wherever Telegram allows them: query, form, multipart, JSON."""

import json
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.botapi_errors import ApiError

UPLOAD_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Params:
    """A request's parameters, whichever way they were encoded."""

    values: dict[str, Any]
    uploads: dict[str, Upload]

    def text(self, name: str) -> str:
        """A string, "" where it is missing."""
        value = self.values.get(name)
        return value if isinstance(value, str) else "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number. Raises ApiError where it is something else."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            raise ApiError(400, f"Bad Request: invalid {name} specified")
        return int(value)

    def flag(self, name: str) -> bool:
        """True or false, false where it is missing. Raises ApiError where it is something else."""
        value = self.text(name).lower()
        if value not in ("", "true", "false"):
            raise ApiError(400, f"Bad Request: can't parse {name}: a Boolean is expected")
        return value == "true"

    def json(self, name: str) -> Any:
        """An object or array, written as JSON or sent as such. Raises ApiError."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value:
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(400, f"Bad Request: can't parse {name} JSON object") from None


async def read_params(request: web.Request) -> Params:
    """The parameters. Raises ApiError for a body that cannot be read."""
    values: dict[str, Any] = dict(request.query)
    uploads: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            body = json.loads(await request.read() or b"{}")
            if not isinstance(body, dict):
                raise ApiError(400, "Bad Request: object expected")
            values |= body
        elif request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded"):
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    uploads[name] = Upload(value.filename, value.content_type, value.file.read())
                else:
                    values[name] = value
    except web.HTTPRequestEntityTooLarge:
        raise ApiError(413, "Request Entity Too Large") from None
    except (ValueError, RecursionError):
        raise ApiError(400, "Bad Request: can't parse the request body") from None
    return Params({name: value for name, value in values.items() if value is not None}, uploads)
