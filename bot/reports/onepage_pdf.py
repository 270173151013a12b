"""The page to speak from as PDF, in the font that the project ships."""

from datetime import UTC, datetime
from io import BytesIO

from bot.core.kernel.richtext import Block
from bot.reports.onepage import (
    ABOVE,
    AFTER,
    BOTTOM,
    FOOT,
    HANGING,
    HEAD,
    HEADED,
    LEADING,
    LEFT,
    POINT,
    RIGHT,
    ROOM,
    RULE,
    SIGN,
    SMALL,
    TALL,
    TOP,
    WIDE,
    Laid,
    Piece,
    Ruler,
    drawn,
    indent,
    pieces,
)

MEDIA_TYPE = "application/pdf"
NO_DAY = datetime(1980, 1, 1, tzinfo=UTC)  # the library writes one down


def pdf(page: Laid, ruler: Ruler) -> bytes:
    """The page as a file that names neither author nor programme nor time."""
    return _Page(page, ruler).made()


class _Page:
    def __init__(self, page: Laid, ruler: Ruler) -> None:
        self._page, self._ruler, self._pdf, self._at = page, ruler, ruler.pdf, TOP

    def made(self) -> bytes:
        page, sheet, document = self._page, self._page.sheet, self._pdf
        document.add_page()
        document.set_title(sheet.title)
        document.set_lang(sheet.language)
        document.set_producer("")
        document.set_creation_date(NO_DAY)
        document.image(
            BytesIO(drawn(sheet.sign)), WIDE - RIGHT - SIGN, TOP, SIGN, SIGN, alt_text=sheet.caption
        )
        self._centred(sheet.caption, FOOT, TOP + SIGN, WIDE - RIGHT - SIGN / 2)
        for place, line in enumerate(sheet.about):
            self._words([(line, place == 0)], SMALL, LEFT, ROOM - SIGN - AFTER)
        self._at = TOP + HEAD
        for said, size in ((sheet.kind, SMALL), (sheet.title, HEADED)):
            for broken in self._ruler.lines([(said, True)], size, ROOM):
                self._centred("".join(text for text, _ in broken), size, self._at, LEFT + ROOM / 2, "B")
                self._at += size * LEADING * POINT
            self._at += AFTER
        self._at += AFTER
        for block in page.body:
            self._block(block)
        if page.left:
            self._words([(page.left, True)], page.size, LEFT, ROOM)
        self._foot()
        return bytes(document.output())

    def _block(self, block: Block) -> None:
        size, left = self._page.size, LEFT + indent(block)
        if block.kind == "heading":
            self._at += ABOVE
        if block.kind == "item" and block.marker:
            self._put(block.marker, False, size, left - HANGING + 1.5, self._at)
        self._words(pieces(block), size, left, ROOM - indent(block))
        self._at += AFTER

    def _foot(self) -> None:
        lines = self._page.sheet.foot
        self._at = TALL - BOTTOM - sum(self._ruler.tall(one, FOOT) for one in lines)
        self._pdf.set_line_width(0.2)
        self._pdf.line(LEFT, self._at - RULE / 2, WIDE - RIGHT, self._at - RULE / 2)
        for line in lines:
            self._words([(line, False)], FOOT, LEFT, ROOM)

    def _words(self, words: list[Piece], size: float, left: float, room: float) -> None:
        for line in self._ruler.lines(words, size, room):
            at = left
            for text, bold in line:
                at += self._put(text, bold, size, at, self._at)
            self._at += size * LEADING * POINT

    def _put(self, text: str, bold: bool, size: float, left: float, top: float) -> float:
        """Write words whose line begins at `top`; how wide they are."""
        width = self._ruler.wide(text, size, bold)
        self._pdf.text(left, top + size * POINT, text)
        return width

    def _centred(self, text: str, size: float, top: float, middle: float, style: str = "") -> None:
        width = self._ruler.wide(text, size, style == "B")
        self._put(text, style == "B", size, middle - width / 2, top)
