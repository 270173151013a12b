"""Briefings at their addresses: a page that asks for nothing but a browser, and files in any pieces."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol
from urllib.parse import quote

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.acts.context import Refusal
from bot.acts.links import Download, Page
from bot.core.kernel.richtext import Block, Span, Text
from bot.web.guests import MOST
from bot.web.words import TEMPLATES, Refused, Words

PIECE = 128 * 1024  # bytes read at once: what a guest uses up, however large the file
SHOWN = {"application/pdf", "image/png", "image/jpeg", "audio/mpeg", "audio/ogg", "audio/mp4"}
_BLOCKS = {"heading": Markup("<h3>{}</h3>"), "quote": Markup("<blockquote>{}</blockquote>")}
_STYLES = Markup("<code>{}</code>"), Markup("<em>{}</em>"), Markup("<strong>{}</strong>")
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "private, max-age=300",
}
Opened = Callable[[str], Awaitable[Page | Download | Refusal]]


class Piece(Protocol):
    """Reads a part of a file: its number, from where, how much."""

    def __call__(self, file_id: int, start: int, length: int) -> Awaitable[bytes]: ...


class _Fetching:
    """How many files are being fetched, and at most."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.now = 0


class _Fetched(StreamingResponse):
    """A file on its way, counted until it has arrived or whoever fetches it is gone."""

    fetching: _Fetching

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.fetching.now += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.fetching.now -= 1


def routes(opened: Opened, piece: Piece, words: Words, most: int = MOST // 2) -> list[Route]:
    """What stands below /f. `most`: so many files are fetched at once; who fetches slowly leaves room."""
    fetching = _Fetching(most)

    async def show(request: Request) -> Response:
        found = await opened(request.path_params["token"])
        match found:
            case Page():
                return _page(request, found, words)
            case Download():
                if fetching.now >= fetching.most:
                    busy = Refused(503, "link_busy")
                    busy.headers = {"retry-after": "60"}
                    return words.told(request, busy, page=True)
                return _file(request, found, piece, fetching)
        status = 404 if found.key == "page.link_unknown" else 410
        name = found.key.removeprefix("page.")
        refusal = Refused(status, name, **found.written(words.language_of(request)))
        return words.told(request, refusal, page=True)

    return [Route("/f/{token}", show, methods=["GET", "HEAD"])]


def _page(request: Request, page: Page, words: Words) -> Response:
    def line(name: str) -> str:
        return words.line(page.language, name)

    body = page.body
    context = {
        "language": page.language,
        "title": body.title,
        "about": page.about,
        "newer": line("link_newer") if page.newer else "",
        "points": line("link_points") if body.brief and body.brief[0].kind == "item" else "",
        "brief": as_html(body.brief),
        "whole": line("link_full") if body.full else "",
        "full": as_html(body.full),
        "files": page.files,
        "attached": line("link_files"),
        "attribution": as_html(page.attribution),
        "added": as_html(page.added),
    }
    return TEMPLATES.TemplateResponse(request, "briefing.html", context, headers=_HEADERS)


def _file(request: Request, file: Download, piece: Piece, fetching: _Fetching) -> Response:
    shown = file.media_type in SHOWN
    headers = {
        **_HEADERS,
        "accept-ranges": "bytes",
        "content-type": file.media_type if shown else "application/octet-stream",
        "content-disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name)}",
    }
    if file.personal:
        headers["cache-control"] = "no-store"
    asked = None if "if-range" in request.headers else request.headers.get("range")  # no version is told
    part = _asked_for(asked, file.size) if asked is not None else (0, file.size)
    if part is None:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{file.size}"})
    start, end = part
    headers["content-length"] = str(end - start)
    whole = asked is None or not _RANGE.fullmatch(asked)
    if not whole:
        headers["content-range"] = f"bytes {start}-{end - 1}/{file.size}"
    status = 200 if whole else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    fetched = _Fetched(_pieces(piece, file.id, start, end), status, headers)
    fetched.fetching = fetching
    return fetched


async def _pieces(piece: Piece, file_id: int, start: int, end: int) -> AsyncIterator[bytes]:
    while start < end:
        data = await piece(file_id, start, min(PIECE, end - start))
        if not data:
            raise OSError("the file went while it was being read")  # the connection ends short of its length
        start += len(data)
        yield data


def _asked_for(asked: str, size: int) -> tuple[int, int] | None:
    """From where to where (exclusive) of so many bytes; None where there are none. Others than one plain
    range are answered with all of it (RFC 9110, 14.2)."""
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None:
        return 0, size
    first, last = found[1], found[2]
    if first:
        start, end = int(first), min(int(last) + 1 if last else size, size)
    elif last:
        start, end = max(0, size - int(last)), size
    else:
        return None
    return (start, end) if start < end else None


def as_html(text: Text) -> Markup:
    """Blocks as what they are: headings, lists, quotations, paragraphs; a screen reader finds its way."""
    pieces: list[Markup] = []
    at = 0
    while at < len(text):
        block = text[at]
        if block.kind == "item":
            end = at
            numbered = _numbered(block)
            while end < len(text) and text[end].kind == "item" and _numbered(text[end]) == numbered:
                end += 1
            pieces.append(_list(text[at:end], numbered))
            at = end
            continue
        pieces.append(_BLOCKS.get(block.kind, Markup("<p>{}</p>")).format(_spans(block.spans)))
        at += 1
    return Markup("\n").join(pieces)


def _numbered(block: Block) -> bool:
    return bool(re.match(r"[0-9]", block.marker))


def _list(items: Text, numbered: bool) -> Markup:
    if not numbered:
        inner = Markup("").join(Markup("<li>{}</li>").format(_spans(one.spans)) for one in items)
        return Markup("<ul>{}</ul>").format(inner)
    inner = Markup("").join(
        Markup('<li value="{}">{}</li>').format(re.sub(r"[^0-9]", "", one.marker), _spans(one.spans))
        for one in items
    )
    return Markup("<ol>{}</ol>").format(inner)


def _spans(spans: tuple[Span, ...]) -> Markup:
    return Markup("").join(_span(one) for one in spans)


def _span(span: Span) -> Markup:
    shown = escape(span.text).replace("\n", Markup("<br>"))
    for wanted, style in zip((span.code, span.italic, span.bold), _STYLES, strict=True):
        shown = style.format(shown) if wanted else shown
    if span.href and re.match(r"https?://|mailto:|tel:", span.href):
        shown = Markup('<a href="{}" rel="noreferrer">{}</a>').format(span.href, shown)
    return shown
