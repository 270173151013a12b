"""The local chat's page and its interface: a phone messenger for rehearsals, on this machine only."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import asdict
from functools import partial
from json import JSONDecodeError
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from bot.acts.rehearsing import Person
from bot.channels.webchat.channel import WebChannel
from bot.channels.webchat.hub import as_json
from bot.core.kernel.filetypes import LARGEST_FILE
from bot.core.kernel.values import ChatId
from bot.core.talk.texts import Texts
from bot.web.guard import LoopbackGuard
from bot.web.incoming import CAPTION_LIMIT, Pace, client_id_of, message_id_of, text_of, upload_of
from bot.web.words import STATIC, TEMPLATES, Refused, Words, base_of, shipped, size_limit

PAGE = 40
RECENT = 30
HEARTBEAT = 15.0
JSON_LIMIT = 64 * 1024
FORM_LIMIT = LARGEST_FILE + JSON_LIMIT
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
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


LookUp = Callable[[], Awaitable[Sequence[Person]]]


class _Chat:
    """The endpoints. What is refused is told by one plain sentence."""

    def __init__(self, channel: WebChannel, look_up: LookUp, timezone: str, words: Words) -> None:
        self.channel = channel
        self.platform = channel.platform
        self.look_up = look_up
        self.people: dict[str, Person] = {}
        self.timezone = timezone
        self.pace = Pace(time.monotonic)
        self.words = words

    async def page(self, request: Request) -> Response:
        """The messenger as one of the people; what is on the screen first comes with it."""
        join = request.query_params.get("join", "")
        join = join if _CODE.fullmatch(join) else ""
        await self._meet()
        everybody = list(self.people.values())
        unasked = everybody[-1 if join else 0].chat_id  # an invitation is for the newcomer, who stands last
        me = self.people.get(request.query_params.get("as", unasked))
        if me is None:
            return self.words.told(request, Refused(404, "nobody"), page=True)
        context = {
            "me": me,
            "base": base_of(request),
            "people": everybody,
            "join": join,
            "initials": initials,
            "tour": self.words.tour(),
            "say": partial(self.words.html, me.language),
            "start": {
                "base": base_of(request),
                "me": me.chat_id,
                "join": join,
                "timezone": self.timezone,
                "page": PAGE,
                "file_limit": LARGEST_FILE,
                "messages": await self.platform.history(me.chat_id, None, PAGE),
                "menu": self.platform.menu(me.chat_id),
                "words": self.words.all(me.language),
            },
        }
        headers = {"cache-control": "no-store"}
        return TEMPLATES.TemplateResponse(request, "chat.html", context, headers=headers)

    async def everybody(self, request: Request) -> Response:
        """The people, with the ids of the bot's latest messages to each."""
        await self._meet()
        recent = await self.platform.transcript.latest(self.channel.account, RECENT)
        shown = [{**asdict(one), "recent": recent.get(one.chat_id, ())} for one in self.people.values()]
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
            raise Refused(429, "too_many_windows")
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
            raise Refused(400, "no_button")
        if await self.platform.tap(me.chat_id, me.name, message_id, data) is None:
            raise Refused(409, "stale_button")
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
                raise Refused(400, "no_file")
            data = await file.read(LARGEST_FILE + 1)
            upload = upload_of(file.filename or "", file.content_type or "", data)
        if len(data) > LARGEST_FILE:
            raise Refused(413, "file_too_large", size=size_limit())
        if not data:
            raise Refused(400, "file_empty")
        return JSONResponse(await self.platform.share(me.chat_id, me.name, upload, caption, client_id))

    async def file(self, request: Request) -> Response:
        """A kept file: pictures and sounds shown in place, all else to be saved."""
        found = await self.platform.transcript.load_file(self.channel.account, request.path_params["handle"])
        if found is None:
            raise Refused(404, "file_gone")
        name, media_type, data = found
        inline = media_type in INLINE and "save" not in request.query_params
        plain = re.sub(r"[^A-Za-z0-9 ._-]", "_", name)
        shown = (
            f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
        )
        headers = {"content-disposition": shown, "cache-control": "private, max-age=86400"}
        served = media_type if media_type in INLINE else "application/octet-stream"
        return Response(data, media_type=served, headers=headers)

    async def _stream(self, chat_id: ChatId) -> AsyncIterator[str]:
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

    def _menu(self, chat_id: ChatId) -> str:
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
            raise Refused(404, "nobody")
        return person

    async def _post(self, request: Request) -> tuple[Person, dict[str, Any]]:
        me = await self._me(request)
        self.pace.check(me.chat_id)
        try:
            post = await request.json()
        except (JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise Refused(400, "unreadable") from error
        if not isinstance(post, dict):
            raise Refused(400, "unreadable")
        return me, post


def initials(name: str) -> str:
    """The first letters of the first and the last word, as on a round picture."""
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def create_app(
    channel: WebChannel,
    look_up: LookUp,
    timezone: str = "Asia/Ho_Chi_Minh",
    texts: Callable[[], Texts] = shipped,
) -> Starlette:
    """The local chat for people who are looked up: at least one, the newcomer last.

    The first is shown unasked. `timezone`: of the times that are shown; `texts`: the catalogues in force.
    """
    words = Words(texts)
    chat = _Chat(channel, look_up, timezone, words)
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
        Mount("/static", STATIC),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(LoopbackGuard, words)],
        exception_handlers=words.handlers(),
    )
