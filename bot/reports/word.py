"""A paper as .docx in an official layout: a draft, its number and signature left blank."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.content.layouts import Layout, Line
from bot.core.kernel.formats import number, percent
from bot.reports.package import emptied
from bot.reports.paper import Paper, Row, Section
from bot.reports.word_parts import bold, centred, field, repeated, rule, whole, widths

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
HEAD = (0.38, 0.62)  # of the width: whose paper it is, and the name of the State or the Party
RULE = 0.4  # of the room that its words have
WHOLE = 14  # a table of so few rows stands on one page
FEW = 4  # columns that stand side by side in letters of the text
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx(paper: Paper, layout: Layout, above: str = "") -> bytes:
    """The paper as a Word file. `above`: the body above the issuer."""
    return _Word(paper, layout, above).made()


class _Word:
    def __init__(self, paper: Paper, layout: Layout, above: str) -> None:
        from docx import Document as new

        self._paper, self._layout = paper, layout
        self._document: Document = new()
        self._named = {
            "above": above.upper(),
            "issuer": paper.owner.upper(),
            "title": paper.title,
            "place": "…",
            "year": str(paper.year),
        }

    def made(self) -> bytes:
        self._page()
        self._head()
        for place, section in enumerate(self._paper.sections, start=1):
            self._section(section, f"{_roman(place)}{self._layout.heading[1:]}")
        self._foot()
        made = BytesIO()
        self._document.save(made)
        return emptied(made.getvalue())

    def _page(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        section, margins = self._document.sections[0], self._layout.margins
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(margins.top), Mm(margins.bottom)
        section.left_margin, section.right_margin = Mm(margins.left), Mm(margins.right)
        normal: Any = self._document.styles["Normal"]
        normal.font.name, normal.font.size = self._layout.font, Pt(self._layout.size)
        normal.element.rPr.rFonts.set(qn("w:eastAsia"), self._layout.font)
        normal.paragraph_format.space_after = Pt(0)
        if self._layout.page_numbers == "none":
            return
        section.different_first_page_header_footer = True
        top = self._layout.page_numbers == "top"
        band = section.header if top else section.footer
        section.header_distance = Mm(min(margins.top, 10))
        line = band.paragraphs[0]
        centred(line)
        field(line, "PAGE")

    def _head(self) -> None:
        from docx.shared import Mm, Pt

        table = self._document.add_table(rows=1, cols=2)
        table.autofit = False
        width = 210 - self._layout.margins.left - self._layout.margins.right
        widths(table, tuple(width * share for share in HEAD))
        for cell, lines, share in zip(
            table.rows[0].cells, (self._layout.left, self._layout.right), HEAD, strict=True
        ):
            cell.width = Mm(width * share)
            first = cell.paragraphs[0]
            shown = [line for line in lines if self._filled(line.text).strip()]
            for place, line in enumerate(shown):
                self._words(first if place == 0 else cell.add_paragraph(), line, width * share)
        draft = self._document.add_paragraph()
        centred(draft)
        draft.paragraph_format.space_before = Pt(12)
        bold(draft, self._paper.draft, self._layout.size)
        for line in (self._layout.kind, self._layout.about):
            self._words(self._document.add_paragraph(), line, width)
        under = self._document.add_paragraph()
        centred(under)
        if self._layout.under_about == "rule":
            rule(under, share=0.35, page=width)
        else:
            under.add_run(self._layout.under_about)

    def _filled(self, text: str) -> str:
        for name, value in self._named.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def _words(self, paragraph: Paragraph, line: Line, room: float) -> None:
        from docx.shared import Pt

        centred(paragraph)
        run = paragraph.add_run(self._filled(line.text))
        run.bold, run.italic, run.underline = line.bold, line.italic, line.underline
        run.font.size = Pt(line.size)
        if line.rule:
            rule(paragraph, share=RULE, page=room)

    def _section(self, section: Section, mark: str) -> None:
        heading = self._paragraph(keep=True)
        bold(heading, f"{mark} {section.heading}", self._layout.size)
        for sentence in section.sentences:
            self._paragraph().add_run(sentence)
        if section.table:
            self._table(section.table)
        if section.grid:
            self._grid(section.grid)
        for name, said in section.quotations:
            bold(self._paragraph(keep=True), name, self._layout.size)
            for words in said:
                self._paragraph().add_run(f"- {words}")

    def _paragraph(self, keep: bool = False) -> Paragraph:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        made = self._document.add_paragraph()
        shape = made.paragraph_format
        shape.first_line_indent = Mm(self._layout.indent)
        shape.space_after = Pt(self._layout.space)
        if self._layout.line:
            shape.line_spacing = Pt(self._layout.line)
        shape.keep_with_next = keep
        made.alignment = WD_ALIGN_PARAGRAPH.LEFT if keep else WD_ALIGN_PARAGRAPH.JUSTIFY
        return made

    def _table(self, rows: tuple[Row, ...]) -> None:
        written = [self._paper.columns, *(self._row(row) for row in rows)]
        told = any(row.share is not None for row in rows)  # no column without a figure
        shares = (0.6, 0.22, 0.18) if told else (0.7, 0.3)
        self._cells([line[: len(shares)] for line in written], shares, self._layout.size - 1)

    def _grid(self, grid: tuple[tuple[str, ...], ...]) -> None:
        """The first column wider than the others; many columns in small letters."""
        columns = len(grid[0])
        first = 0.4 if columns <= FEW else 0.25
        shares = (first, *((1 - first) / (columns - 1) for _ in range(columns - 1)))
        self._cells(grid, shares, self._layout.size - (1 if columns <= FEW else 4))

    def _cells(self, written: Sequence[Sequence[str]], shares: Sequence[float], size: float) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        width = 210 - self._layout.margins.left - self._layout.margins.right
        table = self._document.add_table(rows=len(written), cols=len(shares), style="Table Grid")
        table.autofit = False
        cells = table._cells  # asked for once: each look at a row builds all of them anew
        wide = tuple(width * share for share in shares)
        widths(table, wide)
        for line, texts in enumerate(written):
            for place, text in enumerate(texts):
                cell = cells[line * len(shares) + place]
                cell.width = Mm(wide[place])
                paragraph = cell.paragraphs[0]
                run = paragraph.add_run(text)
                run.font.size, run.bold = Pt(size), line == 0
                paragraph.paragraph_format.keep_with_next = len(written) <= WHOLE and line < len(written) - 1
                if place:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        repeated(table.rows[0])
        self._document.add_paragraph()

    def _row(self, row: Row) -> tuple[str, str, str]:
        count = self._paper.withheld if row.count is None else number(row.count)
        return row.name, count, "" if row.share is None else percent(round(row.share, 1))

    def _foot(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        last = self._document.paragraphs[-1]
        last.paragraph_format.keep_with_next = True  # nobody signs a page of its own
        end = self._layout.end
        if not last.text:  # below a table, where a full stop alone would be lost
            for cell in self._document.tables[-1].rows[-1].cells:
                cell.paragraphs[0].paragraph_format.keep_with_next = True
            end = "" if end == "." else end
        last.add_run(end if not last.text.endswith(".") else end.lstrip("."))
        table = self._document.add_table(rows=1, cols=2)
        whole(table.rows[0])  # nor is a line of it left to the next page
        left, right = table.rows[0].cells
        line = left.paragraphs[0]
        half = (210 - self._layout.margins.left - self._layout.margins.right) / 2
        self._words(line, self._layout.recipients, half)
        line.alignment = WD_ALIGN_PARAGRAPH.LEFT
        for text in self._layout.recipient_lines:
            run = left.add_paragraph().add_run(text)
            run.font.size = Pt(self._layout.recipient_size)
        for place, one in enumerate(self._layout.signature):
            self._words(right.paragraphs[0] if place == 0 else right.add_paragraph(), one, half)


def _roman(number: int) -> str:
    written = ""
    for size, sign in ROMAN:
        written, number = written + sign * (number // size), number % size
    return written
