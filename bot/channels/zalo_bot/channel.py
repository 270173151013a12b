"""The Zalo Bot Platform: receiving and sending for one account."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import structlog

from bot.channels import examining
from bot.channels.http.client import Answer, Client
from bot.channels.zalo_bot.answers import code_of, meaning, result_of, said
from bot.channels.zalo_bot.declaration import CAPABILITIES, RATE
from bot.channels.zalo_bot.hook import Hook
from bot.channels.zalo_bot.read import raw_update, read_event, sent_at
from bot.channels.zalo_bot.styles import styled
from bot.core.delivery.outcome import Denied, NotSent, Outcome, Rejected, Sent, Uncertain, believed
from bot.core.delivery.reasons import Reason
from bot.core.kernel.capabilities import Rates
from bot.core.kernel.errors import AccountDenied
from bot.core.kernel.values import DAY_MS, EPOCH_MS, Ms
from bot.core.ports import (
    DeletePart,
    EditPart,
    Examined,
    HookRefusal,
    Identity,
    Incoming,
    RawUpdate,
    Received,
    Request,
    SendPart,
)

log = structlog.get_logger()
_PROBE_DEADLINE = 15.0
_FETCH_DEADLINE = 60.0
# Between the beginnings of two polls, as some servers replay what was consumed; a second where they arrive.
_POLL_FLOOR_S = 1.05
_REPLAYED_MS = DAY_MS  # so long before the newest event, an event was taken in and forgotten since
FIRST_DATE = 1_577_836_800_000  # 2020, ms UTC: the platform is younger; what counts in seconds lies before
_IDLE = (200, 408)


class ZaloBotChannel:
    """One bot on the Zalo Bot Platform (`bot.core.ports.Channel`).

    `rate` in messages a second; `poll_timeout` in seconds; `hook`: where Zalo delivers, in place of polls.
    """

    kind = "zalo_bot"
    capabilities = CAPABILITIES

    def __init__(
        self,
        account: str,
        token: str,
        *,
        base_url: str,
        rate: float = RATE,
        poll_timeout: int = 25,
        connections: int = 64,
        hook: Hook | None = None,
    ) -> None:
        """Settings only; `open` connects."""
        self.account = account
        self.rates = Rates(account=rate, chat_burst=3)
        self._base = f"{base_url}/bot{token}"
        self._poll_timeout = poll_timeout
        self._hook = hook
        self._client = Client(connections=connections)
        self._polled = 0.0
        self._unreached = ""

    def __repr__(self) -> str:
        return f"ZaloBotChannel(account={self.account!r})"

    @property
    def hooked(self) -> bool:
        """Whether Zalo delivers events to us."""
        return self._hook is not None

    async def open(self) -> Identity:
        """Connect and ask who we are. Raises AccountDenied on a refused token, OSError when out of reach."""
        await self._client.open()
        me = await self._call("getMe", {}, _PROBE_DEADLINE)
        if isinstance(me, Answer) and code_of(me) == 200:
            ready = await self._listen()
            if ready is None:
                return Identity(self._name(me), unreached=self._unreached)
            await self.close()
            why = said(ready) if isinstance(ready, Answer) else ready.reason
            raise OSError(f"account {self.account}: the way of events cannot be set ({why})")
        await self.close()
        if isinstance(me, Answer) and code_of(me) in (401, 404):
            raise AccountDenied(f"account {self.account}: {Reason.TOKEN}")
        why = said(me) if isinstance(me, Answer) else me.reason
        raise OSError(f"account {self.account}: Zalo is out of reach ({why})")

    async def _listen(self) -> Answer | NotSent | Uncertain | None:
        """Have events come the way that is set; None where it is so. A hook and polls exclude each other."""
        if self._hook is not None:
            answer = await self._call("setWebhook", self._hook.call(), _PROBE_DEADLINE)
            if not (isinstance(answer, Answer) and code_of(answer) == 200):
                return answer
            self._note_verification(result_of(answer))
            return None
        answer = await self._call("deleteWebhook", {}, _PROBE_DEADLINE)
        known = isinstance(answer, Answer) and code_of(answer) in (200, 400, 404)  # none was set
        return None if known else answer

    def _note_verification(self, result: Any) -> None:
        """The address is kept even where Zalo could not reach it: the log says so, and `check`."""
        told = result.get("verification") if isinstance(result, dict) else None
        self._unreached = ""
        if isinstance(told, dict) and told.get("ok") is False:
            why = {key: str(told.get(key))[:200] for key in ("outcome", "status_code", "hint")}
            log.warning("the webhook is set, and Zalo did not reach it", account=self.account, **why)
            self._unreached = ", ".join(one for one in why.values() if one not in ("", "0", "None")) or "no"

    async def examine(self) -> Examined:
        """Ask `getMe` and `getWebhookInfo`; nothing is set or deleted."""
        await self._client.open()
        me = await self._call("getMe", {}, _PROBE_DEADLINE)
        info = await self._call("getWebhookInfo", {}, _PROBE_DEADLINE)
        for answer in (me, info):
            unset = answer is info and isinstance(answer, Answer) and code_of(answer) == 404
            if not unset and not (isinstance(answer, Answer) and code_of(answer) == 200):
                return examining.trouble("Zalo", meaning(answer))
        found = result_of(info) if isinstance(info, Answer) and code_of(info) == 200 else None
        there = found.get("url") if isinstance(found, dict) else None
        url = there if isinstance(there, str) else ""
        return examining.told("Zalo", self._name(me), url, self._hook.url if self._hook else None)

    def _name(self, me: Answer | NotSent | Uncertain) -> str:
        result = result_of(me) if isinstance(me, Answer) else None
        names = (
            [result.get(key) for key in ("account_name", "display_name")] if isinstance(result, dict) else []
        )
        return next((one for one in names if isinstance(one, str) and one), self.account)

    async def close(self) -> None:
        """Let go of connections. Safe to call twice and before `open`."""
        await self._client.close()

    async def receive(self, cursor: str | None) -> Received:
        """Wait for the next event; the platform keeps no offset, so `cursor` is the newest event's time."""
        await asyncio.sleep(self._polled + _POLL_FLOOR_S - time.monotonic())
        self._polled = time.monotonic()
        answer = await self._call("getUpdates", {"timeout": self._poll_timeout}, self._poll_timeout + 15)
        if not isinstance(answer, Answer):
            return Received(problem=str(answer.reason))
        code = code_of(answer)
        if code not in _IDLE:
            return Received(problem=said(answer), denied=code in (401, 404) and await self._is_denied())
        result = result_of(answer) if code == 200 else None
        found = [raw_update(one) for one in (result if isinstance(result, list) else [result])]
        newest = _possible(Ms(int(cursor)) if cursor is not None and cursor.isdecimal() else EPOCH_MS)
        updates = [one for one in found if one is not None and not _replayed(one, newest)]
        dates = [_possible(sent_at(one)) for one in updates]
        return Received(updates, str(max([newest, *dates])) if updates else None)

    def receive_hook(self, headers: Mapping[str, str], body: bytes) -> Received | HookRefusal:
        """The event in a delivery of Zalo's."""
        return self._hook.received(headers, body) if self._hook else HookRefusal(404, "no webhook is set")

    def read(self, payload: str) -> Incoming:
        """Understand a stored event. Never raises."""
        return read_event(payload)

    async def perform(self, request: Request, deadline: float) -> Outcome:
        """Make one request, once, in at most `deadline` seconds. Never retries."""
        if not isinstance(request, SendPart):
            # No taps wait here, no menu is shown, and nothing that was said can be changed.
            changed = isinstance(request, EditPart | DeletePart)
            return Rejected(Reason.MESSAGE_GONE, "nothing can be changed here") if changed else Sent()
        if request.part.upload is not None:
            return Rejected(Reason.BAD_FILE, "files go as links here")
        text, styles = styled(request.part.text)
        if not text.strip():
            return Rejected(Reason.NOTHING_TO_SEND, "an empty text")
        if request.part.picture:
            shown = {"chat_id": request.chat_id, "photo": request.part.picture, "caption": text}
            outcome = await self._send("sendPhoto", shown, deadline)
            if not isinstance(outcome, Rejected):
                return outcome  # what could not be fetched is refused: its address stands in the text
        if request.part.sound:
            played = {"chat_id": request.chat_id, "voice_url": request.part.sound}
            outcome = await self._send("sendVoice", played, deadline)
            if not isinstance(outcome, Rejected):
                return outcome
        parameters: dict[str, Any] = {"chat_id": request.chat_id, "text": text}
        if styles:
            parameters["text_styles"] = styles
        return await self._send("sendMessage", parameters, deadline)

    async def _send(self, method: str, parameters: dict[str, Any], deadline: float) -> Outcome:
        outcome = meaning(await self._call(method, parameters, deadline))
        return believed(outcome, await self.probe()) if isinstance(outcome, Denied) else outcome

    async def probe(self) -> Outcome:
        """Ask `getMe`, to see whether Zalo answers."""
        answer = await self._call("getMe", {}, _PROBE_DEADLINE)
        if isinstance(answer, Answer) and code_of(answer) == 200:
            return Sent()
        return meaning(answer)

    async def fetch(self, handle: str, limit: int) -> bytes | None:
        """Download a picture somebody sent; None if it is gone or longer than `limit` bytes."""
        try:
            return await self._client.get(handle, _FETCH_DEADLINE, limit)
        except OSError as error:
            raise OSError(f"account {self.account}: the file could not be fetched ({error})") from None

    async def _is_denied(self) -> bool:
        return isinstance(await self.probe(), Denied)

    async def _call(
        self, method: str, parameters: dict[str, Any], deadline: float
    ) -> Answer | NotSent | Uncertain:
        return await self._client.post(f"{self._base}/{method}", parameters, deadline)


def _possible(date: Ms) -> Ms:
    """A date that can be, ms UTC; else 0: of one from the future, all that comes later would be dropped."""
    return date if FIRST_DATE <= date <= time.time() * 1000 else EPOCH_MS


def _replayed(update: RawUpdate, newest: Ms) -> bool:
    """Whether it was taken in so long ago that its name is forgotten; never without a possible date."""
    return 0 < _possible(sent_at(update)) <= newest - _REPLAYED_MS
