"""Telegram, over python-telegram-bot's `Bot` on our transport: receiving and sending for one account."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import quote

from telegram.error import BadRequest, Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.channels import examining
from bot.channels.http.client import MEBIBYTE
from bot.channels.telegram.answers import classify
from bot.channels.telegram.bot import TokenlessBot
from bot.channels.telegram.calls import Call, accepted, call_for
from bot.channels.telegram.declaration import CAPABILITIES, FREE_RATE
from bot.channels.telegram.hook import Hook
from bot.channels.telegram.read import ALLOWED, raw_updates, read_update
from bot.channels.telegram.transport import STAND_IN, AiohttpRequest
from bot.core.delivery.outcome import (
    Denied,
    HandleLost,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    believed,
)
from bot.core.delivery.reasons import Reason
from bot.core.kernel.capabilities import Rates
from bot.core.kernel.errors import AccountDenied
from bot.core.ports import Examined, HookRefusal, Identity, Incoming, Received, Request, SendPart

DEFAULT_BASE_URL = "https://api.telegram.org/bot"

POLL_S = 50  # the longest that Telegram waits with an empty answer
_POLL_LIMIT = 100
_POLL_BODY = 32 * MEBIBYTE
_PROBE_DEADLINE = 15.0
_FETCH_DEADLINE = 120.0
_TOKEN = re.compile(r"[A-Za-z0-9:_-]+")


class TelegramChannel:
    """One Telegram account (`bot.core.ports.Channel`).

    `rate` in messages a second; `paid_rate` instead of it, where messages above the free rate are paid for;
    `base_url` ends in "/bot" (a self-hosted Bot API server); `proxy` is an http:// URL; `poll_timeout` in
    seconds; `connections`: for sending, at most; `hook`: where Telegram delivers updates, in place of polls.
    Raises ValueError for settings of another form, naming no token.
    """

    kind = "telegram"
    capabilities = CAPABILITIES

    def __init__(
        self,
        account: str,
        token: str,
        *,
        rate: float | None = None,
        paid_rate: float | None = None,
        base_url: str | None = None,
        proxy: str | None = None,
        poll_timeout: int = POLL_S,
        connections: int = 256,
        hook: Hook | None = None,
    ) -> None:
        """Settings only; `open` connects."""
        self._hook = hook
        base = base_url or DEFAULT_BASE_URL
        if not base.endswith("/bot") or not base.startswith(("http://", "https://")):
            raise ValueError(f"account {account}: base_url is an http(s) URL that ends in /bot")
        if not _TOKEN.fullmatch(token):
            raise ValueError(f"account {account}: a Telegram token is digits, a colon, letters and digits")
        self.account = account
        self.rates = Rates(account=paid_rate or rate or FREE_RATE, paid=paid_rate is not None)
        self._poll_timeout = poll_timeout
        self._file_url = base.removesuffix("/bot") + f"/file/bot{STAND_IN}/"
        self._calls = AiohttpRequest(proxy=proxy, token=token, connections=connections)
        self._polls = AiohttpRequest(proxy=proxy, token=token, connections=0, body_limit=_POLL_BODY)
        self._bot = TokenlessBot(
            STAND_IN, base_url=base, request=self._calls, get_updates_request=self._polls
        )

    def __repr__(self) -> str:
        return f"TelegramChannel(account={self.account!r})"

    async def open(self) -> Identity:
        """Connect and ask who we are. Raises AccountDenied on 401 or 404, OSError when out of reach."""
        await self._calls.initialize()
        await self._polls.initialize()
        try:
            async with asyncio.timeout(_PROBE_DEADLINE):
                me = await self._bot.call("getMe", {})
                name = me["username"]
        except Exception as error:
            await self.close()
            self._refuse(error)
        await self._listen()
        return Identity(name=f"@{name}", link=f"https://t.me/{name}?start={{code}}")

    async def _listen(self) -> None:
        """Have updates delivered, where that is set. What refuses it tells nothing of the account."""
        if self._hook is None:
            return
        outcome = await self._perform(Call(*self._hook.call()), _PROBE_DEADLINE)
        if isinstance(outcome, Sent):
            return
        await self.close()
        if isinstance(outcome, Denied):
            raise AccountDenied(f"account {self.account}: {outcome.reason}")
        why = getattr(outcome, "said", "") or getattr(outcome, "reason", "asked too often")
        raise OSError(f"account {self.account}: the webhook cannot be set ({why})")

    async def examine(self) -> Examined:
        """Ask `getMe` and `getWebhookInfo`; nothing is set or deleted."""
        await self._calls.initialize()
        try:
            async with asyncio.timeout(_PROBE_DEADLINE):
                me = await self._bot.call("getMe", {})
            info = await self._webhook_info()
            waiting, failed = info.get("pending_update_count", 0), info.get("last_error_message", "")
            wanted = self._hook.url if self._hook else None
            return examining.told("Telegram", f"@{me['username']}", info["url"], wanted, failed, waiting)
        except Exception as error:
            return examining.trouble("Telegram", classify(error))

    async def _webhook_info(self) -> dict[str, Any]:
        """What is known of the webhook; on a server that has no such method, that there is none."""
        try:
            async with asyncio.timeout(_PROBE_DEADLINE):
                found = await self._bot.call("getWebhookInfo", {})
        except (InvalidToken, EndPointNotFound):  # `getMe` was answered just now
            found = {}
        return {"url": "", **found} if isinstance(found, dict) else {"url": ""}

    def _refuse(self, error: Exception) -> NoReturn:
        outcome = classify(error)
        if isinstance(outcome, Denied):
            raise AccountDenied(f"account {self.account}: {outcome.reason}") from None
        why = error.message if isinstance(error, BadRequest) else type(error).__name__
        raise OSError(f"account {self.account}: Telegram is out of reach ({why})") from None

    async def close(self) -> None:
        """Let go of connections. Safe to call twice and before `open`."""
        await self._calls.shutdown()
        await self._polls.shutdown()

    @property
    def hooked(self) -> bool:
        """Whether Telegram delivers updates to us."""
        return self._hook is not None

    def receive_hook(self, headers: Mapping[str, str], body: bytes) -> Received | HookRefusal:
        """The update in a delivery of Telegram's."""
        return self._hook.received(headers, body) if self._hook else HookRefusal(404, "no webhook is set")

    async def receive(self, cursor: str | None) -> Received:
        """Wait for updates from `cursor` on. A poll that fails says why in `problem`."""
        offset = int(cursor) if cursor is not None and cursor.isdecimal() else None
        wanted: dict[str, Any] = {
            "timeout": self._poll_timeout,
            "limit": _POLL_LIMIT,
            "allowed_updates": list(ALLOWED),
        }
        if offset is not None:
            wanted["offset"] = offset
        try:
            async with asyncio.timeout(self._poll_timeout + 15):
                result = await self._bot.call("getUpdates", wanted, read_timeout=self._poll_timeout + 10)
        except Exception as error:
            return await self._poll_failed(error)
        if not isinstance(result, list):
            return Received(problem="updates that are not a list")
        updates = raw_updates(result, offset)
        if result and not updates:
            return Received(problem="updates without a number")
        return Received(updates, str(max(int(one.key) for one in updates) + 1) if updates else None)

    async def _poll_failed(self, error: Exception) -> Received:
        if isinstance(error, Conflict) and "webhook" in str(error).lower():
            await self._perform(Call("deleteWebhook", {}), _PROBE_DEADLINE)
            return Received(problem="a webhook was set and has been removed")
        if isinstance(error, Conflict):
            return Received(problem="somebody else polls this account")
        outcome = classify(error)
        if isinstance(outcome, Denied):
            outcome = await self._believed(outcome)
        return Received(
            problem=str(error) if isinstance(error, TelegramError) else type(error).__name__,
            retry_after=outcome.retry_after if isinstance(outcome, Throttled) else None,
            denied=isinstance(outcome, Denied),
        )

    def read(self, payload: str) -> Incoming:
        """Understand a stored update. Never raises."""
        return read_update(payload)

    async def perform(self, request: Request, deadline: float) -> Outcome:
        """Make one request, once, in at most `deadline` seconds. Never retries."""
        outcome = await self._perform(call_for(request), deadline)
        if isinstance(outcome, HandleLost) and not (
            isinstance(request, SendPart) and request.part.upload and request.part.upload.handle
        ):
            return Rejected(Reason.BAD_FILE, outcome.said)
        return outcome

    async def _perform(self, call: Call | Rejected | Sent, deadline: float) -> Outcome:
        if isinstance(call, Rejected | Sent):
            return call
        try:
            async with asyncio.timeout(deadline):
                result = await self._bot.call(call.method, call.parameters)
        except Exception as error:
            outcome = classify(error)
            if isinstance(outcome, Denied) and call.method != "getMe":
                return await self._believed(outcome)
            return Sent(call.message_id) if isinstance(outcome, Sent) else outcome
        return accepted(call, result)

    async def _believed(self, denied: Denied) -> Outcome:
        """A method that is not found may be just that: the account is asked after before it is given up."""
        if not denied.missing:
            return denied
        return believed(denied, await self._perform(Call("getMe", {}), _PROBE_DEADLINE))

    async def probe(self) -> Outcome:
        """Ask `getMe`, to see whether Telegram answers."""
        outcome = await self._perform(Call("getMe", {}), _PROBE_DEADLINE)
        return Sent() if isinstance(outcome, Sent) else outcome

    async def fetch(self, handle: str, limit: int) -> bytes | None:
        """Download a file somebody sent; None if it is gone or longer than `limit` bytes.

        Raises OSError when Telegram is out of reach.
        """
        try:
            async with asyncio.timeout(_FETCH_DEADLINE):
                file = await self._bot.call("getFile", {"file_id": handle})
                if not isinstance(file.get("file_path"), str) or (file.get("file_size") or 0) > limit:
                    return None
                return await self._calls.download(self._file_url + quote(file["file_path"]), limit)
        except BadRequest:
            return None
        except Exception as error:
            why = getattr(classify(error), "reason", type(error).__name__)
            raise OSError(f"account {self.account}: the file could not be fetched ({why})") from None
