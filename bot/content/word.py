"""A Word document → a briefing's text: headings, lists with their numbers, bold, tables as lines."""

import json
import re
import subprocess
import sys
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from bot.core.guidance.asking import FEWEST, MOST_CHECKS, MOST_CHOICES, asked
from bot.core.guidance.briefing import Check
from bot.core.kernel.errors import ContentError
from bot.core.kernel.filetypes import LARGEST_FILE
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import Block, Span, Text, plain_text

PATIENCE_S = 60.0  # twice what the program gives itself of the processor
LONGEST = 100_000  # characters: some forty pages
TITLE, SHORT = 200, 900  # characters: of a title; of a text that needs no second part
ENOUGH, POINTS = 150, 600  # of main points, at least and at most
REFUSED = {
    "empty": ("a document without words", "text that people can read"),
    "old": (
        "a document as Word 97 wrote it, or with a password",
        "in Word: Save as, .docx, without a password",
    ),
    "broken": ("a document that cannot be read", "a .docx that Word opens; save it anew"),
    "macros": ("a document with macros", "in Word: Save as, .docx without macros"),
    "large": ("a document that is too large", "fewer or smaller pictures"),
    "quiz": (
        "questions of understanding that are not complete",
        f"{MOST_CHECKS} at most, each with {FEWEST} to {MOST_CHOICES} short choices, one with (đúng), "
        "and below them Căn cứ: with a sentence as it stands in the text",
    ),
    "long": ("a document that is too long", "the part that people are to read; the rest as a file"),
}
LOST = {
    "formula": "formulas",
    "text_box": "text boxes",
    "changes": "changes that nobody has accepted yet: taken as accepted",
    "object": "embedded objects",
    "drawing": "drawings and charts",
    "comments": "comments",
    "margins": "headers and footers",
    "pictures": "pictures of other kinds than PNG and JPEG, or beyond the twentieth",
}
_LETTERHEAD = ("cong hoa xa hoi", "dang cong san", "doc lap", "so:", "so ")
_TYPED = re.compile(r"\s*[-–—•+*▪●○]\s+")  # a bullet that somebody typed
_POINTS = {"y chinh", "tom tat", "noi dung chinh", "nhung diem chinh"}


class Unreadable(ContentError):
    """A document that is refused; `why`: a key of `REFUSED`."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, "file", *REFUSED[why])
        self.why = why


@dataclass(frozen=True, slots=True)
class Word:
    """What a document says. `lost`: what cannot be carried, keys of `LOST`. `pictures`: names of files."""

    title: str
    brief: Text
    full: Text
    pictures: tuple[str, ...]
    lost: tuple[str, ...]
    checks: tuple[Check, ...] = ()

    @property
    def text(self) -> str:
        """All of it, plain."""
        questions = (words["vi"] for one in self.checks for words in (one.question, *one.choices))
        return "\n".join((self.title, plain_text(self.brief), plain_text(self.full), *questions))


def read_word(path: Path, folder: Path, called: str = "") -> Word:
    """Read a `.docx`; its pictures are written into `folder`. Raises Unreadable for what cannot be read.

    `called`: its title where nothing in it is one; else the file's name.
    """
    name = str(path)
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ContentError(name, "file", error.strerror, "a .docx file") from None
    if size > LARGEST_FILE:
        raise Unreadable(name, "large")
    found = _told(name, path, folder)
    if word := found.get("refused"):
        raise Unreadable(name, str(word))
    walk = _Walk(list(found["numbers"]))
    walk.feed(found["html"])
    walk.close()
    blocks = tuple(walk.blocks)
    if not plain_text(blocks).strip():
        raise Unreadable(name, "empty")
    if len(plain_text(blocks)) > LONGEST:
        raise Unreadable(name, "long")
    title, rest = _title(blocks, called or path.stem)
    questions = asked(rest)
    if questions.wrong is not None:
        raise Unreadable(name, "quiz")
    brief, full = _parted(questions.text)
    lost = [*found["lost"], *(["pictures"] if "" in found["pictures"] else [])]
    kept = tuple(one for one in found["pictures"] if one)
    return Word(title, brief, full, kept, tuple(lost), questions.checks)


def _told(name: str, path: Path, folder: Path) -> dict[str, Any]:
    program = [sys.executable, "-I", str(Path(__file__).with_name("wordfile.py"))]
    try:
        done = subprocess.run(  # noqa: S603
            [*program, str(path.absolute()), str(folder.absolute()), str(LONGEST)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(name, "broken") from None
    if done.returncode or not done.stdout:
        raise Unreadable(name, "broken")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@dataclass(slots=True)
class _Cell:
    rows: list[list[str]] = field(default_factory=list)


class _Walk(HTMLParser):
    """HTML as mammoth writes it, into blocks."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._numbers = numbers
        self._spans: list[Span] = []
        self._styles: list[str] = []
        self._href: str | None = None
        self._kind = "paragraph"
        self._lists: list[str] = []
        self._counts: list[int] = []
        self._marker = ""
        self._tables: list[_Cell] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch(r"h[1-6]", tag):
            self._end()
            self._kind = "heading"
        elif tag in ("ul", "ol"):
            self._end()
            self._lists.append(tag)
            self._counts.append(0)
        elif tag == "li" and self._lists:
            self._end()
            label = self._numbers.pop(0) if self._numbers else ""
            own = "•" if len(self._lists) < 2 else "–"
            self._counts[-1] += 1
            self._marker = (label or f"{self._counts[-1]}.") if self._lists[-1] == "ol" else own
        elif tag == "table":
            self._end()
            self._tables.append(_Cell())
        elif tag == "tr" and self._tables:
            self._tables[-1].rows.append([])
        elif tag in ("td", "th") and self._tables:
            self._spans = []
        elif tag in ("strong", "em"):
            self._styles.append(tag)
        elif tag == "a":
            self._href = dict(attrs).get("href")
        elif tag == "br":
            self._say("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "li") or re.fullmatch(r"h[1-6]", tag):
            self._say(" ") if self._tables else self._end()
        elif tag in ("ul", "ol"):
            self._end()
            self._lists.pop()
            self._counts.pop()
        elif tag in ("td", "th") and self._tables:
            words = " ".join("".join(span.text for span in self._spans).split())
            if self._tables[-1].rows:
                self._tables[-1].rows[-1].append(words)
            self._spans = []
        elif tag == "table" and self._tables:
            self.blocks += _lines(self._tables.pop().rows)
        elif tag in ("strong", "em") and tag in self._styles:
            self._styles.remove(tag)
        elif tag == "a":
            self._href = None

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, text: str) -> None:
        web = self._href if self._href and re.match(r"https?://", self._href) else None
        bold, italic = "strong" in self._styles, "em" in self._styles
        shown = unicodedata.normalize("NFC", text.replace("\xa0", " ").replace("\t", " "))
        self._spans.append(Span(text=shown, bold=bold, italic=italic, href=web))

    def _end(self) -> None:
        spans, self._spans = tuple(self._spans), []
        kind, self._kind = self._kind, "paragraph"
        if not "".join(span.text for span in spans).strip():
            return
        if self._lists and not self._tables:
            marker, self._marker = self._marker, ""
            self.blocks.append(Block(spans=spans, kind="item", marker=marker or "•"))
        elif kind == "heading":
            self.blocks.append(Block(spans=spans, kind="heading"))
        elif (typed := _TYPED.match(spans[0].text)) is not None and spans[0].text[typed.end() :]:
            rest = spans[0].model_copy(update={"text": spans[0].text[typed.end() :]})
            self.blocks.append(Block(spans=(rest, *spans[1:]), kind="item", marker="•"))
        else:
            self.blocks.append(Block(spans=spans))


def _lines(rows: list[list[str]]) -> list[Block]:
    """A table as lines that can be read aloud: under headings, each cell with its own."""
    rows = [row for row in rows if any(row)]
    heads = rows[0] if len(rows) > 2 and len(rows[0]) > 1 and all(rows[0]) else None
    found = []
    for row in rows[1:] if heads else rows:
        cells = [cell for cell in row if cell]
        if heads and len(row) == len(heads):
            named = zip(heads[1:], row[1:], strict=True)
            cells = [row[0] or "–", *(f"{head}: {cell}" for head, cell in named if cell)]
        found.append(Block(spans=(Span(text=" · ".join(cells)),), kind="item", marker="•"))
    return found


def _title(blocks: Text, called: str) -> tuple[str, Text]:
    """The title, and what stands besides it: a heading, else the first bold line that is no letterhead."""
    for at, block in enumerate(blocks):
        words = " ".join(block.plain().split())
        bold = all(span.bold for span in block.spans if span.text.strip())
        letterhead = fold(words).startswith(_LETTERHEAD)
        stands_out = block.kind == "heading" or (block.kind == "paragraph" and bold and not letterhead)
        if stands_out and 3 < len(words) <= TITLE:
            return words, (*blocks[:at], *blocks[at + 1 :])
    return called.replace("_", " ").replace("-", " ").strip()[:TITLE] or "Bản tin", blocks


def _parted(blocks: Text) -> tuple[Text, Text]:
    """The main points and the whole text: those that the document names so, else its beginning."""
    if len(plain_text(blocks)) <= SHORT:
        return blocks, ()
    for at, block in enumerate(blocks):
        if block.kind == "heading" and fold(block.plain()).strip(" .:") in _POINTS:
            end = next((n for n in range(at + 1, len(blocks)) if blocks[n].kind == "heading"), len(blocks))
            if end > at + 1:
                return blocks[at + 1 : end], (*blocks[:at], *blocks[end:])
    brief: list[Block] = []
    for block in blocks:
        length = len(plain_text((*brief, block)))
        if brief and (length > POINTS or (block.kind == "heading" and length > ENOUGH)):
            break
        if block.kind != "heading":
            brief.append(block)
    return tuple(brief), blocks
