"""content/layouts/*.toml: how an official paper is laid out, as data."""

from typing import Literal

from pydantic import Field

from bot.content.checks import validated
from bot.content.files import Folder
from bot.core.kernel.values import Frozen
from bot.core.talk.form import Localized


class Margins(Frozen):
    """In mm."""

    top: float = Field(ge=5, le=60)
    bottom: float = Field(ge=5, le=60)
    left: float = Field(ge=5, le=60)
    right: float = Field(ge=5, le=60)


class Line(Frozen):
    """One line of words; `size` in pt; `rule`: a line is drawn below it. Names in {} are filled in."""

    text: str
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
    left: tuple[Line, ...]
    right: tuple[Line, ...]
    kind: Line
    about: Line
    under_about: str
    heading: Literal["I-", "I."]
    end: str
    signature: tuple[Line, ...]
    recipients: Line
    recipient_lines: tuple[str, ...]
    recipient_size: float = Field(ge=6, le=40)


def read_layouts(folder: Folder) -> dict[str, Layout]:
    """Every layout by its code, the file's name. Raises ContentError."""
    found = {}
    for file in folder.files("layouts", ".toml"):
        code = file.rpartition("/")[2].removesuffix(".toml")
        found[code] = validated(Layout, {**folder.toml(file), "code": code}, file)
    return found
