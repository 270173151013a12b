"""A paper as .xlsx, with numbers that are numbers; and as CSV. Nothing in them is taken for a formula."""

import csv
import re
from io import BytesIO, StringIO
from math import ceil
from typing import Any

from bot.reports.package import emptied
from bot.reports.paper import Paper

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what a spreadsheet begins one with
_BEGINS = re.compile(rf"(^|;\s*)(?=[{re.escape(''.join(FORMULA))}])")  # Excel in Vietnam cuts cells at ";"
LONGEST = 32_767  # characters in a cell
TALLEST = 400.0  # points of a row
FIGURES, SAID = (56, 16, 12), (18, 24, 84)  # characters of the columns
A4, SHADE = 9, "#e8eef0"


def xlsx(paper: Paper) -> bytes:
    """Figures on one sheet, what was said on another; each prints on pages of A4."""
    import xlsxwriter

    made = BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    _Book(book, paper).fill()
    book.close()
    return emptied(made.getvalue())


class _Book:
    def __init__(self, book: Any, paper: Paper) -> None:
        self._book, self._paper = book, paper
        cell = {"border": 1, "valign": "top"}
        self._title = book.add_format({"bold": True, "font_size": 13, "text_wrap": True})
        self._bold = book.add_format({"bold": True, "text_wrap": True})
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self._name = book.add_format({**cell, "text_wrap": True})
        self._head = book.add_format({**cell, "bold": True, "text_wrap": True, "bg_color": SHADE})
        self._heads = book.add_format({**cell, "bold": True, "align": "right", "bg_color": SHADE})
        self._withheld = book.add_format({**cell, "align": "right"})
        self._whole = book.add_format({**cell, "num_format": "#,##0"})
        self._part = book.add_format({**cell, "num_format": "0.0%"})

    def fill(self) -> None:
        self._figures()
        self._said()

    def _page(self, name: str, wide: tuple[int, ...]) -> Any:
        page = self._book.add_worksheet(name)
        for place, width in enumerate(wide):
            page.set_column(place, place, width)
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        return page

    def _figures(self) -> None:
        page, paper, at = self._page("Số liệu", FIGURES), self._paper, 2
        page.write_string(0, 0, paper.draft, self._bold)
        _across(page, 1, paper.title, self._title)
        for section in paper.sections:
            if section.quotations:
                continue  # on a sheet of their own
            at += 1
            page.write_string(at, 0, section.heading, self._head if section.table else self._bold)
            for place, words in enumerate(paper.columns[1:] if section.table else (), 1):
                page.write_string(at, place, words, self._heads)
            at += 1
            for sentence in section.sentences:
                _across(page, at, sentence, self._wrap)
                at += 1
            for row in section.table:
                page.write_string(at, 0, row.name, self._name)
                page.set_row(at, _height(row.name, FIGURES[0]))
                if row.count is None:
                    page.write_string(at, 1, paper.withheld, self._withheld)
                else:
                    page.write_number(at, 1, row.count, self._whole)
                page.write_blank(at, 2, None, self._withheld)
                if row.share is not None:
                    page.write_number(at, 2, row.share / 100, self._part)
                at += 1

    def _said(self) -> None:
        page, at = self._page("Ý kiến", SAID), 1
        page.set_landscape()
        for place, words in enumerate(("", self._paper.columns[0], self._paper.said)):
            page.write_string(0, place, words, self._head)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        for section in self._paper.sections:
            for name, texts in section.quotations:
                for words in texts:
                    for place, cell in enumerate((section.heading, name, words)):
                        page.write_string(at, place, cell[:LONGEST], self._name)
                    page.set_row(at, _height(words, SAID[2]))
                    at += 1


def _across(page: Any, at: int, words: str, how: Any) -> None:
    """A sentence over the width of the table, as high as it is long."""
    page.merge_range(at, 0, at, len(FIGURES) - 1, "", how)
    page.write_string(at, 0, words[:LONGEST], how)
    page.set_row(at, _height(words, sum(FIGURES)))


def _height(words: str, width: int) -> float:
    """Of a row, in points: not every programme finds it by itself."""
    lines = sum(ceil(max(1, len(line)) / (width * 0.9)) for line in words.split("\n"))
    return min(TALLEST, 16 * lines + 2)


def as_csv(paper: Paper) -> bytes:
    """Sections: what, item, count, per cent; what was said in a column of its own.

    UTF-8 with the mark by which Excel knows it.
    """
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(("", *paper.columns, paper.said))
    for section in paper.sections:
        for words in section.sentences:
            writer.writerow([harmless(section.heading), harmless(words), "", "", ""])
        for row in section.table:
            share = "" if row.share is None else f"{row.share:.1f}"
            count = paper.withheld if row.count is None else row.count
            writer.writerow([harmless(section.heading), harmless(row.name), count, share, ""])
        for name, texts in section.quotations:
            for words in texts:
                writer.writerow([harmless(section.heading), harmless(name), "", "", harmless(words)])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def harmless(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return _BEGINS.sub(r"\1'", words)
