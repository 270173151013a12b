"""What pages say: texts of the catalogues, and refusals that are told as one of them.

A page's text has a name here; its key in the catalogue is `page.NAME`.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.config import CONTENT
from bot.content.catalogues import read_texts
from bot.content.files import Folder
from bot.core.kernel.filetypes import LARGEST_FILE_MB
from bot.core.talk.texts import FALLBACK, Texts

HERE = Path(__file__).parent
TEMPLATES = Jinja2Templates(HERE / "templates")
STATIC = StaticFiles(directory=HERE / "static")
_BY_STATUS = {
    404: "not_found",
    405: "wrong_method",
    408: "too_slow",
    500: "broken",
}


@cache
def shipped() -> Texts:
    """The catalogues that come with the program."""
    return read_texts(Folder(CONTENT))


class Refused(HTTPException):
    """A request is refused; `name` is that of the sentence that says why."""

    def __init__(self, status: int, name: str, /, **values: object) -> None:
        super().__init__(status, name)
        self.name = name
        self.values = values


class Words:
    """The pages' texts in a language. `texts` gives the catalogues as they are in force."""

    def __init__(self, texts: Callable[[], Texts] = shipped) -> None:
        self._texts = texts

    def line(self, language: str, name: str, /, **values: object) -> str:
        """A text in one line. KeyError: no such text or value."""
        return self._texts().line(language, f"page.{name}", **values)

    def html(self, language: str, name: str, /, **values: object) -> Markup:
        """The same with its bold parts; values are escaped."""
        spans = [
            span for block in self._texts().text(language, f"page.{name}", **values) for span in block.spans
        ]
        shown = [Markup("<b>%s</b>") % span.text if span.bold else escape(span.text) for span in spans]
        return Markup("").join(shown)

    def all(self, language: str) -> dict[str, str]:
        """Every text of the pages by its name, its placeholders as they are, for scripts to fill in."""
        texts, found = self._texts(), {}
        for key in sorted(key for key in texts.keys(FALLBACK) if key.startswith("page.")):
            places = {name: f"{{{name}}}" for name in texts.placeholders(language, key)}
            found[key.removeprefix("page.")] = texts.line(language, key, **places)
        return found

    def tour(self) -> list[tuple[str, list[str]]]:
        """The first steps in every language, for whoever opens the page first."""
        names = ("tour_1", "tour_2", "tour_3")
        return [(one, [self.line(one, name) for name in names]) for one in self._texts().languages]

    def language_of(self, request: Request) -> str:
        """The first language the browser asks for in which there are texts."""
        for part in request.headers.get("accept-language", "").split(","):
            tag = part.partition(";")[0].strip().lower().partition("-")[0]
            if tag in self._texts().languages:
                return tag
        return FALLBACK

    def told(self, request: Request, error: HTTPException, *, page: bool = False) -> Response:
        """A refusal as one plain sentence: a page for who looks at it (or always), JSON for a script."""
        language = self.language_of(request)
        match error:
            case Refused():
                sentence = self.line(language, error.name, **error.values)
            case HTTPException(status_code=413):
                sentence = self.line(language, "file_too_large", size=size_limit())
            case _:
                sentence = self.line(language, _BY_STATUS.get(error.status_code, "refused"))
        if not page and "text/html" not in request.headers.get("accept", ""):
            return JSONResponse({"error": sentence}, error.status_code, error.headers)
        context = {
            "language": language,
            "sentence": sentence,
            "back": self.line(language, "back"),
            "base": base_of(request),
        }
        headers = {"cache-control": "no-store", **(error.headers or {})}
        return TEMPLATES.TemplateResponse(request, "plain.html", context, error.status_code, headers)

    def handlers(self) -> Mapping[Any, Callable[[Request, Exception], Awaitable[Response]]]:
        """For an application: every refusal and every fault is told by a sentence of the catalogue."""

        async def refused(request: Request, error: Exception) -> Response:
            return self.told(request, error if isinstance(error, HTTPException) else HTTPException(500))

        return {HTTPException: refused, Exception: refused}


def size_limit() -> str:
    """The largest file, as it is told."""
    return f"{LARGEST_FILE_MB} MB"


def base_of(request: Request) -> str:
    """The path below which the application is served."""
    return str(request.scope.get("root_path", ""))
