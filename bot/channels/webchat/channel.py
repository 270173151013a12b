"""The local chat as a channel: a messenger of our own on this machine, for rehearsals and demonstrations."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from bot.channels.transcript import Transcript
from bot.channels.webchat.declaration import CAPABILITIES
from bot.channels.webchat.markup import BadMarkup, plain, utf16_length
from bot.channels.webchat.platform import Platform
from bot.channels.webchat.read import read_update
from bot.core.delivery.outcome import HandleLost, Outcome, Rejected, Sent, Uncertain
from bot.core.delivery.reasons import Reason
from bot.core.kernel.capabilities import Capabilities, Rates
from bot.core.kernel.values import ChatId
from bot.core.ports import (
    AnswerTap,
    DeletePart,
    EditPart,
    Examined,
    HookRefusal,
    Identity,
    Incoming,
    Part,
    Received,
    Request,
    SendPart,
    SetMenu,
)
from bot.core.ports import Upload as Outgoing
from bot.core.talk.message import Button

NAME = "Chat thử trên máy này"
UPDATES_AT_ONCE = 100
DATA_LIMIT = 64
ANSWER_LIMIT = 200
_MESSAGE_ID = re.compile(r"[0-9]{1,18}")
_LINK = re.compile(r"(https?://|mailto:|tel:|/(?!/)).+")


class WebChannel:
    """One account of the local chat. `base_url` is where its page is served, without a last slash.

    `poll` bounds one wait for updates, in seconds.
    """

    kind = "webchat"
    hooked = False
    rates = Rates(account=1000, chat=20, chat_burst=50)

    def __init__(
        self,
        account: str,
        transcript: Transcript,
        base_url: str = "http://127.0.0.1:8080",
        poll: float = 25,
        capabilities: Capabilities = CAPABILITIES,
    ) -> None:
        self.capabilities = capabilities
        self.account = account
        self.base_url = base_url
        self.platform = Platform(account, transcript)
        self._poll = poll
        self._closed = False

    async def open(self) -> Identity:
        """Who we are; invitations open the page with their code."""
        return Identity(name=NAME, link=f"{self.base_url}/?join={{code}}")

    async def examine(self) -> Examined:
        """It is ours: there is nobody to ask."""
        return Examined(NAME)

    async def close(self) -> None:
        """End the wait for updates and every page's live connection."""
        self._closed = True
        self.platform.arrived.set()
        self.platform.hub.close()

    async def receive(self, cursor: str | None) -> Received:
        """Updates from `cursor` on; waits for the first one, at most `poll` seconds."""
        transcript, arrived = self.platform.transcript, self.platform.arrived
        after = 0
        if cursor is not None:
            after = int(cursor) - 1
            await transcript.confirm(self.account, int(cursor))
        deadline = asyncio.get_running_loop().time() + self._poll
        while not self._closed:
            arrived.clear()
            updates = await transcript.updates(self.account, after, UPDATES_AT_ONCE)
            if updates:
                return Received(tuple(updates), str(int(updates[-1].key) + 1))
            try:
                async with asyncio.timeout_at(deadline):
                    await arrived.wait()
            except TimeoutError:
                break
        return Received()

    def receive_hook(self, headers: Mapping[str, str], body: bytes) -> HookRefusal:
        """Nobody delivers anything here."""
        return HookRefusal(404, "the local chat has no hook")

    def read(self, payload: str) -> Incoming:
        """Understand a stored update; what is malformed is `Unusable`."""
        return read_update(payload)

    async def perform(self, request: Request, deadline: float) -> Outcome:
        """Make one request, once."""
        try:
            async with asyncio.timeout(deadline):
                return await self._perform(request)
        except (BadMarkup, UnicodeEncodeError) as error:
            return Rejected(Reason.BAD_MARKUP, f"the text cannot be shown: {error}")
        except Exception as error:
            return Uncertain(Reason.STORE, f"{type(error).__name__} while keeping the message")

    async def probe(self) -> Outcome:
        """The local chat is there as long as this process is."""
        return Sent()

    async def fetch(self, handle: str, limit: int) -> bytes | None:
        """A file somebody sent; None if it is gone or longer than `limit` bytes."""
        found = await self.platform.transcript.load_file(self.account, handle)
        return found[2] if found is not None and len(found[2]) <= limit else None

    async def _perform(self, request: Request) -> Outcome:
        match request:
            case SendPart(chat_id, part):
                return await self._send(chat_id, part)
            case EditPart(chat_id, message_id, part):
                return await self._edit(chat_id, message_id, part)
            case DeletePart():
                return Rejected(Reason.MESSAGE_GONE, "nothing is taken out of the local chat")
            case AnswerTap(callback_id, text):
                answered = self.platform.answer(callback_id, text[:ANSWER_LIMIT])
                return Sent() if answered else Rejected(Reason.TAP_TOO_OLD)
            case SetMenu(chat_id, language, menu):
                self.platform.set_menu(chat_id, language, menu)
                return Sent()

    async def _send(self, chat_id: ChatId, part: Part) -> Outcome:
        upload = part.upload
        problem = self._problem(part, captioned=upload is not None)
        if problem is not None:
            return Rejected(*problem)
        body: dict[str, Any] = {"html": part.text, "buttons": _rows(part)}
        if upload is not None:
            file = await self._file(upload)
            if file is None:
                return HandleLost(Reason.FILE_LOST)
            body["file"] = file
        entry = await self.platform.deliver(chat_id, body)
        return Sent(str(entry.message_id), body["file"]["handle"] if upload else None)

    async def _edit(self, chat_id: ChatId, message_id: str, part: Part) -> Outcome:
        problem = self._problem(part, captioned=True)
        if problem is not None:
            return Rejected(*problem)
        change: dict[str, Any] = {"buttons": _rows(part)}
        if part.text:
            change["html"] = part.text
        known = _MESSAGE_ID.fullmatch(message_id)
        if known and await self.platform.replace(chat_id, int(message_id), change):
            return Sent(message_id)
        if not part.text and not part.buttons:
            return Sent(message_id)  # what is gone has no buttons to be taken away
        return Rejected(Reason.MESSAGE_GONE)

    async def _file(self, upload: Outgoing) -> dict[str, Any] | None:
        if upload.handle is not None:
            found = await self.platform.transcript.load_file(self.account, upload.handle)
            if found is not None:
                return _described(upload, upload.handle, len(found[2]))
        if upload.data is None:
            return None
        handle = await self.platform.transcript.save_file(
            self.account, upload.name, upload.media_type, upload.data
        )
        return _described(upload, handle, len(upload.data))

    def _problem(self, part: Part, *, captioned: bool) -> tuple[Reason, str] | None:
        """Why the platform refuses the part. An edit may keep its text, and a file needs no caption."""
        limit = self.capabilities.caption_limit if part.upload else self.capabilities.text_limit
        text = plain(part.text)
        if utf16_length(text) > limit:
            return Reason.TOO_LONG, f"the text is longer than {limit} UTF-16 units"
        if not captioned and not text.strip():
            return Reason.NOTHING_TO_SEND, "the text is empty"
        for button in (button for row in part.buttons for button in row):
            target = _LINK.fullmatch(button.url) if button.url is not None else button.data
            if not button.label or not target or len(button.data.encode()) > DATA_LIMIT:
                why = f"button {button.label!r}: no label, no target or over {DATA_LIMIT} bytes of data"
                return Reason.BAD_MARKUP, why
        return None


def _rows(part: Part) -> list[list[dict[str, str]]]:
    return [[_shown(button) for button in row] for row in part.buttons]


def _shown(button: Button) -> dict[str, str]:
    if button.url is not None:
        return {"label": button.label, "url": button.url}
    return {"label": button.label, "data": button.data}


def _described(upload: Outgoing, handle: str, size: int) -> dict[str, Any]:
    return {
        "handle": handle,
        "name": upload.name,
        "media_type": upload.media_type,
        "kind": upload.kind,
        "size": size,
    }
