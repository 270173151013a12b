"""What people ask about a prepared briefing, beside it in its folder: its kit of questions and answers."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from bot.content.checks import Line, M, validated
from bot.content.files import Folder, refuse_secret
from bot.core.guidance.kit import ANSWER, MOST, Entry
from bot.core.kernel.errors import ContentError
from bot.core.kernel.formats import fold
from bot.core.kernel.values import Frozen

KIT = "hoi-dap.toml"


class Strict(Frozen):
    """As written: TOML has its own dates, truth values and strings."""

    model_config = ConfigDict(strict=True)


class _EntrySheet(Strict):
    """One of [[entry]]."""

    question: Line
    answer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=ANSWER)]
    source: Line
    valid_until: date | None = None


class _KitSheet(Strict):
    """hoi-dap.toml."""

    entry: list[object] = Field(min_length=1, max_length=MOST)


def read_kits(folder: Folder, slugs: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
    """The prepared entries by slug, for the briefings that have some. Raises ContentError with the line."""
    found = {}
    for slug in slugs:
        file = f"briefings/{slug}/{KIT}"
        if folder.exists(file):
            found[slug] = _kit(folder, file)
    return found


def _kit(folder: Folder, file: str) -> tuple[Entry, ...]:
    tables = validated(_KitSheet, folder.toml(file), file).entry
    entries: list[Entry] = []
    lines = Lines(folder.text(file), "entry")
    for place, table in enumerate(tables):
        sheet = lines.validated(_EntrySheet, table, file, place)
        for key in ("question", "answer", "source"):
            refuse_secret(file, lines.key(place, key), getattr(sheet, key))
        if any(fold(one.question) == fold(sheet.question) for one in entries):
            raise ContentError(file, lines.key(place, "question"), sheet.question, "each question once")
        entries.append(Entry(**sheet.model_dump()))
    return tuple(entries)


class Lines:
    """Where the tables [[name]] of a TOML text stand, so that what is wrong is told with its line."""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name
        self._starts = [one.start() for one in re.finditer(rf"(?m)^[ \t]*\[\[\s*{name}\s*\]\]", text)]

    def key(self, place: int, key: str = "") -> str:
        """The key of a table's field as an error names it: "entry.1.answer (line 7)"."""
        named = ".".join(part for part in (self._name, str(place), key) if part)
        if place >= len(self._starts):
            return named
        start, end = self._starts[place], (*self._starts, len(self._text))[place + 1]
        first = re.escape(key.partition(".")[0])
        found = re.compile(rf"(?m)^[ \t]*{first}\s*[=.]").search(self._text, start, end) if key else None
        line = self._text.count("\n", 0, found.end() if found else start) + 1
        return f"{named} (line {line})"

    def validated(self, model: type[M], table: object, file: str, place: int) -> M:
        """The model made from one of the tables. Raises ContentError for the first problem, with its line."""
        try:
            return validated(model, table, file)
        except ContentError as error:
            key = "" if error.key == "toml" else error.key
            raise ContentError(file, self.key(place, key), error.found, error.allowed) from None
