"""content/layouts/*.toml: how an official paper is laid out, as data."""

import re
from typing import Literal

from pydantic import Field, model_validator

from bot.content.checks import validated
from bot.content.files import Folder
from bot.core.kernel.errors import ContentError, Misplaced
from bot.core.kernel.values import Frozen
from bot.core.talk.form import Localized
from bot.core.talk.legible import illegible

MOST_LINES = 30
CODE = re.compile(r"[A-Za-z0-9_-]{1,18}")  # a button carries "docx." and it


class Margins(Frozen):
    """In mm."""

    top: float = Field(ge=5, le=60)
    bottom: float = Field(ge=5, le=60)
    left: float = Field(ge=5, le=60)
    right: float = Field(ge=5, le=60)


class Line(Frozen):
    """One line of words; `size` in pt; `rule`: a line is drawn below it. Names in {} are filled in."""

    text: str = Field(max_length=300)
    size: float = Field(ge=6, le=40)
    bold: bool = False
    italic: bool = False
    underline: bool = False
    rule: bool = False


class Layout(Frozen):
    """One layout. `line`: exact line spacing in pt, 0 single; `space` after a paragraph, pt; `indent` in mm.

    `under_about`: what stands below the title, "rule" a drawn line; `heading`: how sections are numbered;
    `end`: what the last sentence ends with. Source of the two deployed ones: facts/domain.md §5.
    """

    code: str = ""
    label: Localized
    margins: Margins
    font: str
    size: float = Field(ge=6, le=40)
    line: float = Field(ge=0, le=60)
    space: float = Field(ge=0, le=60)
    indent: float = Field(ge=0, le=60)
    page_numbers: Literal["top", "bottom", "none"]
    left: tuple[Line, ...] = Field(max_length=MOST_LINES)
    right: tuple[Line, ...] = Field(max_length=MOST_LINES)
    kind: Line
    about: Line
    under_about: str
    heading: Literal["I-", "I."]
    end: str
    signature: tuple[Line, ...] = Field(max_length=MOST_LINES)
    recipients: Line
    recipient_lines: tuple[str, ...] = Field(max_length=MOST_LINES)
    recipient_size: float = Field(ge=6, le=40)

    @model_validator(mode="after")
    def _is_offered_by_its_label(self) -> "Layout":
        if unread := illegible("label", {"vi": "", **self.label}):
            raise unread
        if not self.label.get("vi"):
            raise Misplaced("label.vi", "(missing)", "what the button says in Vietnamese")
        return self


def read_layouts(folder: Folder) -> dict[str, Layout]:
    """Every layout by its code, the file's name. Raises ContentError."""
    found = {}
    for file in folder.files("layouts", ".toml"):
        code = file.rpartition("/")[2].removesuffix(".toml")
        if not CODE.fullmatch(code):
            raise ContentError(file, "file", code, "a name of 1 to 18 letters A-Z, digits, - and _")
        found[code] = validated(Layout, {**folder.toml(file), "code": code}, file)
    return found
