"""What is said, before any platform has a say in how it looks: rich text, buttons, files."""

from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: immutable, comparable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """A run of characters in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str | None = None


class Block(Frozen):
    """One paragraph, heading, list item or quotation. `marker` stands before a list item ("•", "1.")."""

    spans: tuple[Span, ...]
    kind: Literal["paragraph", "heading", "item", "quote"] = "paragraph"
    marker: str = ""

    def plain(self) -> str:
        """The block's characters without style; a list item keeps its marker."""
        text = "".join(span.text for span in self.spans)
        return f"{self.marker} {text}" if self.marker else text


Text = tuple[Block, ...]


class Button(Frozen):
    """A choice under a message. `data` comes back when it is pressed (at most 64 bytes of UTF-8)."""

    label: str
    data: str = ""
    url: str | None = None


FileKind = Literal["photo", "document", "audio"]


class Attachment(Frozen):
    """A file to go with a message: the row of table `file`, and how it is shown."""

    file_id: int
    kind: FileKind = "document"


class Message(Frozen):
    """One thing to say. Rows of buttons stand below the last part; an attachment goes first."""

    text: Text = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    attachment: Attachment | None = None

    def digest(self) -> str:
        """What it says, in 64 hexadecimal digits (SHA-256)."""
        return sha256(self.model_dump_json().encode()).hexdigest()


def paragraph(text: str) -> Block:
    """A paragraph in one plain style."""
    return Block(spans=(Span(text=text),))


def plain_text(text: Text) -> str:
    """The characters of a text, blocks on lines of their own."""
    return "\n".join(block.plain() for block in text)
