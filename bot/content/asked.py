"""Questions beside a prepared briefing in its folder: those of its kit, and those of understanding."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from bot.content.checks import LANGUAGE, Line, M, Words, validated
from bot.content.files import Folder, refuse_secret
from bot.core.guidance.asking import CHOICE, FEWEST, MOST_CHECKS, MOST_CHOICES
from bot.core.guidance.briefing import Body, Check
from bot.core.guidance.kit import ANSWER, MOST, Entry, Said
from bot.core.kernel.errors import ContentError
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import plain_text
from bot.core.kernel.values import Frozen

KIT, CHECKS = "hoi-dap.toml", "hieu-bai.toml"


Short = Annotated[Line, StringConstraints(max_length=CHOICE)]  # what a button holds


class Strict(Frozen):
    """As written: TOML has its own dates, truth values and strings."""

    model_config = ConfigDict(strict=True)


Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=ANSWER), Words]


class _EntrySheet(Strict):
    """One of [[entry]], in Vietnamese alone."""

    question: Line
    answer: Answer
    source: Line
    valid_until: date | None = None


class _SpokenSheet(Strict):
    """One of [[entry]] in several languages, the same ones of question and answer."""

    question: dict[str, Line]
    answer: dict[str, Answer]
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
        by_language = isinstance(table, dict) and isinstance(table.get("question"), dict)
        sheet: _EntrySheet | _SpokenSheet
        if by_language:
            sheet = lines.validated(_SpokenSheet, table, file, place)
        else:
            sheet = lines.validated(_EntrySheet, table, file, place)
        entry = _entry(lines, sheet, file, place)
        if any(fold(one.question) == fold(entry.question) for one in entries):
            raise ContentError(file, lines.key(place, "question"), entry.question, "each question once")
        entries.append(entry)
    return tuple(entries)


def _entry(lines: "Lines", sheet: _EntrySheet | _SpokenSheet, file: str, place: int) -> Entry:
    refuse_secret(file, lines.key(place, "source"), sheet.source)
    question, answer = (
        {"vi": one} if isinstance(one, str) else one for one in (sheet.question, sheet.answer)
    )
    for key, words in (("question", question), ("answer", answer)):
        _in_vietnamese(lines, file, place, key, words)
    if question.keys() != answer.keys():
        found = sorted(question.keys() ^ answer.keys())
        raise ContentError(
            file, lines.key(place, "answer"), found, "an answer in each language of its question"
        )
    return Entry(
        question=question["vi"],
        answer=answer["vi"],
        source=sheet.source,
        valid_until=sheet.valid_until,
        others=tuple(
            Said(language=one, question=question[one], answer=answer[one])
            for one in sorted(question)
            if one != "vi"
        ),
    )


class _CheckSheet(Strict):
    """One of [[check]]; `right`: which choice is right, from 1."""

    question: dict[str, Line]
    choices: list[dict[str, Short]] = Field(min_length=FEWEST, max_length=MOST_CHOICES)
    right: int = Field(ge=1)
    sentence: dict[str, Line]


class _ChecksSheet(Strict):
    """hieu-bai.toml."""

    check: list[object] = Field(min_length=1, max_length=MOST_CHECKS)


def read_checks(folder: Folder, home: str, bodies: Mapping[str, Body]) -> tuple[Check, ...]:
    """A briefing's questions of understanding, none where it has none. Raises ContentError with the line.

    The sentence that shows the answer stands in the briefing, letter for letter.
    """
    file = f"{home}/{CHECKS}"
    if not folder.exists(file):
        return ()
    tables = validated(_ChecksSheet, folder.toml(file), file).check
    lines = Lines(folder.text(file), "check")
    return tuple(_check(lines, table, file, place, bodies) for place, table in enumerate(tables))


def _check(lines: "Lines", table: object, file: str, place: int, bodies: Mapping[str, Body]) -> Check:
    sheet = lines.validated(_CheckSheet, table, file, place)
    if sheet.right > len(sheet.choices):
        raise ContentError(file, lines.key(place, "right"), sheet.right, f"1 to {len(sheet.choices)}")
    for key, words in (("question", sheet.question), ("sentence", sheet.sentence)):
        _in_vietnamese(lines, file, place, key, words)
    for number, words in enumerate(sheet.choices):
        _in_vietnamese(lines, file, place, f"choices.{number}", words)
    labels = [fold(words["vi"]) for words in sheet.choices]
    if len(set(labels)) < len(labels):
        raise ContentError(file, lines.key(place, "choices"), labels, "each choice once")
    for language, sentence in sheet.sentence.items():
        body = bodies.get(language)
        said = _plain(f"{plain_text(body.brief)} {plain_text(body.full)}") if body else ""
        if _plain(sentence) not in said:
            allowed = f"a sentence of {language}.md, as it stands there"
            raise ContentError(file, lines.key(place, "sentence"), sentence, allowed)
    return Check(
        question=sheet.question,
        choices=tuple(sheet.choices),
        right=sheet.right - 1,
        sentence=sheet.sentence,
    )


def _in_vietnamese(lines: "Lines", file: str, place: int, key: str, words: Mapping[str, str]) -> None:
    at = lines.key(place, key)
    if "vi" not in words:
        raise ContentError(file, at, list(words), "the words in Vietnamese: vi")
    for language, text in words.items():
        if not LANGUAGE.fullmatch(language):
            raise ContentError(file, at, language, "a language tag such as vi, en or rad")
        refuse_secret(file, at, text)


def _plain(text: str) -> str:
    return " ".join(text.split())


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
