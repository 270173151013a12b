"""The local chat's page and its interface: a phone messenger for rehearsals, on this machine only."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict
from http import HTTPStatus
from json import JSONDecodeError
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.acts.rehearsing import Person
from bot.channels.webchat.channel import WebChannel
from bot.channels.webchat.hub import as_json
from bot.web.guard import LoopbackGuard
from bot.web.incoming import CAPTION_LIMIT, Pace, client_id_of, message_id_of, text_of, upload_of

HERE = Path(__file__).parent
PAGE = 40
RECENT = 30
HEARTBEAT = 15.0
JSON_LIMIT = 64 * 1024
FILE_LIMIT = 20 * 1024 * 1024
FORM_LIMIT = FILE_LIMIT + JSON_LIMIT
INLINE = frozenset(
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "audio/mpeg",
        "audio/ogg",
        "audio/mp4",
        "audio/wav",
    }
)
TOO_LARGE = "Tệp lớn hơn 20 MB. Đồng chí chọn tệp nhỏ hơn."
_PLAIN = {
    404: "Không có trang này.",
    408: "Yêu cầu gửi quá lâu. Đồng chí gửi lại giúp.",
    405: "Trang này không nhận cách gọi đó.",
    413: TOO_LARGE,
}
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


LookUp = Callable[[], Awaitable[Sequence[Person]]]


class _Chat:
    """The endpoints. Errors are JSON with one plain sentence."""

    def __init__(self, channel: WebChannel, look_up: LookUp, timezone: str) -> None:
        self.channel = channel
        self.platform = channel.platform
        self.look_up = look_up
        self.people: dict[str, Person] = {}
        self.timezone = timezone
        self.pace = Pace(time.monotonic)
        self.templates = Jinja2Templates(HERE / "templates")
        self.templates.env.filters["initials"] = initials

    async def page(self, request: Request) -> Response:
        """The messenger as one of the people; what is on the screen first comes with it."""
        join = request.query_params.get("join", "")
        join = join if _CODE.fullmatch(join) else ""
        chosen = request.query_params.get("as")
        await self._meet()
        if chosen is not None and chosen not in self.people:
            return RedirectResponse(f"{_base(request)}/", 303)
        me = self.people[chosen or await self._somebody(joining=bool(join))]
        context = {
            "me": me,
            "base": _base(request),
            "people": list(self.people.values()),
            "join": join,
            "start": {
                "base": _base(request),
                "me": me.chat_id,
                "join": join,
                "timezone": self.timezone,
                "page": PAGE,
                "file_limit": FILE_LIMIT,
                "messages": await self.platform.history(me.chat_id, None, PAGE),
                "menu": self.platform.menu(me.chat_id),
            },
        }
        headers = {"cache-control": "no-store"}
        return self.templates.TemplateResponse(request, "chat.html", context, headers=headers)

    async def everybody(self, request: Request) -> Response:
        """The people, with the ids of the bot's latest messages to each."""
        shown = []
        await self._meet()
        for person in self.people.values():
            messages = await self.platform.history(person.chat_id, None, RECENT)
            recent = [message["id"] for message in messages if message["side"] == "bot"]
            shown.append({**asdict(person), "recent": recent})
        return JSONResponse({"people": shown})

    async def messages(self, request: Request) -> Response:
        """A page of history before a message, or the newest."""
        before = request.query_params.get("before")
        number = None if before is None else message_id_of(before)
        messages = await self.platform.history((await self._me(request)).chat_id, number, PAGE)
        return JSONResponse({"messages": messages, "more": len(messages) == PAGE})

    async def events(self, request: Request) -> Response:
        """Live events. The first is `hello`: a page that was away reads the history again."""
        me = await self._me(request)
        if not self.platform.hub.has_room(me.chat_id):
            raise HTTPException(429, "Chat thử đang mở ở quá nhiều cửa sổ. Đồng chí đóng bớt cửa sổ.")
        stream = self._stream(me.chat_id)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def say(self, request: Request) -> Response:
        """A text."""
        me, post = await self._post(request)
        text, client_id = text_of(post.get("text")), client_id_of(post.get("client_id"))
        return JSONResponse(await self.platform.say(me.chat_id, me.name, text, client_id))

    async def tap(self, request: Request) -> Response:
        """A button's press."""
        me, post = await self._post(request)
        message_id, data = message_id_of(post.get("message_id")), post.get("data")
        if not isinstance(data, str):
            raise HTTPException(400, "Yêu cầu không hợp lệ: thiếu nút đã bấm.")
        if await self.platform.tap(me.chat_id, me.name, message_id, data) is None:
            raise HTTPException(409, "Nút này không còn dùng được. Đồng chí xem tin mới nhất ở dưới.")
        return JSONResponse({"ok": True})

    async def share(self, request: Request) -> Response:
        """A file with a caption."""
        me = await self._me(request)
        self.pace.check(me.chat_id)
        async with request.form(max_files=1, max_fields=4, max_part_size=JSON_LIMIT) as form:
            file = form.get("file")
            caption = text_of(form.get("caption", ""), CAPTION_LIMIT, empty=True)
            client_id = client_id_of(form.get("client_id"))
            if not isinstance(file, UploadFile):
                raise HTTPException(400, "Chưa có tệp nào được chọn.")
            data = await file.read(FILE_LIMIT + 1)
            upload = upload_of(file.filename or "", file.content_type or "", data)
        if len(data) > FILE_LIMIT:
            raise HTTPException(413, TOO_LARGE)
        if not data:
            raise HTTPException(400, "Tệp này rỗng. Đồng chí chọn tệp khác.")
        return JSONResponse(await self.platform.share(me.chat_id, me.name, upload, caption, client_id))

    async def file(self, request: Request) -> Response:
        """A kept file: pictures and sounds shown in place, all else to be saved."""
        found = await self.platform.transcript.load_file(self.channel.account, request.path_params["handle"])
        if found is None:
            raise HTTPException(404, "Tệp này không còn trên máy.")
        name, media_type, data = found
        inline = media_type in INLINE and "save" not in request.query_params
        plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
        shown = (
            f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
        )
        headers = {"content-disposition": shown, "cache-control": "private, max-age=86400"}
        served = media_type if media_type in INLINE else "application/octet-stream"
        return Response(data, media_type=served, headers=headers)

    async def _stream(self, chat_id: str) -> AsyncIterator[str]:
        with self.platform.hub.watch(chat_id) as watch:
            yield f"retry: 1000\nevent: hello\ndata: {self._menu(chat_id)}\n\n"
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT):
                        event = await watch.next()
                except TimeoutError:
                    yield ": beat\n\n"
                    continue
                if event is None:
                    return
                name, data = event
                yield f"event: {name}\ndata: {self._menu(chat_id) if name == 'menu' else data}\n\n"

    def _menu(self, chat_id: str) -> str:
        return as_json({"menu": self.platform.menu(chat_id)})

    async def _meet(self) -> None:
        """Look up who is there: people join, leave and change their names."""
        self.people = {person.chat_id: person for person in await self.look_up()}

    async def _me(self, request: Request) -> Person:
        chat_id = request.path_params["chat"]
        if chat_id not in self.people:
            await self._meet()
        person = self.people.get(chat_id)
        if person is None:
            raise HTTPException(404, "Không có nhân vật này trong chat thử.")
        return person

    async def _somebody(self, *, joining: bool) -> str:
        """Whom the page shows unasked: the first; with an invitation, the first whose chat is empty."""
        if joining:
            for chat_id in self.people:
                if not await self.platform.history(chat_id, None, 1):
                    return chat_id
        return next(iter(self.people))

    async def _post(self, request: Request) -> tuple[Person, dict[str, Any]]:
        me = await self._me(request)
        self.pace.check(me.chat_id)
        try:
            post = await request.json()
        except (JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise HTTPException(400, "Yêu cầu không đọc được.") from error
        if not isinstance(post, dict):
            raise HTTPException(400, "Yêu cầu không đọc được.")
        return me, post


def _base(request: Request) -> str:
    """The path below which the chat is served."""
    return str(request.scope.get("root_path", ""))


def initials(name: str) -> str:
    """The first letters of the first and the last word, as on a round picture."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


async def _plainly(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    ours = error.detail != HTTPStatus(error.status_code).phrase
    sentence = error.detail if ours else _PLAIN.get(error.status_code, "Yêu cầu không thực hiện được.")
    return JSONResponse({"error": sentence}, error.status_code, error.headers)


def create_app(channel: WebChannel, look_up: LookUp, timezone: str = "Asia/Ho_Chi_Minh") -> Starlette:
    """The local chat for people who are looked up (at least one; the first is shown unasked).

    `timezone`: of the times that are shown.
    """
    chat = _Chat(channel, look_up, timezone)
    api = "/api/chats/{chat}"
    routes = [
        Route("/", chat.page),
        Route("/api/people", chat.everybody),
        Route(f"{api}/messages", chat.messages),
        Route(f"{api}/events", chat.events),
        Route(f"{api}/say", chat.say, methods=["POST"], max_body_size=JSON_LIMIT),
        Route(f"{api}/tap", chat.tap, methods=["POST"], max_body_size=JSON_LIMIT),
        Route(f"{api}/share", chat.share, methods=["POST"], max_body_size=FORM_LIMIT),
        Route("/files/{handle}", chat.file),
        Mount("/static", StaticFiles(directory=HERE / "static")),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(LoopbackGuard)],
        exception_handlers={HTTPException: _plainly},
    )
