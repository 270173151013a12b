"""One A4 page to speak from, before any file format: what stands on it, and how much of the text fits.

Measured in the font that the project ships: Word's own is narrower, so what fits here fits there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import segno

from bot.core.guidance.outline import Fitted, fitted
from bot.core.kernel.richtext import Block, Span, Text

WIDE, TALL, LEFT, RIGHT, TOP, BOTTOM = 210.0, 297.0, 20.0, 18.0, 14.0, 10.0  # mm
ROOM = WIDE - LEFT - RIGHT
SIGN = 27.0  # mm: the QR code, which a phone reads from a hand's length
HEAD = 33.0  # mm: the row with the issuer and the QR code
SIZES = (16.0, 15.0, 14.0, 13.0)  # pt: the largest in which everything fits; the last is read with ease still
HEADED, FOOT, SMALL = 16.0, 9.5, 11.0  # pt: of the title, of the foot, beside the QR code
LEADING = 1.28  # of a line, in sizes
AFTER = 1.2  # mm below a block
ABOVE = 1.8  # mm above a heading
HANGING = 8.0  # mm: where an item's words begin
RULE = 3.0  # mm around the line above the foot
LONGEST = 6_000  # characters: a block as long as this fits on no page
POINT = 25.4 / 72  # mm
FONTS = Path(__file__).with_name("fonts")
FAMILY = "NotoSerif"

Piece = tuple[str, bool]  # words in one style, and whether they are bold
Line = list[Piece]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to stand on the page. `about`: lines beside the QR code; `points`: the words above the points.

    `left`: words for what does not fit, from its headings; `foot`: lines of attribution; `sign`: what the QR
    code says, and `caption` the line below it.
    """

    language: str
    kind: str
    title: str
    about: tuple[str, ...]
    points: str
    brief: Text
    full: Text
    left: Callable[[Sequence[str]], str]
    foot: tuple[str, ...]
    sign: str
    caption: str


@dataclass(frozen=True, slots=True)
class Laid:
    """The page as it is set: the size of its text in pt, what stands there, the line of what does not."""

    sheet: Sheet
    size: float
    body: Text
    left: str


def laid(sheet: Sheet, ruler: "Ruler") -> Laid:
    """The page in the largest size in which everything fits, else cut by rule."""
    room = _room(sheet, ruler)
    for size in SIZES:

        def height(block: Block, size: float = size) -> float:
            return ruler.height(block, size)

        brief: Text = sheet.brief
        if brief and brief[0].kind == "item":
            brief = (Block(spans=(Span(text=sheet.points),), kind="heading"), *brief)
        naming = 3 * size * LEADING * POINT + AFTER
        found = fitted(brief, sheet.full, height, room, naming)
        if found.whole or size == SIZES[-1]:
            break
    return Laid(sheet, size, (*found.points, *found.rest), _naming(sheet, found, size, ruler))


def _room(sheet: Sheet, ruler: "Ruler") -> float:
    """What is left of the page for the text, in mm; a line is kept free."""
    used = TOP + BOTTOM + HEAD + ruler.tall(sheet.kind, SMALL, True) + AFTER
    used += ruler.tall(sheet.title, HEADED, True) + 2 * AFTER
    used += RULE + sum(ruler.tall(one, FOOT) for one in sheet.foot)
    return TALL - used - SIZES[0] * LEADING * POINT


def _naming(sheet: Sheet, found: Fitted, size: float, ruler: "Ruler") -> str:
    """The line of what is left out, in three lines at most: fewer headings where they are long."""
    if found.whole:
        return ""
    named = [one for one in found.left if one]
    for count in range(len(named), 0, -1):
        shown = named[:count] if count == len(named) else [*named[:count], "…"]
        words = sheet.left(shown)
        if len(ruler.lines([(words, True)], size, ROOM)) <= 3:
            return words
    return sheet.left(())


def drawn(sign: str) -> bytes:
    """A QR code as PNG."""
    made = BytesIO()
    segno.make(sign, error="m").save(made, kind="png", scale=8, border=1)
    return made.getvalue()


def pieces(block: Block) -> list[Piece]:
    """A block's words in their styles; a heading is bold."""
    return [(span.text, span.bold or block.kind == "heading") for span in block.spans]


def indent(block: Block) -> float:
    """How far from the left its words begin, in mm."""
    if block.kind == "item":
        return HANGING * (2 if block.marker == "–" else 1)
    return HANGING if block.kind == "quote" else 0.0


class Ruler:
    """Measures words in the project's font, and breaks them into lines. Holds the font's files while open."""

    def __enter__(self) -> "Ruler":
        return self

    def __exit__(self, *_: object) -> None:
        for font in self.pdf.fonts.values():
            font.ttfont.close()

    @cached_property
    def pdf(self) -> Any:
        """An empty document with the fonts."""
        from fpdf import FPDF

        made = FPDF(unit="mm", format="A4")
        for style, name in (("", "Regular"), ("B", "Bold")):
            made.add_font(FAMILY, style, FONTS / f"NotoSerif-{name}.ttf")
        made.set_auto_page_break(False)
        return made

    def wide(self, text: str, size: float, bold: bool) -> float:
        """The width of a word in mm."""
        self.pdf.set_font(FAMILY, "B" if bold else "", size)
        return float(self.pdf.get_string_width(text))

    def tall(self, text: str, size: float, bold: bool = False, room: float = ROOM) -> float:
        """The height of plain words in mm."""
        return len(self.lines([(text, bold)], size, room)) * size * LEADING * POINT

    def height(self, block: Block, size: float) -> float:
        """The height of a block in mm, with what is free above and below it."""
        if sum(len(span.text) for span in block.spans) > LONGEST:
            return TALL
        count = len(self.lines(pieces(block), size, ROOM - indent(block)))
        return count * size * LEADING * POINT + AFTER + (ABOVE if block.kind == "heading" else 0)

    def lines(self, words: Sequence[Piece], size: float, room: float) -> list[Line]:
        """The words in lines of at most `room` mm; a word that is longer is broken."""
        shown = [(self.known(text), bold) for text, bold in words]
        return [line for part in _parts(shown) for line in self._broken(part, size, room)]

    def known(self, text: str) -> str:
        """The text without what the font has no letter for, such as pictures."""
        letters = self.pdf.fonts[FAMILY.lower()].cmap
        return "".join(one for one in text if ord(one) in letters or one.isspace())

    def _broken(self, letters: list[Piece], size: float, room: float) -> list[Line]:
        lines: list[Line] = [[]]
        used, space = 0.0, self.wide(" ", size, False)
        for word in _words(letters):
            width = sum(self.wide(text, size, bold) for text, bold in word)
            if lines[-1] and used + space + width > room:
                lines.append([])
                used = 0.0
            while width > room:  # no more of it than goes into a line
                word, rest = self._split(word, size, room)
                lines[-1] += word
                lines.append([])
                word = rest
                width = sum(self.wide(text, size, bold) for text, bold in word)
            if lines[-1]:
                word = [(" ", word[0][1]), *word]
                used += space
            lines[-1] += word
            used += width
        return [_joined(line) for line in lines]

    def _split(self, word: Line, size: float, room: float) -> tuple[Line, Line]:
        letters = [(letter, bold) for text, bold in word for letter in text]
        used, place = 0.0, 0
        for letter, bold in letters:
            used += self.wide(letter, size, bold)
            if used > room:
                break
            place += 1
        return _joined(letters[: max(1, place)]), _joined(letters[max(1, place) :])


def _parts(words: Sequence[Piece]) -> list[list[Piece]]:
    """Letter by letter, a list for each line that the text itself begins."""
    parts: list[list[Piece]] = [[]]
    for text, bold in words:
        for letter in text:
            if letter == "\n":
                parts.append([])
            else:
                parts[-1].append((letter, bold))
    return parts


def _words(letters: list[Piece]) -> list[Line]:
    return [_joined(some) for blank, some in groupby(letters, lambda one: one[0].isspace()) if not blank]


def _joined(letters: Any) -> Line:
    return [("".join(one for one, _ in some), bold) for bold, some in groupby(letters, lambda one: one[1])]
