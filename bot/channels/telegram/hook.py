"""Updates that Telegram delivers: https://core.telegram.org/bots/api#setwebhook. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.telegram.read import ALLOWED, raw_updates
from bot.core.ports import HookRefusal, Received

HEADER = "x-telegram-bot-api-secret-token"


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram delivers, and the secret by which a delivery is known to be Telegram's."""

    url: str
    secret: str = field(repr=False)

    def call(self) -> tuple[str, dict[str, Any]]:
        """The Bot API call that has updates delivered here."""
        wanted = {"url": self.url, "secret_token": self.secret, "allowed_updates": list(ALLOWED)}
        return "setWebhook", wanted

    def received(self, headers: Mapping[str, str], body: bytes) -> Received | HookRefusal:
        """The update of one delivery. Header names are in lower case."""
        given = headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), self.secret.encode()):
            return HookRefusal(403, "the secret header is missing or wrong")
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return HookRefusal(400, "the body is not JSON")
        return Received(raw_updates([update], None))


def made_secret(token: str) -> str:
    """A secret for who sets none: of the token, so that it is the same after a restart."""
    return hmac.new(token.encode(), b"nhipcau webhook", hashlib.sha256).hexdigest()
