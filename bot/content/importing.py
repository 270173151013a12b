"""A Word document becomes a prepared briefing: a folder of the content, checked as any other."""

import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.content import letterhead
from bot.content.asked import CHECKS
from bot.content.briefings import TOPICS, read_briefings, read_topics
from bot.content.checks import SLUG
from bot.content.files import Folder
from bot.content.markdown_out import as_markdown
from bot.content.word import LOST, Word, read_word
from bot.core.guidance.secrecy import secrecy_marking
from bot.core.kernel.errors import ContentError
from bot.core.kernel.formats import fold


@dataclass(frozen=True, slots=True)
class About:
    """What a document does not always say. Empty: it is looked for in the document, or left as it is."""

    topic: str
    issuer: str
    source: str = ""
    number: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """The briefing as it was made. `lost`: what the document has and a chat cannot carry, in words."""

    slug: str
    title: str
    number: str
    issued_on: date
    files: tuple[str, ...]
    lost: tuple[str, ...]
    text: str = field(repr=False)


def import_word(folder: Path, document: Path, about: About, today: date, *, keep: bool) -> Imported:
    """Make a briefing of a `.docx`; `keep` False: look, and leave nothing. Raises ContentError.

    What is wrong (a marking of secrecy among it) is told by the document's name, and leaves no folder.
    """
    with TemporaryDirectory() as pictures:
        word = read_word(document, Path(pictures))
        if marking := secrecy_marking(f"{document.name}\n{word.text}"):
            raise ContentError(
                str(document), _sentence(word, marking), marking, "text without such a marking"
            )
        slug = about.slug or slug_of(word.title)
        if not SLUG.fullmatch(slug):
            raise ContentError(str(document), "slug", slug, "small letters, digits and hyphens, up to 64")
        home = folder / "briefings" / slug
        if home.exists():
            raise ContentError(str(document), "slug", slug, "another one: there is such a briefing already")
        made = _made(word, about, slug, document, today)
        with TemporaryDirectory() as aside:  # checked there: `run` looks at the folder meanwhile
            written = Path(aside) / "briefings" / slug
            written.mkdir(parents=True)
            _write(written, word, about, made, document, Path(pictures))
            shutil.copyfile(folder / TOPICS, Path(aside) / TOPICS)
            copy = Folder(Path(aside))
            read_briefings(copy, read_topics(copy))
            if keep:
                _put(written, home)
    return made


def _put(written: Path, home: Path) -> None:
    """Bring what was checked to its place, whole or not at all."""
    unseen = home.with_name(f".{home.name}")
    try:
        shutil.copytree(written, unseen)
        unseen.rename(home)
    except BaseException:
        shutil.rmtree(unseen, ignore_errors=True)
        raise


def slug_of(title: str) -> str:
    """A folder's name made of a title."""
    return re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-")[:64].strip("-")


def _made(word: Word, about: About, slug: str, document: Path, today: date) -> Imported:
    number = about.number or letterhead.number(word.text)
    day = about.issued_on or letterhead.day(word.text, today) or today
    return Imported(
        slug,
        word.title,
        number,
        day,
        (*word.pictures, document.name),
        tuple(LOST[one] for one in word.lost),
        word.text,
    )


def _sentence(word: Word, marking: str) -> str:
    """Where a marking stands."""
    line = next((one for one in word.text.splitlines() if marking in one), "")
    return f"“{line[:60]}”" if line else "file"


def _checks(word: Word) -> str:
    """Its questions of understanding, as the content folder has them."""
    tables = []
    for one in word.checks:
        choices = "".join(f"  {{ vi = {_toml(choice['vi'])} }},\n" for choice in one.choices)
        tables.append(
            f"[[check]]\nquestion = {{ vi = {_toml(one.question['vi'])} }}\nchoices = [\n{choices}]\n"
            f"right = {one.right + 1}\nsentence = {{ vi = {_toml(one.sentence['vi'])} }}\n"
        )
    return "\n".join(tables)


def _write(home: Path, word: Word, about: About, made: Imported, document: Path, pictures: Path) -> None:
    lines = [
        f"topic = {_toml(about.topic)}",
        f"issuer = {_toml(about.issuer)}",
        f"number = {_toml(made.number or '–')}",
        f"issued_on = {made.issued_on.isoformat()}",
        f"source = {_toml(about.source or document.name)}",
    ]
    if about.valid_until is not None:
        lines.append(f"valid_until = {about.valid_until.isoformat()}")
    for number, name in enumerate(word.pictures, start=1):
        shutil.copyfile(pictures / name, home / name)
        lines += ["", "[[files]]", f"path = {_toml(name)}", f"name = {_toml(f'Hình {number}')}"]
    original = f"{made.slug}.docx"
    shutil.copyfile(document, home / original)
    lines += ["", "[[files]]", f"path = {_toml(original)}", f"name = {_toml(word.title)}"]
    (home / "briefing.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (home / "vi.md").write_text(as_markdown(word), encoding="utf-8")
    if word.checks:
        (home / CHECKS).write_text(_checks(word), encoding="utf-8")


def _toml(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
