"""The one site: the local chats, the platforms' hooks, and how the program is."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from bot.core.talk.texts import Texts
from bot.web.condition import Condition, as_prometheus
from bot.web.guard import is_local
from bot.web.guests import Patience
from bot.web.words import STATIC, Words, shipped

HOOK_LIMIT = 1024 * 1024  # bytes; a longer body is answered 413 before it is read
Hook = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""Takes in what a platform delivers (headers, body); answers the HTTP status, once it is kept."""


class _Watched:
    """Answers those who watch the program. What is not for everybody: on this machine, or with the token."""

    def __init__(self, look: Callable[[], Awaitable[Condition]], token: str) -> None:
        self._look = look
        self._token = token

    async def live(self, request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"live": True})

    async def ready(self, request: Request) -> Response:
        """Whether all works that should: 200, or 503."""
        if not self._may_see(request):
            return Response(status_code=404)
        condition = await self._look()
        return JSONResponse(condition.as_json(), 200 if condition.ready else 503)

    async def metrics(self, request: Request) -> Response:
        """For Prometheus."""
        if not self._may_see(request):
            return Response(status_code=404)
        text = as_prometheus(await self._look())
        return PlainTextResponse(text, media_type="text/plain; version=1.0.0")

    def _may_see(self, request: Request) -> bool:
        if not self._token:
            return is_local(request.scope)
        given = request.headers.get("authorization", "").encode("utf-8", "surrogateescape")
        return hmac.compare_digest(given, f"Bearer {self._token}".encode())


def create_site(
    chats: Mapping[str, ASGIApp],
    hooks: Mapping[str, Hook],
    look: Callable[[], Awaitable[Condition]],
    token: str = "",
    texts: Callable[[], Texts] = shipped,
    more: Sequence[BaseRoute] = (),
) -> Starlette:
    """Chats and hooks stand under their accounts' names. `token`: asked for of those who watch.

    `texts`: the catalogues in force, for what is refused; `more` stands beside them.
    """
    watched = _Watched(look, token)

    async def hook(request: Request) -> Response:
        taken = hooks.get(request.path_params["account"])
        if taken is None:
            return Response(status_code=404)
        return Response(status_code=await taken(request.headers, await request.body()))

    async def first(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/chat/{next(iter(chats))}/{query}", 303)

    routes: list[BaseRoute] = [
        Route("/health/live", watched.live),
        Route("/health", watched.ready),
        Route("/health/ready", watched.ready),
        Route("/metrics", watched.metrics),
        Route("/hook/{account}", hook, methods=["POST"], max_body_size=HOOK_LIMIT),
        *(Mount(f"/chat/{name}", app) for name, app in chats.items()),
        Mount("/static", STATIC),
        *more,
    ]
    if chats:
        routes += [Route(path, first) for path in ("/", "/chat", "/chat/")]
    return Starlette(
        routes=routes, middleware=[Middleware(Patience)], exception_handlers=Words(texts).handlers()
    )
