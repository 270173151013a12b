"""A Zalo Official Account: what it delivers, and consultation messages to who wrote within seven days."""

import json
import time
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from bot.channels import examining
from bot.channels.http.client import Answer, Client
from bot.channels.zalo_oa.answers import OK, code_of, data_of, is_dead, meaning, said
from bot.channels.zalo_oa.declaration import CAPABILITIES, RATE
from bot.channels.zalo_oa.hook import Hook
from bot.channels.zalo_oa.read import PRESSED, read_event
from bot.channels.zalo_oa.renewal import Renewal
from bot.core.delivery.outcome import (
    Denied,
    HandleLost,
    NotSent,
    Outcome,
    Rejected,
    Sent,
    Throttled,
    Uncertain,
    Unreachable,
    believed,
)
from bot.core.delivery.reasons import Reason
from bot.core.kernel.capabilities import Capabilities, Rates
from bot.core.kernel.errors import AccountDenied
from bot.core.kernel.values import ChatId
from bot.core.ports import (
    AnswerTap,
    DeletePart,
    EditPart,
    Examined,
    Followers,
    HookRefusal,
    Identity,
    Incoming,
    Part,
    Received,
    Request,
    SendPart,
    Template,
    Upload,
)

Raw = Answer | NotSent | Uncertain
_PROBE_DEADLINE = 15.0
_FETCH_DEADLINE = 60.0
_TITLE = 100  # characters of a button
A_PAGE, LAST_OFFSET = 50, 9_951  # followers that the platform lists at once, and where its list ends
_FILES = {"application/pdf", "application/msword", "text/csv"} | {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
}


class ZaloOaChannel:
    """One Official Account (`bot.core.ports.Channel`). `rate` in messages a second."""

    kind = "zalo_oa"
    hooked = True

    def __init__(
        self,
        account: str,
        *,
        base_url: str,
        client: Client,
        tokens: Renewal,
        hook: Hook,
        rate: float = RATE,
        capabilities: Capabilities = CAPABILITIES,
    ) -> None:
        """Settings only; `open` connects."""
        self.account = account
        self.capabilities = capabilities
        self.rates = Rates(account=rate, chat_burst=3)
        self._base = base_url
        self._client = client
        self._tokens = tokens
        self._hook = hook
        self._oa_id = ""

    def __repr__(self) -> str:
        return f"ZaloOaChannel(account={self.account!r})"

    async def open(self) -> Identity:
        """Connect and ask who we are. Raises AccountDenied where we are refused, OSError out of reach."""
        await self._client.open()
        me = await self._getoa()
        if isinstance(me, Answer) and code_of(me) == OK:
            return Identity(self._named(me))
        outcome = meaning(me) if isinstance(me, Answer) else me
        await self.close()
        if isinstance(outcome, Denied):
            raise AccountDenied(f"account {self.account}: {outcome.reason}", outcome.reason)
        why = said(me) if isinstance(me, Answer) else getattr(outcome, "reason", "")
        raise OSError(f"account {self.account}: Zalo is out of reach ({why})")

    async def examine(self) -> Examined:
        """Ask who we are with the token there is. It is not exchanged: that is `run`'s alone."""
        await self._client.open()
        token = await self._tokens.access()
        me = await self._client.ask(*self._who(token))
        if is_dead(me):
            why = "an exchange of tokens was cut short: if `run` cannot renew them, link the account again"
            told = "the access token is over; `run` changes it for the next"
            return Examined("", (why,)) if self._tokens.cut_short else Examined("", notes=(told,))
        if not (isinstance(me, Answer) and code_of(me) == OK):
            return examining.trouble("Zalo", meaning(me))
        note = f"events must be delivered to {self._hook.url}: see that the app's console says so"
        return Examined(self._named(me), notes=(note,))

    async def followers(self) -> Followers:
        """Ask for all followers with the token there is. It is not exchanged: that is `run`'s alone."""
        await self._client.open()
        token, ids = await self._tokens.access(), set[str]()
        for offset in range(0, LAST_OFFSET + 1, A_PAGE):
            asked = json.dumps({"offset": offset, "count": A_PAGE, "is_follower": "true"})
            url = f"{self._base}/v3.0/oa/user/getlist?{urlencode({'data': asked})}"
            answer = await self._client.ask(url, _PROBE_DEADLINE, {"access_token": token})
            if not (isinstance(answer, Answer) and code_of(answer) == OK):
                told = examining.trouble("Zalo", meaning(answer)).problems
                return Followers(whole=False, problem=told[0])
            users = data_of(answer).get("users")
            page = users if isinstance(users, list) else []
            ids |= {str(one["user_id"]) for one in page if isinstance(one, dict) and "user_id" in one}
            if len(page) < A_PAGE:
                return Followers(frozenset(ids))
        return Followers(frozenset(ids), whole=False)

    async def close(self) -> None:
        """Let go of connections, once tokens that are being exchanged are kept. Safe to call twice."""
        await self._tokens.settle()
        await self._client.close()

    async def receive(self, _cursor: str | None) -> Received:
        """There is nothing to be polled: events are delivered."""
        return Received(problem="this platform delivers, and cannot be polled")

    def receive_hook(self, headers: Mapping[str, str], body: bytes) -> Received | HookRefusal:
        """The event in a delivery of Zalo's."""
        return self._hook.received(headers, body, self._oa_id)

    def read(self, payload: str) -> Incoming:
        """Understand a stored event. Never raises."""
        return read_event(payload)

    async def perform(self, request: Request, deadline: float) -> Outcome:
        """Make one request, once, in at most `deadline` seconds. Never retries what may have been done."""
        match request:
            case SendPart(part=Part(template=Template() as template)):
                return await self._send_template(request.chat_id, template, deadline)
            case SendPart(part=Part(upload=Upload() as upload)):
                return await self._send_file(request.chat_id, upload, deadline)
            case SendPart():
                return await self._send_text(request, deadline)
            case EditPart() | DeletePart():
                return Rejected(Reason.MESSAGE_GONE, "nothing can be changed here")
            case AnswerTap(text=text) if text:
                return Rejected(Reason.TAP_TOO_OLD, "no notice can be shown here")
        return Sent()

    async def _send_text(self, request: SendPart, deadline: float) -> Outcome:
        text = unicodedata.normalize("NFC", request.part.text)
        if not text.strip():
            return Rejected(Reason.NOTHING_TO_SEND, "an empty text")
        message: dict[str, Any] = {"text": text}
        shown = [button for row in request.part.buttons for button in row if button.data]
        if shown:
            buttons = [
                {"title": one.label[:_TITLE], "type": "oa.query.hide", "payload": f"{PRESSED}{one.data}"}
                for one in shown
            ]
            message["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
        return await self._message(request.chat_id, message, deadline)

    async def _send_template(self, chat_id: ChatId, template: Template, deadline: float) -> Outcome:
        """Words that Zalo approved and holds: the one message that needs no window, for a fee."""
        data = {name: unicodedata.normalize("NFC", text) for name, text in template.data.items()}
        body = {"user_id": chat_id, "template_id": template.number, "template_data": data}
        outcome = await self._post("message/template", body, deadline)
        if isinstance(outcome, Denied) and outcome.reason is not Reason.TOKEN:
            return Rejected(outcome.reason, outcome.said)
        if isinstance(outcome, Throttled) and outcome.spent:
            return Rejected(Reason.QUOTA, "no funds for templates")
        # Whether a template may be sent says nothing of whether somebody can be answered.
        return Rejected(outcome.reason, outcome.said) if isinstance(outcome, Unreachable) else outcome

    async def _send_file(self, chat_id: ChatId, upload: Upload, deadline: float) -> Outcome:
        until = time.monotonic() + deadline
        handle = upload.handle
        if handle is None:
            found = await self._upload(upload, deadline)
            if not isinstance(found, str):
                return found
            handle = found
        kind, _, name = handle.partition(":")
        if kind == "image":
            elements = [{"media_type": "image", "attachment_id": name}]
            attachment = {
                "type": "template",
                "payload": {"template_type": "media", "elements": elements},
            }
        else:
            attachment = {"type": "file", "payload": {"token": name}}
        outcome = await self._message(chat_id, {"attachment": attachment}, max(0.1, until - time.monotonic()))
        if isinstance(outcome, Sent) and upload.handle is None:
            return Sent(outcome.message_id, handle)
        return outcome

    async def _upload(self, upload: Upload, deadline: float) -> str | Outcome:
        """The handle of a file that Zalo holds for seven days; nobody has been shown anything yet."""
        picture = upload.kind == "photo"
        if not picture and upload.media_type not in _FILES:
            return Rejected(Reason.BAD_FILE, f"{upload.media_type} is not taken")
        url = f"{self._base}/v2.0/oa/upload/{'image' if picture else 'file'}"
        answer = await self._call(
            lambda token: self._client.upload(url, upload, deadline, {"access_token": token})
        )
        if isinstance(answer, Answer) and code_of(answer) == OK:
            found = data_of(answer).get("attachment_id" if picture else "token")
            if isinstance(found, str) and found:
                return f"{'image' if picture else 'file'}:{found}"
        outcome = meaning(answer) if isinstance(answer, Answer) else answer
        if isinstance(outcome, Uncertain | Sent):
            return NotSent(Reason.OUT_OF_ORDER, "the file was not taken")
        too_large = isinstance(outcome, Rejected) and outcome.reason is Reason.FILE_TOO_LARGE
        if isinstance(outcome, Rejected | HandleLost) and not too_large:
            return Rejected(Reason.BAD_FILE, outcome.said)
        return outcome

    async def _message(self, chat_id: ChatId, message: dict[str, Any], deadline: float) -> Outcome:
        body = {"recipient": {"user_id": chat_id}, "message": message}
        return await self._post("message/cs", body, deadline)

    async def _post(self, method: str, body: dict[str, Any], deadline: float) -> Outcome:
        url = f"{self._base}/v3.0/oa/{method}"
        answer = await self._call(
            lambda token: self._client.post(url, body, deadline, {"access_token": token})
        )
        outcome = meaning(answer) if isinstance(answer, Answer | NotSent | Uncertain) else answer
        if isinstance(outcome, Denied) and outcome.reason is Reason.TOKEN:
            return believed(outcome, await self.probe())
        return outcome

    async def _call(self, ask: Callable[[str], Awaitable[Raw]]) -> Raw | Outcome:
        """Ask with the token that holds; where that is what was refused, once more with the next."""
        token = await self._tokens.access()
        answer = await ask(token)
        if not is_dead(answer):
            return self._heard(answer)
        fresh = await self._tokens.after(token)
        if not isinstance(fresh, str):
            return fresh
        again = await ask(fresh)
        if is_dead(again) and self._tokens.is_new():
            return NotSent(Reason.NO_WAY, "the new token is not known yet")
        return self._heard(again)

    def _heard(self, answer: Raw) -> Raw:
        # Whatever else it refuses, out of its window or blocked, it took the token.
        if isinstance(answer, Answer) and code_of(answer) <= OK and not is_dead(answer):
            self._tokens.works()
        return answer

    def _who(self, token: str) -> tuple[str, float, dict[str, str]]:
        return f"{self._base}/v2.0/oa/getoa", _PROBE_DEADLINE, {"access_token": token}

    async def _getoa(self) -> Raw | Outcome:
        return await self._call(lambda token: self._client.ask(*self._who(token)))

    def _named(self, me: Answer) -> str:
        """The account's name; its id, by which events are known to be its own, is kept."""
        found = data_of(me)
        mine = next((found[key] for key in ("oa_id", "oaid") if isinstance(found.get(key), str | int)), "")
        self._oa_id = str(mine)
        name = found.get("name")
        return name if isinstance(name, str) and name else self.account

    async def probe(self) -> Outcome:
        """Ask who we are, to see whether Zalo answers."""
        answer = await self._getoa()
        if isinstance(answer, Answer):
            return Sent() if code_of(answer) == OK else meaning(answer)
        return answer

    async def fetch(self, handle: str, limit: int) -> bytes | None:
        """Download what somebody sent; None if it is gone or longer than `limit` bytes."""
        if not handle.startswith("https://"):
            return None  # what we uploaded ourselves cannot be had back
        try:
            return await self._client.get(handle, _FETCH_DEADLINE, limit)
        except OSError as error:
            raise OSError(f"account {self.account}: the file could not be fetched ({error})") from None
