"""A paper as .xlsx, with numbers that are numbers; and as CSV. Nothing in them is taken for a formula."""

import csv
from io import BytesIO, StringIO

from bot.reports.package import emptied
from bot.reports.paper import Paper

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # what a spreadsheet takes for the beginning of one
LONGEST = 32_767  # characters in a cell


def xlsx(paper: Paper) -> bytes:
    """Figures on one sheet, what was said on another."""
    import xlsxwriter

    made = BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    whole, part = book.add_format({"num_format": "#,##0"}), book.add_format({"num_format": "0.0%"})
    figures = book.add_worksheet("Số liệu")
    figures.set_column(0, 0, 60, wrap)
    figures.set_column(1, 2, 16)
    figures.set_landscape()
    figures.fit_to_pages(1, 0)
    at = 0
    for words in (paper.draft, paper.title):
        figures.write_string(at, 0, words, bold)
        at += 1
    for section in paper.sections:
        if section.quotations:
            continue  # on a sheet of their own
        at += 1
        figures.write_string(at, 0, section.heading, bold)
        if section.table:
            for place, words in enumerate(paper.columns[1:], 1):
                figures.write_string(at, place, words, bold)
        at += 1
        for sentence in section.sentences:
            figures.write_string(at, 0, sentence, wrap)
            at += 1
        for row in section.table:
            figures.write_string(at, 0, row.name, wrap)
            if row.count is None:
                figures.write_string(at, 1, paper.withheld)
            else:
                figures.write_number(at, 1, row.count, whole)
            if row.share is not None:
                figures.write_number(at, 2, row.share / 100, part)
            at += 1
    said = book.add_worksheet("Ý kiến")
    said.set_column(0, 1, 28, wrap)
    said.set_column(2, 2, 100, wrap)
    at = 0
    for section in paper.sections:
        for name, texts in section.quotations:
            for words in texts:
                for place, cell in enumerate((section.heading, name, words)):
                    said.write_string(at, place, cell[:LONGEST], wrap)
                at += 1
    book.close()
    return emptied(made.getvalue())


def as_csv(paper: Paper) -> bytes:
    """The tables: what, item, count, per cent. UTF-8 with the mark by which Excel knows it."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(("", *paper.columns))
    for section in paper.sections:
        if section.key and not (section.table or section.quotations):  # what people wrote
            for words in section.sentences:
                writer.writerow([harmless(section.heading), harmless(words), "", ""])
        for row in section.table:
            share = "" if row.share is None else f"{row.share:.1f}"
            count = paper.withheld if row.count is None else row.count
            writer.writerow([harmless(section.heading), harmless(row.name), count, share])
        for name, texts in section.quotations:
            for words in texts:
                writer.writerow([harmless(section.heading), harmless(name), harmless(words), ""])
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def harmless(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(FORMULA) else words
