"""The page to speak from as a Word file, to be changed before it is spoken."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

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
    Ruler,
    drawn,
    indent,
)
from bot.reports.package import emptied
from bot.reports.word import MEDIA_TYPE
from bot.reports.word_parts import centred, widths

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

__all__ = ["MEDIA_TYPE", "docx"]
FONT = "Times New Roman"


def docx(page: Laid, ruler: Ruler) -> bytes:
    """The page as a file that names neither author nor programme nor time."""
    return _Page(page, ruler).made()


class _Page:
    def __init__(self, page: Laid, ruler: Ruler) -> None:
        from docx import Document as new

        self._page, self._sheet = page, page.sheet
        self._foot = sum(ruler.tall(one, FOOT) for one in page.sheet.foot)
        self._document: Document = new()

    def made(self) -> bytes:
        self._set_up()
        self._head()
        for words, size, after in ((self._sheet.kind, SMALL, AFTER), (self._sheet.title, HEADED, 2 * AFTER)):
            paragraph = self._paragraph(size, after=after)
            centred(paragraph)
            _say(paragraph, words, size, bold=True)
        for block in self._page.body:
            self._block(block)
        if self._page.left:
            _say(self._paragraph(self._page.size), self._page.left, self._page.size, bold=True)
        self._attribution()
        made = BytesIO()
        self._document.save(made)
        return emptied(made.getvalue())

    def _set_up(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Mm

        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(WIDE), Mm(TALL)
        section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
        section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM + RULE + self._foot)
        section.header_distance, section.footer_distance = Mm(5), Mm(BOTTOM)
        normal: Any = self._document.styles["Normal"]
        normal.font.name = FONT
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)

    def _head(self) -> None:
        from docx.enum.table import WD_ROW_HEIGHT_RULE
        from docx.shared import Mm

        table = self._document.add_table(rows=1, cols=2)
        table.autofit = False
        row = table.rows[0]
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.EXACTLY, Mm(HEAD)
        wide = (ROOM - SIGN - 8, SIGN + 8)
        widths(table, wide)
        for cell, width in zip(row.cells, wide, strict=True):
            cell.width = Mm(width)
        left, right = row.cells
        for place, line in enumerate(self._sheet.about):
            paragraph = left.paragraphs[0] if place == 0 else left.add_paragraph()
            _shape(paragraph, SMALL)
            _say(paragraph, line, SMALL, bold=place == 0)
        picture = right.paragraphs[0]
        picture.paragraph_format.space_after = 0
        centred(picture)
        shown = picture.add_run().add_picture(BytesIO(drawn(self._sheet.sign)), Mm(SIGN - 1), Mm(SIGN - 1))
        shown._inline.docPr.set("descr", self._sheet.caption)
        caption = right.add_paragraph()
        _shape(caption, FOOT)
        centred(caption)
        _say(caption, self._sheet.caption, FOOT)

    def _block(self, block: Block) -> None:
        from docx.shared import Mm

        heading = block.kind == "heading"
        paragraph = self._paragraph(self._page.size, before=ABOVE if heading else 0)
        shape = paragraph.paragraph_format
        shape.keep_with_next = heading
        shape.left_indent = Mm(indent(block))
        if block.kind == "item" and block.marker:
            shape.first_line_indent = Mm(-HANGING)
            shape.tab_stops.add_tab_stop(Mm(indent(block)))
            _say(paragraph, f"{block.marker}\t", self._page.size)
        for span in block.spans:
            _say(paragraph, span.text, self._page.size, bold=heading or span.bold, italic=span.italic)

    def _attribution(self) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        footer = self._document.sections[0].footer
        for place, line in enumerate(self._sheet.foot):
            paragraph = footer.paragraphs[0] if place == 0 else footer.add_paragraph()
            _shape(paragraph, FOOT)
            _say(paragraph, line, FOOT)
            if place == 0:
                borders, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
                for key, value in (("val", "single"), ("sz", "4"), ("space", "3"), ("color", "000000")):
                    top.set(qn(f"w:{key}"), value)
                borders.append(top)
                paragraph._p.get_or_add_pPr().append(borders)

    def _paragraph(self, size: float, before: float = 0, after: float = AFTER) -> "Paragraph":
        paragraph = self._document.add_paragraph()
        _shape(paragraph, size, before, after)
        return paragraph


def _shape(paragraph: "Paragraph", size: float, before: float = 0, after: float = 0) -> None:
    """Lines of one height whatever the font, so that the page holds what was measured for it."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size * LEADING)
    shape.space_before, shape.space_after = Pt(before / POINT), Pt(after / POINT)


def _say(
    paragraph: "Paragraph", words: str, size: float, *, bold: bool = False, italic: bool = False
) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
