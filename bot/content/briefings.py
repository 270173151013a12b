"""content/topics.toml and content/briefings/<slug>/ → topics and briefings."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath

from pydantic import ConfigDict, Field

from bot.content.asked import read_checks
from bot.content.checks import LANGUAGE, SLUG, Line, short, validated
from bot.content.files import Folder, refuse_secret, stays_below
from bot.content.markdown import read_document
from bot.content.variants import SCRIPT, read_recordings, read_scripts, refuse_no_language
from bot.core.guidance.briefing import Body, Briefing, BriefingFile, Topic
from bot.core.kernel.errors import ContentError
from bot.core.kernel.filetypes import LARGEST_FILE, MEDIA_TYPES
from bot.core.kernel.richtext import FileKind, plain_text
from bot.core.kernel.stray import stray
from bot.core.kernel.values import Frozen

TOPICS = "topics.toml"
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
YEARS = range(1900, 2080)  # of a paper: the year 1, or 2099, is a mistake in typing


class _Strict(Frozen):
    """As written: TOML has its own dates, truth values and strings."""

    model_config = ConfigDict(strict=True)


class _FileSheet(_Strict):
    """One of [[files]]: a path under the briefing's folder; `kind` only where the usual one is not wanted."""

    path: Line
    name: Line
    kind: FileKind | None = None


class _Sheet(_Strict):
    """briefing.toml."""

    topic: Line
    issuer: Line
    number: Line
    issued_on: date
    source: Line
    valid_until: date | None = None
    not_before: date | None = None
    sample: bool = False
    files: list[object] = Field(default_factory=list)


def read_topics(folder: Folder) -> dict[str, Topic]:
    """The topics by code, in the order of the file. Raises ContentError."""
    file = TOPICS
    topics = {}
    for code, table in folder.toml(file).items():
        if not SLUG.fullmatch(code) or len(code) > 32:
            raise ContentError(
                file, code, short(code), "a code of small letters, digits and hyphens, up to 32"
            )
        if not isinstance(table, dict):
            raise ContentError(file, code, short(table), f"a table [{code}]")
        if "code" in table:
            raise ContentError(file, f"{code}.code", short(table["code"]), "the code as the table's name")
        topic = validated(Topic, {**table, "code": code}, file, code)
        for key, words in (("name", topic.name), ("description", topic.description), ("field", topic.field)):
            required = key == "name" or (key == "field" and bool(words))
            _check_words(words, file, f"{code}.{key}", required)
        for month in sorted(topic.observed):
            if not _MONTH.fullmatch(month):
                raise ContentError(file, f"{code}.observed", short(month), "months such as 2026-12")
        topics[code] = topic
    return topics


def _check_words(words: Mapping[str, str], file: str, key: str, required: bool) -> None:
    if required and "vi" not in words:
        raise ContentError(file, f"{key}.vi", "(missing)", "the words in Vietnamese")
    for language, text in words.items():
        if not LANGUAGE.fullmatch(language):
            raise ContentError(file, f"{key}.{language}", language, "a language tag such as vi, en or rad")
        if not text.strip() or "\n" in text or len(text) > 300:
            raise ContentError(file, f"{key}.{language}", short(text), "1 to 300 characters in one line")
        if sign := stray(text):
            raise ContentError(file, f"{key}.{language}", sign, "words without signs of a layout")


def read_briefings(folder: Folder, topics: Mapping[str, Topic]) -> dict[str, Briefing]:
    """The briefings by slug, in order of slug. Raises ContentError."""
    return {slug: _briefing(folder, slug, topics) for slug in folder.folders("briefings")}


def _briefing(folder: Folder, slug: str, topics: Mapping[str, Topic]) -> Briefing:
    home = f"briefings/{slug}"
    file = f"{home}/briefing.toml"
    if not SLUG.fullmatch(slug):
        raise ContentError(home, "slug", slug, "a folder name of small letters, digits and hyphens, up to 64")
    sheet = validated(_Sheet, folder.toml(file), file)
    _check_sheet(sheet, file, topics)
    words = sheet.model_dump(exclude={"files"})
    files = tuple(_file(folder, home, place, entry) for place, entry in enumerate(sheet.files))
    spoken = {"recordings": read_recordings(folder, home, files), "scripts": read_scripts(folder, home)}
    bodies = _bodies(folder, home)
    checks = read_checks(folder, home, bodies)
    return Briefing(slug=slug, bodies=bodies, checks=checks, **{**words, "files": files, **spoken})


def _check_sheet(sheet: _Sheet, file: str, topics: Mapping[str, Topic]) -> None:
    if sheet.topic not in topics:
        raise ContentError(file, "topic", short(sheet.topic), f"a code of topics.toml: {', '.join(topics)}")
    for key in ("issuer", "number", "source"):
        refuse_secret(file, key, getattr(sheet, key))
    for key in ("issued_on", "not_before"):
        if (named := getattr(sheet, key)) and named.year not in YEARS:
            raise ContentError(file, key, named.isoformat(), "a day of our time, such as 2026-11-27")
    last = sheet.valid_until
    if last and last < sheet.issued_on:
        raise ContentError(file, "valid_until", str(last), f"{sheet.issued_on} (issued_on) or later")
    if last and sheet.not_before and last < sheet.not_before:
        raise ContentError(file, "valid_until", str(last), f"{sheet.not_before} (not_before) or later")


def _bodies(folder: Folder, home: str) -> dict[str, Body]:
    first = f"{home}/vi.md"
    if not folder.exists(first):
        raise ContentError(first, "file", "(missing)", "the briefing's text in Vietnamese")
    bodies = {}
    others = [file for file in folder.files(home, ".md") if file != first and not file.endswith(SCRIPT)]
    for file in (first, *others):
        language = PurePosixPath(file).stem
        refuse_no_language(file, language, "en.md")
        document = read_document(folder.text(file), file)
        refuse_secret(file, "title", document.title)
        refuse_secret(file, "text", f"{plain_text(document.brief)}\n{plain_text(document.full)}")
        bodies[language] = Body(title=document.title, brief=document.brief, full=document.full)
    return bodies


def _usual(media_type: str) -> FileKind:
    """How a chat shows a file of a type."""
    first = media_type.partition("/")[0]
    return "photo" if first == "image" else "audio" if first == "audio" else "document"


def _file(folder: Folder, home: str, place: int, entry: object) -> BriefingFile:
    file, key = f"{home}/briefing.toml", f"files.{place}"
    sheet = validated(_FileSheet, entry, file, key)
    refuse_secret(file, f"{key}.name", sheet.name)
    if not stays_below(sheet.path):
        raise ContentError(file, f"{key}.path", sheet.path, "a path below the briefing's own folder")
    suffix = PurePosixPath(sheet.path).suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise ContentError(file, f"{key}.path", sheet.path, f"a file of a kind: {', '.join(MEDIA_TYPES)}")
    named = (file, f"{key}.path")
    real = folder.locate(f"{home}/{sheet.path}", LARGEST_FILE, named)
    if not real.is_relative_to(folder.path / home):
        raise ContentError(*named, sheet.path, "a path below the briefing's own folder")
    media_type = MEDIA_TYPES[suffix]
    if media_type == "text/plain":
        refuse_secret(*named, folder.text(f"{home}/{sheet.path}", named))
    return BriefingFile(
        path=sheet.path, name=sheet.name, media_type=media_type, kind=sheet.kind or _usual(media_type)
    )
