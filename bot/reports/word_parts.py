"""Parts of a Word file that python-docx has no word of its own for; loaded where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph


def widths(table: Any, wide: tuple[float, ...]) -> None:
    """Set the columns, in mm: some programmes read them there, others at the cells."""
    from docx.shared import Mm

    for column, width in zip(table.columns, wide, strict=True):
        column.width = Mm(width)


def centred(paragraph: Paragraph) -> None:
    """Put its lines in the middle."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def bold(paragraph: Paragraph, words: str, size: float) -> None:
    """Add words in bold letters of so many points."""
    from docx.shared import Pt

    run = paragraph.add_run(words)
    run.bold, run.font.size = True, Pt(size)


def field(paragraph: Paragraph, name: str) -> None:
    """A field that Word fills in: the page's number."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def rule(paragraph: Paragraph, share: float, page: float) -> None:
    """A short line below a paragraph: the border of an empty one that is indented from both sides."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    below = OxmlElement("w:p")
    paragraph._p.addnext(below)
    made = type(paragraph)(below, paragraph._parent)
    side = Mm(page * (1 - share) / 2)
    made.paragraph_format.left_indent = made.paragraph_format.right_indent = side
    made.paragraph_format.line_spacing = Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    made._p.get_or_add_pPr().append(borders)


def whole(row: Any) -> None:
    """The row stands on one page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def repeated(row: Any) -> None:
    """The row stands at the top of each page that the table goes on to."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
