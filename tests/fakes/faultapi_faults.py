"""What can go wrong at the platform, by name; and when it does: by count, method, chat or chance."""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

HTML = b"<html><head><title>Error</title></head><body><h1>nginx</h1></body></html>"
HUGE_WAIT = 10**12
MEBIBYTE = 1024 * 1024
# Refusals a client can be sure of: nothing was accepted.
SURE = frozenset(
    {
        "429",
        "429-bare",
        "429-huge",
        "429-html",
        "400",
        "401",
        "403",
        "403-deactivated",
        "404",
        "409",
        "migrate",
    }
)
# The platform does its work, and only the answer goes wrong; every other kind does nothing unless told so.
DONE_FIRST = frozenset({"reset-after", "drip", "slow"})
CONNECTIONS = frozenset({"reset-before", "reset-after", "refuse", "silence"})


@dataclass
class Fault:
    """Lets `skip` matching calls pass, then meets `times` (None: all) of them, each with `probability`.

    `method` is the beginning of a method's name ("send": every send); None: any. `accept`: the platform
    does its work first (None: as the kind does). `seconds`: between the bytes of a "drip", before a "slow"
    answer, how long to "refuse". `to`: the chat a "migrate" names.
    """

    kind: str
    method: str | None = None
    chat_id: int | None = None
    skip: int = 0
    times: int | None = 1
    probability: float = 1.0
    accept: bool | None = None
    retry_after: float = 1
    seconds: float = 0.5
    to: int | None = None
    met: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r}: allowed are {', '.join(sorted(KINDS))}")

    @property
    def accepts(self) -> bool:
        """Whether the platform accepts the call that goes wrong."""
        return self.kind in DONE_FIRST if self.accept is None else self.accept

    def meets(self, method: str, chat_id: int | None, chance: random.Random) -> bool:
        """Whether this call goes wrong; counts it."""
        if self.method is not None and not method.startswith(self.method.lower()):
            return False
        if self.chat_id not in (None, chat_id):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is not None and self.met >= self.times:
            return False
        if self.probability < 1 and chance.random() >= self.probability:
            return False
        self.met += 1
        return True


class Faults:
    """The faults in force: the first that meets a call decides. The same seed, the same choices."""

    def __init__(self, faults: list[dict[str, Any]], seed: int) -> None:
        self.listed = [Fault(**one) for one in faults]
        self.met: Counter[str] = Counter()
        self._chance = random.Random(seed)

    def pick(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault this call meets."""
        for fault in self.listed:
            if fault.meets(method, chat_id, self._chance):
                self.met[fault.kind] += 1
                return fault
        return None


def refused(status: int, description: str, **parameters: Any) -> bytes:
    """The Bot API's JSON for a refusal."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return json.dumps(body).encode()


def answer_of(fault: Fault, right: bytes) -> tuple[int, str, bytes]:
    """Status, content type and body; `right` is the answer that would have been given."""
    status, content_type, body = KINDS[fault.kind]
    if callable(body):
        body = body(fault, right)
    return status, content_type, body


def _too_many(fault: Fault, _: bytes) -> bytes:
    wait = HUGE_WAIT if fault.kind == "429-huge" else fault.retry_after
    return refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def _moved(fault: Fault, _: bytes) -> bytes:
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return refused(400, words, migrate_to_chat_id=fault.to)


def _nested(*_: object) -> bytes:
    return b'{"ok":true,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def _huge(_: Fault, right: bytes) -> bytes:
    return right[:-1] + b',"padding":"' + b"x" * MEBIBYTE + b'"}'


def _right(_: Fault, right: bytes) -> bytes:
    return right


_JSON, _HTML = "application/json", "text/html"
_BLOCKED = refused(403, "Forbidden: bot was blocked by the user")
_GONE = refused(403, "Forbidden: user is deactivated")
_CONFLICT = refused(409, "Conflict: terminated by other getUpdates request")
KINDS: dict[str, tuple[int, str, Any]] = {
    "429": (429, _JSON, _too_many),
    "429-bare": (429, _JSON, refused(429, "Too Many Requests")),
    "429-huge": (429, _JSON, _too_many),
    "429-html": (429, _HTML, HTML),
    "400": (400, _JSON, refused(400, "Bad Request: message text is empty")),
    "400-html": (400, _HTML, HTML),
    "401": (401, _JSON, refused(401, "Unauthorized")),
    "403": (403, _JSON, _BLOCKED),
    "403-deactivated": (403, _JSON, _GONE),
    "403-html": (403, _HTML, HTML),
    "404": (404, _JSON, refused(404, "Not Found")),
    "409": (409, _JSON, _CONFLICT),
    "migrate": (400, _JSON, _moved),
    "200-truncated": (200, _JSON, lambda _, right: right[: len(right) // 2]),
    "200-cut": (200, _JSON, _right),
    "200-html": (200, _HTML, HTML),
    "200-empty": (200, _JSON, b""),
    "200-no-result": (200, _JSON, b'{"ok":true}'),
    "200-list": (200, _JSON, b"[1,2,3]"),
    "200-nested": (200, _JSON, _nested),
    "200-huge": (200, _JSON, _huge),
    "drip": (200, _JSON, _right),
    "slow": (200, _JSON, _right),
    **dict.fromkeys(CONNECTIONS, (0, "", b"")),
}
for _status in (500, 502, 504):
    KINDS[f"{_status}"] = (_status, _JSON, refused(_status, "Internal Server Error"))
    KINDS[f"{_status}-html"] = (_status, _HTML, HTML)
    KINDS[f"{_status}-empty"] = (_status, _HTML, b"")
