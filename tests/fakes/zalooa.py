"""A Zalo Official Account on loopback: OAuth, messages, uploads, signed deliveries, as odd as is told of it.

async with ZaloOa() as zalo:
    zalo.follows(PERSON)                       # somebody who may be written to
    event = zalo.says(PERSON, "chào")          # what they write, as it is delivered
    await zalo.deliver(url, event)             # posted and signed; the status of the answer

Errors come under HTTP 200; ids and times are strings; a refresh token is good once, and the old access token
ends when the new pair is given. `signs`: how deliveries are signed (first term, secret, form, keyed).
"""

import hashlib
import hmac
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.zalobot import Fault, broken

MEBIBYTE = 1024 * 1024
FILES = (".pdf", ".doc", ".docx", ".csv")
BUTTONS = {"oa.query.show", "oa.query.hide", "oa.open.url", "oa.open.phone", "oa.open.sms"}
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One message that the platform accepted. `file`: the name of what it carries."""

    chat_id: str
    text: str
    message_id: str
    buttons: tuple[dict[str, Any], ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """How a delivery is signed: by "app_id" or "oa_id", with the account's secret or the app's, as what."""

    first: str = "app_id"
    by_app: bool = False
    keyed: bool = False
    form: str = "mac={}"
    time: str = "timestamp"


@dataclass
class ZaloOa:
    """The platform. `asked`: every call, its path and body; `exchanges`: how often tokens were changed."""

    access: str = "access-token-0"
    refresh: str = "refresh-token-0"
    app_id: str = "4105110871530513"
    secret: str = "app-secret-of-ours"
    oa_secret: str = "oa-secret-of-ours"
    oa_id: str = "2468458835296197922"
    template: str = "355330"
    signs: Signs = field(default_factory=Signs)
    sent: list[Shown] = field(default_factory=list)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    exchanges: int = 0
    followers: dict[str, int] = field(default_factory=dict)  # person → when they wrote last, ms

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self._files: dict[str, str] = {}
        self._runner: web.AppRunner | None = None
        self.waiting: list[dict[str, Any]] = []
        self.port = 0

    @property
    def base_url(self) -> str:
        """Where API and OAuth are."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * MEBIBYTE)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    # What people do.

    def follows(self, person: str) -> dict[str, Any]:
        """Somebody follows; the event has no id of its own."""
        self.followers[person] = int(time.time() * 1000)
        return self._event(
            "follow", follower={"id": person}, oa_id=self.oa_id, source="oa_profile", user_id_by_app="1"
        )

    def unfollows(self, person: str) -> dict[str, Any]:
        """Somebody leaves."""
        self.followers.pop(person, None)
        return self._event("unfollow", follower={"id": person}, oa_id=self.oa_id)

    def says(self, person: str, text: str) -> dict[str, Any]:
        """Somebody writes."""
        return self.sends(person, "text", text=text)

    def sends(self, person: str, kind: str, **message: Any) -> dict[str, Any]:
        """Somebody sends something of a kind."""
        self.followers[person] = int(time.time() * 1000)
        told = {"msg_id": f"{next(self._numbers):024x}", **message}
        who = {"sender": {"id": person}, "recipient": {"id": self.oa_id}}
        return self._event(f"user_send_{kind}", **who, message=told)

    def seen(self, person: str, *message_ids: str, by_user: bool = True) -> dict[str, Any]:
        """Somebody reads; who of the two is "sender" is disputed."""
        sender, recipient = (person, self.oa_id) if by_user else (self.oa_id, person)
        who = {"sender": {"id": sender}, "recipient": {"id": recipient}}
        return self._event("user_seen_message", **who, message={"msg_ids": list(message_ids)})

    def tells(self, person: str, **info: str) -> dict[str, Any]:
        """Somebody gives their name and phone number."""
        return self._event("user_submit_info", sender={"id": person}, recipient={"id": self.oa_id}, info=info)

    def echoes(self, person: str, text: str) -> dict[str, Any]:
        """What the account itself wrote comes back."""
        told = {"msg_id": f"{next(self._numbers):024x}", "text": text}
        return self._event("oa_send_text", sender={"id": self.oa_id}, recipient={"id": person}, message=told)

    def _event(self, name: str, **body: Any) -> dict[str, Any]:
        event = {
            "event_name": name,
            "app_id": self.app_id,
            "timestamp": str(int(time.time() * 1000)),
            **body,
        }
        self.waiting.append(event)
        return event

    # Deliveries.

    def signed(self, event: object, signs: Signs | None = None) -> tuple[dict[str, str], bytes]:
        """Headers and body of a delivery."""
        how, body = signs or self.signs, json.dumps(event, ensure_ascii=False).encode()
        told = event if isinstance(event, dict) else {}
        first = str(told.get("app_id", "")) if how.first == "app_id" else self.oa_id
        at = str(told.get("timestamp", "")) if how.time == "timestamp" else "1790000000000"
        secret = self.secret if how.by_app else self.oa_secret
        words = first.encode() + body + at.encode()
        made = (
            hmac.new(secret.encode(), words, hashlib.sha256).hexdigest()
            if how.keyed
            else hashlib.sha256(words + secret.encode()).hexdigest()
        )
        headers = {"X-ZEvent-Signature": how.form.format(made), "Content-Type": "application/json"}
        if how.time != "timestamp":
            headers["X-ZEvent-Timestamp"] = at
        return headers, body

    async def deliver(self, url: str, event: object, signs: Signs | None = None) -> int:
        """Post an event, signed; {} is the console's probe, which is not."""
        headers, body = self.signed(event, signs) if event else ({}, b"{}")
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers) as answer,
        ):
            return answer.status

    # The interface.

    def breaks(self, path: str, *faults: Fault) -> None:
        """The next calls of a path end so."""
        self.faults.setdefault(path, []).extend(faults)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        form = request.content_type != "application/json"
        given: Any = dict(await request.post()) if form else await request.json()
        self.asked.append((path, given))
        answers = {
            "v4/oa/access_token": self._exchange,
            "v2.0/oa/getoa": self._getoa,
            "v3.0/oa/user/getlist": self._getlist,
            "v3.0/oa/message/cs": self._message,
            "v3.0/oa/message/template": self._template,
            "v2.0/oa/upload/image": self._image,
            "v2.0/oa/upload/file": self._file,
        }
        if path not in answers:
            return self._no(404, "empty api")  # under HTTP 200
        fault = self.faults[path].pop(0) if self.faults.get(path) else None
        if fault is not None and not fault.done:
            return await broken(request, fault)
        answer = answers[path](request, given)
        return await broken(request, fault) if fault is not None else answer

    def _no(self, error: int, message: str) -> web.Response:
        self.refused.append(f"{error} {message}")
        return web.json_response({"error": error, "message": message})

    def _yes(self, **data: Any) -> web.Response:
        return web.json_response({"error": 0, "message": "Success", "data": data})

    def _exchange(self, request: web.Request, given: dict[str, str]) -> web.Response:
        right = {"app_id": self.app_id, "grant_type": "refresh_token", "refresh_token": self.refresh}
        if request.headers.get("secret_key") != self.secret or given != right:
            told = {"error": -14014, "error_name": "Invalid refresh token", "error_description": "used"}
            self.refused.append("-14014")
            return web.json_response(told)
        self.exchanges += 1
        self.access, self.refresh = f"access-token-{self.exchanges}", f"refresh-token-{self.exchanges}"
        pair = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}
        return web.json_response(pair)

    def _stranger(self, request: web.Request) -> web.Response | None:
        if request.headers.get("access_token") != self.access:
            return self._no(-216, "Access token is invalid")
        return None

    def _getoa(self, request: web.Request, _given: Any) -> web.Response:
        return self._stranger(request) or self._yes(oaid=self.oa_id, name="Ban Tuyên giáo Tỉnh")

    def _getlist(self, request: web.Request, _given: Any) -> web.Response:
        asked = json.loads(request.query["data"])
        if asked["count"] > 50 or asked["offset"] > 9951:
            return self._no(-201, "count is invalid!")
        everybody = sorted(self.followers)
        some = [{"user_id": one} for one in everybody[asked["offset"] : asked["offset"] + asked["count"]]]
        answer = self._yes(total=len(everybody), count=len(some), offset=asked["offset"], users=some)
        return self._stranger(request) or answer

    def _message(self, request: web.Request, given: Any) -> web.Response:
        if (refused := self._stranger(request)) is not None:
            return refused
        if not isinstance(given, dict) or set(given) != {"recipient", "message"}:
            return self._no(-201, "recipient is invalid!")
        person, message = given["recipient"].get("user_id"), given["message"]
        if not isinstance(person, str) or not person.isdecimal():
            return self._no(-201, "user_id is invalid!")
        if person not in self.followers:
            return self._no(-213, "User has not followed OA")
        if self.followers[person] < time.time() * 1000 - 7 * DAY_MS:
            return self._no(-230, "User has not interacted with the OA in the past 7 days")
        text = message.get("text", "")
        if len(text.encode("utf-16-le")) // 2 > 2000:
            return self._no(-210, "text is too long")
        attachment = message.get("attachment")
        if not text.strip() and attachment is None:
            return self._no(-201, "text is empty!")
        return self._taken(person, text, attachment)

    def _template(self, request: web.Request, given: Any) -> web.Response:
        """No window counts here; the words are the platform's, and the fields texts."""
        if (refused := self._stranger(request)) is not None:
            return refused
        if not isinstance(given, dict) or set(given) != {"user_id", "template_id", "template_data"}:
            return self._no(-201, "user_id is invalid!")
        data = given["template_data"]
        if not isinstance(data, dict) or not all(isinstance(one, str) and one for one in data.values()):
            return self._no(-201, "template_data is invalid!")
        if given["template_id"] != self.template:
            return self._no(-249, "template cannot be sent by UID")
        words = "|".join(f"{name}={text}" for name, text in data.items())
        shown = Shown(given["user_id"], f"[{self.template}] {words}", f"{next(self._numbers):024x}")
        self.sent.append(shown)
        quota = {"purchase_quota": "99"}
        return self._yes(message_id=shown.message_id, sent_time=str(int(time.time() * 1000)), quota=quota)

    def _taken(self, person: str, text: str, attachment: Any) -> web.Response:
        buttons: list[dict[str, Any]] = []
        name = ""
        if attachment is not None:
            payload = attachment.get("payload", {})
            if attachment.get("type") == "file":
                found = payload.get("token")
            elif payload.get("template_type") == "media":
                found = payload["elements"][0].get("attachment_id")
            else:
                found, buttons = None, payload.get("buttons", [])
            if not buttons:
                if found not in self._files:
                    return self._no(-100, "attachment has expired")
                name = self._files[found]
            wrong = [b for b in buttons if set(b) != {"title", "type", "payload"} or b["type"] not in BUTTONS]
            if wrong or len(buttons) > 5 or any(len(b["title"]) > 100 for b in buttons):
                return self._no(-201, "buttons is invalid!")
        shown = Shown(person, text, f"{next(self._numbers):024x}", tuple(buttons), name)
        self.sent.append(shown)
        return self._yes(message_id=shown.message_id, user_id=person, sent_time=str(int(time.time() * 1000)))

    def _image(self, request: web.Request, given: Any) -> web.Response:
        return self._upload(request, given, "attachment_id", (".png", ".jpg", ".jpeg"), MEBIBYTE)

    def _file(self, request: web.Request, given: Any) -> web.Response:
        return self._upload(request, given, "token", FILES, 5 * MEBIBYTE)

    def _upload(
        self, request: web.Request, given: Any, key: str, endings: tuple[str, ...], most: int
    ) -> web.Response:
        if (refused := self._stranger(request)) is not None:
            return refused
        file = given.get("file")
        if not isinstance(file, web.FileField) or not file.filename.lower().endswith(endings):
            return self._no(-201, "file is invalid!")
        if len(file.file.read()) > most:
            return self._no(-201, "file size is invalid!")
        handle = f"h{next(self._numbers):08d}"
        self._files[handle] = file.filename
        return self._yes(**{key: handle})
