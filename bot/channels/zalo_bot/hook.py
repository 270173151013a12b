"""Events that the Bot Platform delivers. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.text import says_nothing
from bot.channels.zalo_bot.read import raw_update
from bot.core.ports import HookRefusal, Received

HEADER = "x-bot-api-secret-token"


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Zalo delivers, and the secret by which a delivery is known to be Zalo's."""

    url: str
    secret: str = field(repr=False)

    def call(self) -> dict[str, Any]:
        """What `setWebhook` is told."""
        return {"url": self.url, "secret_token": self.secret}

    def received(self, headers: Mapping[str, str], body: bytes) -> Received | HookRefusal:
        """The event of one delivery. A probe, whose body is empty, is answered well and brings nothing."""
        if says_nothing(body):
            return Received()
        given = headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            return HookRefusal(403, "the secret header is missing or wrong")
        try:
            update = raw_update(json.loads(body))
        except (ValueError, RecursionError):
            return HookRefusal(400, "the body is not JSON")
        return Received((update,) if update else ())


def made_secret(token: str) -> str:
    """A secret for who sets none: of the token, so that it is the same after a restart."""
    return hmac.new(token.encode(), b"nhipcau zalo webhook", hashlib.sha256).hexdigest()
