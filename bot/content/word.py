"""A Word document → a briefing's text: headings, lists with their numbers, bold, tables as lines."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.wordhtml import read_html
from bot.core.guidance.asking import FEWEST, MOST_CHECKS, MOST_CHOICES, asked
from bot.core.guidance.briefing import Check
from bot.core.kernel.errors import ContentError
from bot.core.kernel.filetypes import LARGEST_FILE
from bot.core.kernel.formats import fold
from bot.core.kernel.richtext import Block, Text, plain_text

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
    "text_box": "text boxes: their words stand after the paragraph beside them",
    "changes": "changes that nobody has accepted yet: taken as accepted",
    "object": "embedded objects",
    "drawing": "drawings and charts",
    "comments": "comments",
    "margins": "headers and footers",
    "hidden": "words that Word hides: left out",
    "struck": "words struck through: they stand as the others do",
    "symbols": "signs of a font of their own",
    "words": "some words in unusual places",
    "pictures": "pictures of other kinds than PNG and JPEG, or beyond the twentieth",
}
_LETTERHEAD = ("cong hoa xa hoi", "dang cong san", "doc lap", "so:", "so ")
_KINDS = {
    *("huong dan", "ke hoach", "thong bao", "de cuong", "chuong trinh", "bao cao", "ket luan", "thong tri"),
    *("nghi quyet", "chi thi", "quyet dinh", "to trinh", "de cuong tuyen truyen", "tai lieu", "quy dinh"),
}
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
    unseen: str = ""  # what stands around its text: headers, footers, comments, watermarks

    @property
    def text(self) -> str:
        """All of it, plain."""
        questions = (words["vi"] for one in self.checks for words in (one.question, *one.choices))
        return "\n".join((self.title, plain_text(self.brief), plain_text(self.full), *questions, self.unseen))


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
    blocks = read_html(found["html"])
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
    return Word(title, brief, full, kept, tuple(lost), questions.checks, found["unseen"])


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


def _title(blocks: Text, called: str) -> tuple[str, Text]:
    """The title, and what stands besides it: a heading, else the first bold line that is no letterhead.

    Below the kind of an official document ("HƯỚNG DẪN") the bold line that says of what belongs to it.
    """
    for at, block in enumerate(blocks):
        words = " ".join(block.plain().split())
        letterhead = block.kind != "heading" and fold(words).startswith(_LETTERHEAD)
        if _stands_out(block) and not letterhead and 3 < len(words) <= TITLE:
            after = blocks[at + 1] if at + 1 < len(blocks) else None
            if fold(words) in _KINDS and after is not None and _stands_out(after):
                whole = " ".join((words.capitalize(), *after.plain().split()))
                if len(whole) <= TITLE:
                    return whole, (*blocks[:at], *blocks[at + 2 :])
            return words, (*blocks[:at], *blocks[at + 1 :])
    return called.replace("_", " ").replace("-", " ").strip()[:TITLE] or "Bản tin", blocks


def _stands_out(block: Block) -> bool:
    bold = all(span.bold for span in block.spans if span.text.strip())
    return block.kind == "heading" or (block.kind == "paragraph" and bold)


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
