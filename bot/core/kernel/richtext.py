"""Text with its styles, before any platform has a say in how it looks; kinds of files."""

from typing import Literal

from bot.core.kernel.values import Frozen

FileKind = Literal["photo", "document", "audio"]


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


def paragraph(text: str) -> Block:
    """A paragraph in one plain style."""
    return Block(spans=(Span(text=text),))


def plain_text(text: Text) -> str:
    """The characters of a text, blocks on lines of their own."""
    return "\n".join(block.plain() for block in text)
